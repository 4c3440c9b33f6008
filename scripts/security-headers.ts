/** The headers the page is served with. The page works under them, so any static host can copy this table. */

/** Cross-origin isolation: without these two there is no SharedArrayBuffer and wasm runs on one thread. */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
} as const;

/**
 * Nothing is fetched from elsewhere and nothing inline runs. ORT compiles wasm, hence 'wasm-unsafe-eval'. The page reads a blob of its worker
 * to see whether that lives (src/rpc/lifeline.ts).
 */
const contentSecurityPolicy = {
  'default-src': "'self'",
  'connect-src': "'self' blob:",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'worker-src': "'self'",
  'img-src': "'self' blob: data:",
  'style-src': "'self'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
} as const;

export const securityHeaders = {
  ...isolationHeaders,
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': Object.entries(contentSecurityPolicy)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
} as const;
