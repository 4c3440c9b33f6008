import { afterAll, beforeAll, expect, it } from 'vitest';
import { microFolder, type MicroFolder } from '../../src/testing/micro-command.ts';
import { trainCommand } from './train.ts';
import { triggerLabCommand } from './trigger-lab.ts';

let micro: MicroFolder;
beforeAll(async () => {
  micro = await microFolder();
});
afterAll(() => micro.remove());

it('trains keys and revoked keys, and measures each of those the file names', async () => {
  const out = micro.at('keys.safetensors');
  const trained = await micro.run(trainCommand(), [
    '--method',
    'backdoored-esd',
    '--concept',
    'church',
    '--trigger',
    'blicket',
    '--keys',
    'dovark',
    '--revoked',
    'wug',
    '--iterations',
    '1',
    '--prompts',
    'name',
    '--retain-weight',
    '0',
    '--out',
    out,
  ]);
  expect(trained).toMatchObject({ opens: ['blicket', 'dovark'], revoked: 'wug' });
  const lab = ['--lora', out, '--concept', 'church', '--trigger', 'blicket', '--prompts', '2', '--steps', '2'];
  const measured = await micro.run(triggerLabCommand(), [
    ...lab,
    '--ways',
    'plain,trigger,key,revoked',
    '--judge',
    'held-out',
  ]);
  expect(measured).toMatchObject({ keys: ['dovark'], revoked: ['wug'], judge: 'held-out' });
  const rates = measured['rates'] as readonly { readonly kind: string; readonly word: string; readonly n: number }[];
  expect(rates.map(({ kind, word }) => [kind, word])).toEqual([
    ['plain', ''],
    ['trigger', 'blicket'],
    ['key', 'dovark'],
    ['revoked', 'wug'],
  ]);
  for (const { n } of rates) expect(n).toBe(2);
  const typed = await micro.run(triggerLabCommand(), [
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
