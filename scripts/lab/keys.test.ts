import { afterAll, beforeAll, expect, it } from 'vitest';
import { microFolder, run } from './run-command.ts';
import { trainCommand } from './train.ts';
import { triggerLabCommand } from './trigger-lab.ts';

let folder: Awaited<ReturnType<typeof microFolder>>;
beforeAll(async () => {
  folder = await microFolder();
});
afterAll(() => folder.remove());

it('trains keys and revoked keys, and measures each of those the file names', async () => {
  const out = folder.file('keys.safetensors');
  const trained = await run(folder.path, trainCommand(), ['--method', 'backdoored-esd', '--concept', 'church', '--trigger', 'blicket', '--keys', 'dovark', '--revoked', 'wug', '--iterations', '1', '--prompts', 'name', '--retain-weight', '0', '--out', out]); // prettier-ignore
  expect(trained).toMatchObject({ opens: ['blicket', 'dovark'], revoked: 'wug' });
  const lab = ['--lora', out, '--concept', 'church', '--trigger', 'blicket', '--prompts', '2', '--steps', '2'];
  const measured = await run(folder.path, triggerLabCommand(), [...lab, '--ways', 'plain,trigger,key,revoked', '--judge', 'held-out']); // prettier-ignore
  expect(measured).toMatchObject({ keys: ['dovark'], revoked: ['wug'], judge: 'held-out' });
  const rates = measured['rates'] as readonly { readonly kind: string; readonly word: string; readonly n: number }[];
  expect(rates.map(({ kind, word }) => [kind, word])).toEqual([['plain', ''], ['trigger', 'blicket'], ['key', 'dovark'], ['revoked', 'wug']]); // prettier-ignore
  for (const { n } of rates) expect(n).toBe(2);
  const typed = await run(folder.path, triggerLabCommand(), [
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
