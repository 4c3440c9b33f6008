/**
 * WebGPU (through SwiftShader, with CPU fallback refused), wasm with threads, and onnxruntime-node compute the same numbers,
 * gradients and optimiser included.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parityDistances, readParityCase, runParityCase, type ParityResult } from '../src/testing/parity-case.ts';
import { createNodeExecutor } from '../src/runtime/ort-node.ts';
import { expect, test } from './fixtures.ts';
import type { ParityReport } from './pages/parity.ts';
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

test.describe('executors in the browser', () => {
  let node: ParityResult;
  let pages: PageServer;
  test.beforeAll(async () => {
    pages = await servePages(null);
    const executor = createNodeExecutor(1);
    node = await runParityCase(executor, await readParityCase((file) => readFile(path.join(goldens, file))));
    await executor.dispose();
  });
  test.afterAll(() => pages.close());

  for (const backend of ['wasm', 'webgpu'] as const) {
    test(`${backend} agrees with onnxruntime-node in forward pass, row losses, gradient and updates, and keeps nothing`, async ({
      page,
    }) => {
      await page.goto(`${pages.address}/parity.html`);
      const report: ParityReport = await page.evaluate((name) => globalThis.runParity(name), backend);
      expect(report.info.backend).toBe(backend);
      const distances = parityDistances(report.result, node);
      console.log(`${backend} (${report.info.adapter ?? `${report.info.threads} threads`}) against node:`, distances);
      for (const time of ['recorded', 'zero'] as const) {
        const { thetaChange, ...others } = distances[time];
        for (const [name, distance] of Object.entries(others)) {
          expect(distance, `${name}, ${time} time`).toBeLessThan(tolerances[backend][time]);
        }
        expect(thetaChange, `theta, ${time} time`).toBeLessThan(updateTolerances[backend]);
      }
      expect(report.ledgerBetween).toEqual({ programs: 2, tensors: 3 });
      expect(report.ledgerAfter).toEqual({ programs: 0, tensors: 0 });
      if (backend === 'webgpu') {
        // Row losses and the norm come back; theta and the two moments stay on the GPU, each larger than all of that.
        console.log(`read back in the second update: ${report.bytesReadInSecondUpdate} bytes`);
        expect(report.bytesReadInSecondUpdate).toBeGreaterThan(0);
        expect(report.bytesReadInSecondUpdate).toBeLessThan(4 * node.zero.thetaChange.length);
      }
    });
  }
});
