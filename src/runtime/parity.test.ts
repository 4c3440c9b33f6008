/**
 * Executors agree with each other, gradients and optimiser included. WebGPU and wasm with threads are compared in a browser:
 * e2e/parity.webgpu.spec.ts.
 */
import type * as OrtCommon from 'onnxruntime-common';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  parityDistances,
  readParityCase,
  runParityCase,
  type ParityCase,
  type ParityResult,
} from '../testing/parity-case.ts';
import { readGoldenFile } from '../testing/golden-models.ts';
import type { Executor } from './executor.ts';
import { createNodeExecutor } from './ort-node.ts';
import { OrtExecutor } from './ort-executor.ts';

/** float32 summed in another order: 6e-7 … 1.2e-6 measured. A gradient with one term left out is off by a quarter and more. */
const tolerance = 1e-5;
/** Adam divides each gradient by its own size, so where one is near zero its rounding counts as much as it: 3e-5 measured. */
const updateTolerance = 1e-3;

async function numbersOf(create: () => Promise<Executor>, given: ParityCase): Promise<ParityResult> {
  const executor = await create();
  const numbers = await runParityCase(executor, given, {
    betweenUpdates: () => {
      expect(executor.ledger()).toEqual({ programs: 2, tensors: 3 });
    },
  });
  expect(executor.ledger()).toEqual({ programs: 0, tensors: 0 });
  await executor.dispose();
  return numbers;
}

describe('onnxruntime-node and onnxruntime-web on wasm', () => {
  let node: ParityResult;
  let wasm: ParityResult;
  beforeAll(async () => {
    const given = await readParityCase(readGoldenFile);
    node = await numbersOf(async () => createNodeExecutor(1), given);
    wasm = await numbersOf(async () => {
      const ort = (await import('onnxruntime-web/wasm')) as unknown as typeof OrtCommon;
      ort.env.wasm.numThreads = 1;
      return new OrtExecutor({
        ort,
        info: { backend: 'wasm', threads: 1, adapter: null },
        executionProviders: ['wasm'],
      });
    }, given);
  });

  it.each(['recorded', 'zero'] as const)('agree in forward pass, row losses and gradient at %s timesteps', (time) => {
    const { thetaChange: _, ...distances } = parityDistances(wasm, node)[time];
    for (const [name, distance] of Object.entries(distances)) expect(distance, name).toBeLessThan(tolerance);
  });

  it('agree in what two AdamW updates do to the LoRA factors', () => {
    const largest = Math.max(...node.recorded.thetaChange.map(Math.abs));
    expect(largest).toBeGreaterThan(1e-3); // the weights did move
    expect(parityDistances(wasm, node).recorded.thetaChange).toBeLessThan(updateTolerance);
  });
});
