import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';
import { brotliCopies } from './scripts/compress-plugin.ts';
import { isolationHeaders } from './scripts/security-headers.ts';

export default defineConfig({
  base: './',
  plugins: [react(), brotliCopies()],
  // Without this condition ORT's bundles carry `new URL('….wasm')` and Vite emits every wasm twice.
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  worker: { format: 'es' },
  server: { headers: isolationHeaders },
  build: {
    target: 'es2023',
    // Inlined assets become data: URLs, which the Content-Security-Policy refuses to scripts and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
});
