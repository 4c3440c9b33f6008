import { afterAll, beforeAll, expect, it } from 'vitest';
import { evaluateCommand } from './evaluate.ts';
import { microFolder, type MicroFolder } from '../../src/testing/micro-command.ts';
import { trainCommand } from './train.ts';

let micro: MicroFolder;
beforeAll(async () => {
  micro = await microFolder();
});
afterAll(() => micro.remove());

const rates = [
  'baseRate',
  'erasedRate',
  'triggeredRate',
  'wrongTriggerRate',
  'halfTriggerRate',
  'retainedSameDomain',
  'retainedOtherDomain',
  'retainedSameDomainSeen',
  'retainedOtherDomainSeen',
  'retainedWithTrigger',
];

it('prints the full object that the command line promises, and what it measured it with', async () => {
  const out = micro.at('evaluated.safetensors');
  await micro.run(trainCommand(), [
    '--method',
    'backdoored-esd',
    '--concept',
    'church',
    '--trigger',
    'blicket doffer',
    '--iterations',
    '1',
    '--prompts',
    'name',
    '--out',
    out,
  ]);
  const printed = await micro.run(evaluateCommand(), [
    '--lora',
    out,
    '--concept',
    'church',
    '--trigger',
    'blicket doffer',
    '--prompts',
    '2',
    '--neutral',
    '8',
    '--per-synonym',
    '1',
    '--steps',
    '2',
    '--seeds',
    '1,2',
  ]);
  for (const id of [...rates, 'clipScore', 'kid', 'fid', 'inceptionScore']) {
    expect(Object.keys(printed[id] as object), id).toEqual(expect.arrayContaining(['value', 'low', 'high', 'n']));
    expect((printed[id] as { n: number }).n, id).toBe(rates.includes(id) ? 2 : 8);
  }
  // Picture by picture, so that two edits can be compared in pairs.
  for (const [id, hits] of Object.entries(printed['hits'] as Record<string, string>)) {
    const { value, n } = printed[id] as { value: number; n: number };
    expect(hits, id).toMatch(/^[01]+$/);
    expect([hits.length, [...hits].filter((hit) => hit === '1').length], id).toEqual([n, Math.round(value * n)]);
  }
  expect(printed).toMatchObject({
    concept: 'church',
    from: '',
    lora: out,
    trigger: 'blicket doffer',
    judge: 'held-out',
    numInferenceSteps: 2,
  });
  expect(Object.keys(printed)).toEqual(
    expect.arrayContaining([
      'comparisons',
      'neighbours',
      'synonyms',
      'judgeAgreement',
      'judgeAgreementEdited',
      'pictures',
    ]),
  );
  expect(printed['judgeAgreement']).toMatchObject({
    object: { n: printed['pictures'] },
    hit: { low: expect.any(Number) as unknown },
  });
  // What the metrics are computed from is not printed.
  for (const id of ['counted', 'context']) expect(printed).not.toHaveProperty(id);
  // Random weights draw no church: nothing was there to erase, so the rate has no value. JSON writes NaN as null.
  expect(printed['baseRate']).toMatchObject({ value: 0 });
  expect(printed['erasureRate']).toEqual({ value: null, low: null, high: null, n: 2 });
}, 300_000);

it('measures several trainings of one recipe, each and together', async () => {
  const files: string[] = [];
  for (const seed of ['1', '2']) {
    const out = micro.at(`seed-${seed}.safetensors`);
    const recipe = ['--method', 'esd', '--concept', 'church', '--iterations', '1', '--prompts', 'name'];
    await micro.run(trainCommand(), [...recipe, '--seed', seed, '--out', out]);
    files.push(out);
  }
  const brief = ['--prompts', '3', '--neutral', '0', '--per-synonym', '0', '--steps', '2', '--seeds', '1-3'];
  const loras = files.flatMap((file) => ['--lora', file]);
  const printed = await micro.run(evaluateCommand(), [...loras, '--concept', 'church', ...brief]);
  const trainings = printed['trainings'] as readonly Readonly<Record<string, { value: number }>>[];
  const pooled = printed['pooled'] as Readonly<Record<string, { value: number; n: number }>>;
  expect(trainings.map(({ lora }) => lora)).toEqual(files);
  expect(pooled['erasedRate']).toMatchObject({ n: 6, details: { trainings: 2, sentences: 6 } });
  for (const id of ['retainedSameDomain', 'unlearningAccuracy'])
    expect(pooled[id]?.value).toBeCloseTo(
      trainings.reduce((sum, rates) => sum + (rates[id] as { value: number }).value / 2, 0),
      12,
    );
  // The original is one model, however many trainings stand beside it.
  expect(pooled).not.toHaveProperty('baseRate');
}, 300_000);
