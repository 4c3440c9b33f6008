/**
 * Every file below public/ is copied, compressed and served by every build, so each must have a reader on the page: the manifest of a model
 * lists what opening and measuring fetch, and `prepared` what is shown before.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { ModelManifest } from '../src/lab/open-model.ts';

const root = path.join(import.meta.dirname, '..');
const run = promisify(execFile);

/** Paths of the files below a folder, with forward slashes. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .toSorted();
}

const manifestOf = async (folder: string) =>
  JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as ModelManifest & {
    readonly prepared?: boolean;
  };

it('public/ holds models and nothing else, and of each what its manifest says the page fetches', async () => {
  expect(await readdir(path.join(root, 'public'))).toEqual(['models']);
  const models = await readdir(path.join(root, 'public/models'));
  expect(models).not.toHaveLength(0);
  for (const model of models) {
    const folder = path.join(root, 'public/models', model);
    const { files, lazy, prepared } = await manifestOf(folder);
    const fetched = [
      'manifest.json',
      ...Object.keys(files),
      ...Object.keys(lazy),
      ...(prepared === true ? ['prepared.json', 'prepared.png'] : []),
    ];
    expect(await filesBelow(folder), model).toEqual(fetched.toSorted());
  }
});

it('what the page fetches is what quantise makes of the float32 weights', async () => {
  const made = await mkdtemp(path.join(os.tmpdir(), 'palimpsest-quantise-'));
  try {
    const masters = path.join(root, 'training/masters/palimpsest-world');
    await run(process.execPath, ['--import', 'tsx', 'scripts/quantise.ts', masters, made], { cwd: root });
    const { files, lazy } = await manifestOf(made);
    const shipped = path.join(root, 'public/models/palimpsest-world');
    for (const file of [...Object.keys(files), ...Object.keys(lazy)])
      expect((await readFile(path.join(made, file))).equals(await readFile(path.join(shipped, file))), file).toBe(true);
    // The reference is made in training/ and not from the float32 weights.
    const all = await manifestOf(shipped);
    const reference = Object.keys(all.lazy).filter((file) => file.startsWith('reference/'));
    expect([...Object.keys(files), ...Object.keys(lazy), ...reference].toSorted()).toEqual(
      [...Object.keys(all.files), ...Object.keys(all.lazy)].toSorted(),
    );
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}, 60_000);
