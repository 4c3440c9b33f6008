/** The micro model as a folder on disk, and commands run on it. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { vi } from 'vitest';
import { microModelFiles } from './micro-model.ts';

export interface MicroFolder {
  /** A path inside the folder, or beside one that is not ours. */
  readonly at: (file: string) => string;
  /** What a command prints. */
  readonly run: (command: Command, args: readonly string[]) => Promise<Record<string, unknown>>;
  readonly remove: () => Promise<void>;
}

/** A folder as a stranger's: no world, no judge, and nothing to measure with. */
export const ours = ['world.json', 'judge', 'judge_b', 'image_encoder', 'reference'];

/** `without`: files and folders that are left out. */
export async function microFolder(without: readonly string[] = []): Promise<MicroFolder> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'micro-'));
  const isLeftOut = (file: string) => without.some((part) => file === part || file.startsWith(`${part}/`));
  for (const [file, bytes] of await microModelFiles()) {
    if (isLeftOut(file)) continue;
    await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
    await writeFile(path.join(folder, file), file === 'manifest.json' ? manifestWithout(bytes, isLeftOut) : bytes);
  }
  return {
    at: (file) => path.join(folder, file),
    run: (command, args) => printed(command, ['--model', folder, '--threads', '1', ...args]),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** A copy of a folder that diffusers wrote (src/models/goldens/layouts), called `name`. */
export async function ownFolder(layout: string, name: string): Promise<MicroFolder> {
  const above = await mkdtemp(path.join(os.tmpdir(), 'own-'));
  const folder = path.join(above, name);
  await cp(path.join(import.meta.dirname, '../models/goldens/layouts', layout), folder, { recursive: true });
  return {
    at: (file) => path.join(above, file),
    run: (command, args) => printed(command, ['--model', folder, '--threads', '1', ...args]),
    remove: () => rm(above, { recursive: true }),
  };
}

function manifestWithout(bytes: Uint8Array, isLeftOut: (file: string) => boolean): string {
  const manifest = JSON.parse(new TextDecoder().decode(bytes)) as Readonly<Record<'files' | 'lazy', object>>;
  const kept = (files: object) => Object.fromEntries(Object.entries(files).filter(([file]) => !isLeftOut(file)));
  return JSON.stringify({ ...manifest, files: kept(manifest.files), lazy: kept(manifest.lazy) });
}

async function printed(command: Command, args: readonly string[]): Promise<Record<string, unknown>> {
  let text = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
    text += String(part);
    return true;
  });
  try {
    await command.exitOverride().parseAsync([...args], { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return JSON.parse(text) as Record<string, unknown>;
}
