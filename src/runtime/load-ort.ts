/**
 * Loads exactly one build of onnxruntime-web, in the browser only. A session cannot move between builds, so a worker that
 * changes its backend must be replaced. Thread workers and wasm come from our own origin: nothing is fetched from elsewhere.
 */
import asyncifyGlueUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import asyncifyWasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import jspiGlueUrl from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url';
import jspiWasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';
import plainGlueUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import plainWasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';

export type Ort = typeof import('onnxruntime-web');

const mostThreads = 8; // beyond that the small matrices of our models no longer gain

/** Threads ORT may use here: one without cross-origin isolation, because there is no shared memory then. */
export function availableThreads(): number {
  return globalThis.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, mostThreads) : 1;
}

/** `wasm`: the CPU build. `webgpu`: the JSPI build where the browser has JSPI, the asyncify build elsewhere. */
export async function loadOrt(kind: 'wasm' | 'webgpu'): Promise<Ort> {
  const { ort, glue, wasm } = await importBuild(kind);
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = availableThreads();
  ort.env.wasm.wasmPaths = { mjs: absolute(glue), wasm: absolute(wasm) };
  return ort;
}

async function importBuild(kind: 'wasm' | 'webgpu'): Promise<{ ort: Ort; glue: string; wasm: string }> {
  if (kind === 'wasm') return { ort: await import('onnxruntime-web/wasm'), glue: plainGlueUrl, wasm: plainWasmUrl };
  if ('Suspending' in WebAssembly) {
    return { ort: await import('onnxruntime-web/jspi'), glue: jspiGlueUrl, wasm: jspiWasmUrl };
  }
  return { ort: await import('onnxruntime-web/webgpu'), glue: asyncifyGlueUrl, wasm: asyncifyWasmUrl };
}

function absolute(url: string): string {
  return new URL(url, globalThis.location.href).href;
}
