import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { createPageServer, listen } from './serve.ts';

/** A built page of a few bytes; deleted after the test. */
function builtPage(): string {
  const root = mkdtempSync(path.join(tmpdir(), 'palimpsest-serve-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(path.join(root, 'assets'));
  writeFileSync(path.join(root, 'index.html'), '<!doctype html>');
  writeFileSync(path.join(root, 'assets/ort-abc123.wasm'), 'wasm');
  writeFileSync(path.join(root, 'assets/ort-abc123.wasm.br'), brotliCompressSync('wasm'));
  return root;
}

async function serveOn(port: number | null): Promise<number> {
  const server = createPageServer(builtPage());
  onTestFinished(() => void server.close());
  return listen(server, '127.0.0.1', port);
}

it('serves the page isolated, and under a policy without inline script', async () => {
  const response = await fetch(`http://127.0.0.1:${await serveOn(null)}/`);
  expect(await response.text()).toBe('<!doctype html>');
  expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  expect(response.headers.get('content-security-policy')).toContain("script-src 'self' 'wasm-unsafe-eval';");
  expect(response.headers.get('cache-control')).toBe('no-cache');
});

it('serves wasm with its type, compressed, to be kept', async () => {
  const response = await fetch(`http://127.0.0.1:${await serveOn(null)}/assets/ort-abc123.wasm`, {
    headers: { 'Accept-Encoding': 'br' },
  });
  expect(await response.text()).toBe('wasm');
  expect(response.headers.get('content-type')).toBe('application/wasm');
  expect(response.headers.get('content-encoding')).toBe('br');
  expect(response.headers.get('cache-control')).toContain('immutable');
});

it('answers 404 for a file that is not there', async () => {
  const response = await fetch(`http://127.0.0.1:${await serveOn(null)}/models/none.json`);
  expect(response.status).toBe(404);
});

it('moves on from a port that is taken, unless that port was asked for', async () => {
  const first = await serveOn(null);
  expect(await serveOn(null)).toBeGreaterThan(first);
  await expect(serveOn(first)).rejects.toMatchObject({ code: 'bad-argument' });
});

it('says what to do when the page was not built', () => {
  const empty = mkdtempSync(path.join(tmpdir(), 'palimpsest-serve-'));
  onTestFinished(() => rmSync(empty, { recursive: true }));
  expect(() => createPageServer(empty)).toThrow(/no index\.html/);
});
