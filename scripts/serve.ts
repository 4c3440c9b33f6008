/**
 * Serves the built page with the headers it needs. `npm start` builds first.
 * Options: `--root DIR` (default dist), environment PORT (default: the first free one from 4173), HOST (default localhost).
 */
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import sirv from 'sirv';
import { PalimpsestError } from '../src/core/errors.ts';
import { securityHeaders } from './security-headers.ts';

const firstPort = 4173;
const portsToTry = 50;

/** A server of the static files under `root`. Throws `bad-argument` when there is no page there. */
export function createPageServer(root: string): Server {
  if (!existsSync(path.join(root, 'index.html'))) {
    throw new PalimpsestError('bad-argument', `serve: expected a built page in ${root}, got no index.html`, {
      advice: 'Run `npm run build` first, or `npm start`, which does both.',
    });
  }
  const files = sirv(root, {
    brotli: true,
    etag: true,
    // Names under assets/ carry a hash of their content; everything else may change with the next build.
    setHeaders: (response, pathname) =>
      response.setHeader(
        'Cache-Control',
        pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      ),
  });
  return createServer((request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    files(request, response, () => {
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end('Not found\n');
    });
  });
}

/** Listens on `port`, or on the first free port when it is null, and returns the port. */
export async function listen(server: Server, host: string, port: number | null): Promise<number> {
  const last = port ?? firstPort + portsToTry;
  for (let candidate = port ?? firstPort; ; candidate += 1) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(candidate, host, () => {
          server.off('error', reject);
          resolve();
        });
      });
      return candidate;
    } catch (thrown) {
      const taken = thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE';
      if (taken && candidate < last) continue;
      if (!taken) throw thrown;
      throw new PalimpsestError('bad-argument', `serve: expected a free port, got ${candidate}, which is in use`, {
        advice: 'Set PORT to another one, or leave it out.',
        cause: thrown,
      });
    }
  }
}

function portFromEnvironment(): number | null {
  const text = process.env['PORT'];
  if (text === undefined || text === '') return null;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new PalimpsestError('bad-argument', `PORT: expected a whole number 1 … 65535, got "${text}"`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { root: { type: 'string', default: 'dist' } } });
  const host = process.env['HOST'] ?? 'localhost';
  const port = await listen(createPageServer(path.resolve(values.root)), host, portFromEnvironment());
  console.log(`Palimpsest is at http://${host}:${port}/ (Ctrl+C stops it)`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((thrown: unknown) => {
    const advice = thrown instanceof PalimpsestError && thrown.advice !== '' ? `\n${thrown.advice}` : '';
    console.error(`${thrown instanceof Error ? thrown.message : String(thrown)}${advice}`);
    process.exitCode = 1;
  });
}
