/** Test support: the micro model in a folder of its own, and commands run on it in this process. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { vi } from 'vitest';
import { microModelFiles } from '../../src/lab/micro-model.ts';

export async function microFolder() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lab-'));
  for (const [file, bytes] of await microModelFiles()) {
    await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
    await writeFile(path.join(folder, file), bytes);
  }
  return {
    path: folder,
    file: (name: string) => path.join(folder, name),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** What a command prints. */
export async function run(
  folder: string,
  command: Command,
  args: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  let printed = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    await command.exitOverride().parseAsync(['--model', folder, '--threads', '1', ...args], { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return JSON.parse(printed) as Record<string, unknown>;
}
