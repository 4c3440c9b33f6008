/**
 * Executors agree with each other, gradients and optimiser included, wherever weights live. WebGPU and wasm with threads are compared in a browser:
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
import type { Executor, Ledger } from './executor.ts';
import { createNodeExecutor } from './ort-node.ts';
import { OrtExecutor } from './ort-executor.ts';
import type { WeightsPlacement } from './weights-placement.ts';

/** float32 summed in another order: 6e-7 … 1.2e-6 measured. A gradient with one term left out is off by a quarter and more. */
const tolerance = 1e-5;
/** Adam divides each gradient by its own size, so where one is near zero its rounding counts as much as it: 3e-5 measured. */
const updateTolerance = 1e-3;

/** Of the case's weights of at least 4 KiB: what both programs share, and what each holds where they share nothing. */
const largeBytes = { float32: 741_376, int8: 325_888 } as const;

async function createWasmExecutor(weightsPlacement: WeightsPlacement): Promise<Executor> {
  const ort = (await import('onnxruntime-web/wasm')) as unknown as typeof OrtCommon;
  ort.env.wasm.numThreads = 1;
  return new OrtExecutor({
    ort,
    info: { backend: 'wasm', threads: 1, adapter: null },
    executionProviders: ['wasm'],
    weightsPlacement,
  });
}

async function numbersOf(executor: Executor, given: ParityCase, between: Partial<Ledger>): Promise<ParityResult> {
  const numbers = await runParityCase(executor, given, {
    betweenUpdates: () => {
      expect(executor.ledger()).toMatchObject({ programs: 2, tensors: 3, ...between });
    },
  });
  expect(executor.ledger()).toEqual({ programs: 0, tensors: 0, weights: 0, weightBytes: 0 });
  await executor.dispose();
  return numbers;
}

describe.each(['float32', 'int8'] as const)('onnxruntime-node and onnxruntime-web on wasm, %s', (precision) => {
  let expected: ParityResult;
  const others = new Map<string, ParityResult>();
  beforeAll(async () => {
    const given = await readParityCase(readGoldenFile, precision);
    const inside = { weights: 0, weightBytes: 2 * largeBytes[precision] };
    const once = { weightBytes: largeBytes[precision] };
    expected = await numbersOf(createNodeExecutor(1, 'cpu', 'initialisers'), given, inside);
    others.set('node, resident', await numbersOf(createNodeExecutor(1, 'cpu', 'resident'), given, once));
    others.set('wasm, initialisers', await numbersOf(await createWasmExecutor('initialisers'), given, inside));
    others.set('wasm, resident', await numbersOf(await createWasmExecutor('resident'), given, once));
  });

  const names = ['node, resident', 'wasm, initialisers', 'wasm, resident'];
  describe.each(names)('%s', (name) => {
    const actual = () => others.get(name) as ParityResult;

    it.each(['recorded', 'zero'] as const)(
      'agrees in forward pass, row losses and gradient at %s timesteps',
      (time) => {
        const { thetaChange: _, ...distances } = parityDistances(actual(), expected)[time];
        for (const [what, distance] of Object.entries(distances)) expect(distance, what).toBeLessThan(tolerance);
      },
    );

    it('agrees in what two AdamW updates do to the LoRA factors', () => {
      const largest = Math.max(...expected.recorded.thetaChange.map(Math.abs));
      expect(largest).toBeGreaterThan(1e-3); // the weights did move
      expect(parityDistances(actual(), expected).recorded.thetaChange).toBeLessThan(updateTolerance);
    });
  });
});
