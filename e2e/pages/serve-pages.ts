/**
 * Builds the pages in this folder, which are not part of the product, and serves them with the product's headers; beside them the
 * recorded models under /goldens/ and the bundled one under /models/.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sirv from 'sirv';
import { build, defaultClientConditions } from 'vite';
import { securityHeaders } from '../../scripts/security-headers.ts';
import { listen } from '../../scripts/serve.ts';

const here = import.meta.dirname;
const root = path.join(here, '../..');
const pages = ['parity', 'bench'];

export interface PageServer {
  readonly address: string;
  close(): Promise<void>;
}

/** `port` null: the first free one. */
export async function servePages(port: number | null): Promise<PageServer> {
  const outDir = await mkdtemp(path.join(tmpdir(), 'palimpsest-pages-'));
  await build({
    configFile: false,
    root: here,
    logLevel: 'warn',
    resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1200,
      rolldownOptions: {
        checks: { bundlerTimings: false },
        input: pages.map((page) => path.join(here, `${page}.html`)),
      },
    },
  });
  const folders = [
    ['/goldens/', sirv(path.join(root, 'src/models/goldens'))],
    ['/models/', sirv(path.join(root, 'public/models'))],
    ['/', sirv(outDir)],
  ] as const;
  const server: Server = createServer((request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    const [prefix, files] = folders.find(([prefix]) => request.url?.startsWith(prefix)) ?? folders[2];
    request.url = request.url?.slice(prefix.length - 1) ?? '/';
    files(request, response, () => {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not found\n');
    });
  });
  const taken = await listen(server, 'localhost', port);
  return {
    address: `http://localhost:${taken}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
