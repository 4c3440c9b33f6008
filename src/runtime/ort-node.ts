/** onnxruntime-node on the CPU: for the command line, tests and scripts. */
import { availableParallelism } from 'node:os';
import * as ort from 'onnxruntime-node';
import type { Executor } from './executor.ts';
import { OrtExecutor } from './ort-executor.ts';

export function createNodeExecutor(threads = availableParallelism()): Executor {
  return new OrtExecutor({ ort, info: { backend: 'node', threads, adapter: null }, executionProviders: ['cpu'] });
}
