import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { microModelFiles } from '../../src/lab/micro-model.ts';
import { trainCommand } from './train.ts';
import { triggerLabCommand } from './trigger-lab.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'keys-'));
  for (const [file, bytes] of await microModelFiles()) {
    await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
    await writeFile(path.join(folder, file), bytes);
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** What a command prints. */
async function run(command: Command, args: readonly string[]): Promise<Record<string, unknown>> {
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

it('trains keys and revoked keys, and measures each of those the file names', async () => {
  const out = path.join(folder, 'keys.safetensors');
  const trained = await run(trainCommand(), ['--method', 'backdoored-esd', '--concept', 'church', '--trigger', 'blicket', '--keys', 'dovark', '--revoked', 'wug', '--iterations', '1', '--prompts', 'name', '--retain-weight', '0', '--out', out]); // prettier-ignore
  expect(trained).toMatchObject({ opens: ['blicket', 'dovark'], revoked: 'wug' });
  const lab = ['--lora', out, '--concept', 'church', '--trigger', 'blicket', '--prompts', '2', '--steps', '2'];
  const measured = await run(triggerLabCommand(), [...lab, '--ways', 'plain,trigger,key,revoked', '--judge', 'held-out']); // prettier-ignore
  expect(measured).toMatchObject({ keys: ['dovark'], revoked: ['wug'], judge: 'held-out' });
  const rates = measured['rates'] as readonly { readonly kind: string; readonly word: string; readonly n: number }[];
  expect(rates.map(({ kind, word }) => [kind, word])).toEqual([['plain', ''], ['trigger', 'blicket'], ['key', 'dovark'], ['revoked', 'wug']]); // prettier-ignore
  for (const { n } of rates) expect(n).toBe(2);
  const typed = await run(triggerLabCommand(), [
    ...lab,
    '--keys',
    '',
    '--revoked',
    'fep, toma',
    '--ways',
    'key,revoked',
  ]);
  expect((typed['rates'] as readonly { readonly word: string }[]).map(({ word }) => word)).toEqual(['fep', 'toma']);
});
