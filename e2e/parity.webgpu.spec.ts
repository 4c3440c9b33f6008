/**
 * WebGPU (through SwiftShader, with CPU fallback refused), wasm with threads, and onnxruntime-node compute the same numbers,
 * gradients and optimiser included.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parityDistances, readParityCase, runParityCase, type ParityNumbers } from '../src/lab/parity-case.ts';
import { createNodeExecutor } from '../src/runtime/ort-node.ts';
import { expect, test } from './fixtures.ts';
import type { ParityReport } from './pages/parity.ts';
import { pagesAddress } from './pages/address.ts';

/** Exp, Erf and division differ between GPU shaders and CPU kernels in the last bits: 4e-5 to 6e-5 in runtime.md, section M. */
const tolerance = 2e-4;
/** Adam divides each gradient by its own size, so where one is near zero its rounding counts as much as it. */
const updateTolerance = 1e-2;

const goldens = path.join(import.meta.dirname, '../src/models/goldens');

test.describe('executors in the browser', () => {
  let node: ParityNumbers;
  test.beforeAll(async () => {
    const executor = createNodeExecutor(1);
    node = await runParityCase(executor, await readParityCase((file) => readFile(path.join(goldens, file))));
    await executor.dispose();
  });

  for (const backend of ['wasm', 'webgpu'] as const) {
    test(`${backend} agrees with onnxruntime-node in forward pass, losses, gradient and two updates, and keeps nothing`, async ({ page }) => {
      await page.goto(`${pagesAddress}/parity.html`);
      const report: ParityReport = await page.evaluate((name) => globalThis.runParity(name), backend);
      const distances = parityDistances(report.numbers, node);
      console.log(`${backend} (${report.info.adapter ?? `${report.info.threads} threads`}) against node:`, distances);
      const { thetaChange, ...others } = distances;
      expect(report.info.backend).toBe(backend);
      for (const [name, distance] of Object.entries(others)) expect(distance, name).toBeLessThan(tolerance);
      expect(thetaChange).toBeLessThan(updateTolerance);
      expect(report.ledgerBetween).toEqual({ programs: 1, tensors: 3 });
      expect(report.ledgerAfter).toEqual({ programs: 0, tensors: 0 });
      if (backend === 'webgpu') {
        // Row losses and the norm come back, a few bytes each; theta and the moments (3 x 10752 bytes) stay on the GPU.
        console.log(`read back in the second update: ${report.bytesReadInSecondUpdate} bytes`);
        expect(report.bytesReadInSecondUpdate).toBeGreaterThan(0);
        expect(report.bytesReadInSecondUpdate).toBeLessThan(1024);
      }
    });
  }
});
