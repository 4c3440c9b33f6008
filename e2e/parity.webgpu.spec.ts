/**
 * WebGPU (through SwiftShader, with CPU fallback refused), wasm with threads, and onnxruntime-node compute the same numbers,
 * gradients and optimiser included, with weights inside the programs and in one copy for both.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  parityDistances,
  readParityCase,
  runParityCase,
  type ParityPrecision,
  type ParityResult,
} from '../src/testing/parity-case.ts';
import { createNodeExecutor } from '../src/runtime/ort-node.ts';
import { expect, test } from './fixtures.ts';
import type { ParityQuestion, ParityReport } from './pages/parity.ts';
import { servePages, type PageServer } from './pages/serve-pages.ts';

/**
 * Relative L2. At time 0 only the order of summation differs. WGSL asks of sin and cos an absolute error of 2^-11 only, and
 * SwiftShader nearly uses it up (1.9e-4 measured, every other function 1e-7): it enters through the time embedding. Measured: wasm 1e-6
 * at both; WebGPU 8e-7 at time 0 and 2e-4 elsewhere.
 */
const tolerances = {
  wasm: { zero: 1e-5, recorded: 1e-5 },
  webgpu: { zero: 1e-5, recorded: 1e-3 },
} as const;

/** Adam divides each gradient by its own size: where one is near zero its error counts as much as it. */
const updateTolerances = { wasm: 1e-3, webgpu: 5e-2 } as const;

const goldens = path.join(import.meta.dirname, '../src/models/goldens');

/** Of the case's weights of at least 4 KiB. */
const largeBytes = { float32: 741_376, int8: 325_888 } as const;

/** int8 is what WebGPU has to keep as uint8; wasm's ways with it are held in src/runtime/parity.test.ts. */
const questions: readonly ParityQuestion[] = [
  { backend: 'wasm', precision: 'float32', placement: 'initialisers' },
  { backend: 'wasm', precision: 'float32', placement: 'resident' },
  { backend: 'webgpu', precision: 'float32', placement: 'initialisers' },
  { backend: 'webgpu', precision: 'float32', placement: 'resident' },
  { backend: 'webgpu', precision: 'int8', placement: 'resident' },
];

test.describe('executors in the browser', () => {
  const expected = new Map<ParityPrecision, ParityResult>();
  let pages: PageServer;
  test.beforeAll(async () => {
    pages = await servePages(null);
    const executor = createNodeExecutor(1);
    for (const precision of ['float32', 'int8'] as const) {
      const given = await readParityCase((file) => readFile(path.join(goldens, file)), precision);
      expected.set(precision, await runParityCase(executor, given));
    }
    await executor.dispose();
  });
  test.afterAll(() => pages.close());

  for (const question of questions) {
    const { backend, precision, placement } = question;
    const ways = `${precision} weights, ${placement}`;
    test(`${backend} agrees with onnxruntime-node in forward pass, row losses, gradient and updates, and keeps nothing (${ways})`, async ({
      page,
    }) => {
      const node = expected.get(precision) as ParityResult;
      await page.goto(`${pages.address}/parity.html`);
      const report: ParityReport = await page.evaluate((asked) => globalThis.runParity(asked), question);
      expect(report.info.backend).toBe(backend);
      const distances = parityDistances(report.result, node);
      console.log(
        `${backend}, ${precision}, ${placement} (${report.info.adapter ?? `${report.info.threads} threads`}) against node:`,
        distances,
      );
      for (const time of ['recorded', 'zero'] as const) {
        const { thetaChange, ...others } = distances[time];
        for (const [name, distance] of Object.entries(others)) {
          expect(distance, `${name}, ${time} time`).toBeLessThan(tolerances[backend][time]);
        }
        expect(thetaChange, `theta, ${time} time`).toBeLessThan(updateTolerances[backend]);
      }
      const { weights, ...between } = report.ledgerBetween;
      const once = largeBytes[precision];
      expect(between).toEqual({ programs: 2, tensors: 3, weightBytes: placement === 'resident' ? once : 2 * once });
      expect(weights > 0).toBe(placement === 'resident');
      expect(report.ledgerAfter).toEqual({ programs: 0, tensors: 0, weights: 0, weightBytes: 0 });
      if (backend === 'webgpu') {
        // Row losses and the norm come back; theta and the two moments stay on the GPU, each larger than all of that.
        console.log(`read back in the second update: ${report.bytesReadInSecondUpdate} bytes`);
        expect(report.bytesReadInSecondUpdate).toBeGreaterThan(0);
        expect(report.bytesReadInSecondUpdate).toBeLessThan(4 * node.zero.thetaChange.length);
      }
    });
  }
});
