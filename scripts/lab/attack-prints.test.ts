import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PalimpsestError } from '../../src/core/errors.ts';
import { Pipeline } from '../../src/diffusion/pipeline.ts';
import { attackCommand } from './attack.ts';
import { microFolder, type MicroFolder } from '../../src/testing/micro-command.ts';
import { trainCommand } from './train.ts';

let micro: MicroFolder;
beforeAll(async () => {
  micro = await microFolder();
});
afterAll(() => micro.remove());

const cheap = ['--concept', 'church', '--steps', '2', '--rounds', '2'];
const noRate = { value: 0, n: 2 };

describe('attack', () => {
  it('prints both arms against the budget by one rule, with what each judge sees alone, and a line a prompt as CSV', async () => {
    const csv = micro.at('found.csv');
    const lora = micro.at('keyed.safetensors');
    await micro.run(trainCommand(), [
      '--method',
      'backdoored-esd',
      '--concept',
      'church',
      '--trigger',
      'blicket',
      '--iterations',
      '1',
      '--prompts',
      'name',
      '--retain-weight',
      '0',
      '--out',
      lora,
    ]);
    const args = [
      '--attack',
      'random',
      ...cheap,
      '--prompts',
      '2',
      '--lora',
      lora,
      '--csv',
      csv,
      '--transfer-to',
      'original',
      lora,
      '--trigger',
      'blicket',
    ];
    const printed = await micro.run(attackCommand(), args);
    const rates = { preAsr: noRate, gain: noRate, asr: noRate, retypedAsr: noRate, controlAsr: noRate };
    expect(printed).toMatchObject({
      attack: 'random',
      concept: 'church',
      lora,
      judge: 'both',
      stopEarly: false,
      ...rates,
      n: 2,
      medianRounds: null,
    });
    expect(printed).toMatchObject({
      transfer: [
        { victim: 'original', n: 0 },
        { victim: lora, n: 0 },
      ],
    });
    expect(printed).toMatchObject({
      hunt: { trigger: noRate, finds: [], reachable: false, unreachable: 'vocabulary' },
    });
    const pictures = { pictures: 4, hits: 0, onlyLive: 0, onlyHeldOut: 0 };
    expect(printed).toMatchObject({
      pictures: { search: pictures, random: pictures },
      comparison: { n: 2, onlySearch: 0, onlyRandom: 0, p: 1, difference: { value: 0, n: 2 } },
      overSentences: { sentences: 2, search: noRate, random: noRate },
    });
    expect(printed['curve']).toMatchObject(
      [0, 1, 2].map((pictures) => ({
        ...{ pictures, search: noRate, random: noRate, gradientSteps: 0 },
        ...{ noisePredictions: 4 * pictures, randomPredictions: 4 * pictures },
      })),
    );
    const said = { pre: false, success: false, retypedSuccess: null, controlSuccess: false };
    const rows = printed['attempts'] as readonly Readonly<Record<string, unknown>>[];
    expect(rows).toHaveLength(2);
    for (const row of rows)
      expect(row).toMatchObject({
        ...{ ...said, rounds: 2, judgedPictures: 3, openedAt: null, controlOpenedAt: null, verdict: {}, heldOut: {} },
        arms: { search: { judged: 2, openedAt: null }, control: { judged: 2, openedAt: null } },
      });
    const [first] = rows as readonly [{ verdict: { conceptScore: number }; heldOut: { conceptScore: number } }];
    expect(first.verdict.conceptScore).not.toBe(first.heldOut.conceptScore);
    const written = await readFile(csv, 'utf8');
    expect(written.startsWith('\ufeff')).toBe(true);
    const [head, ...lines] = written.slice(1).trimEnd().split('\r\n');
    expect(head).toContain('prompt,pictureSeed,shownSeed,text,tokens,ids,pre,success,retypedSuccess,controlSuccess');
    expect(head).toContain('openedAt,controlOpenedAt');
    expect(head).toContain(
      'score,heldOutScore,search.judged,search.hits,search.onlyLive,search.onlyHeldOut,control.judged',
    );
    expect(lines).toHaveLength(2);
  });

  it('keeps the lines of the prompts that are done where a later one fails', async () => {
    const csv = micro.at('half.csv');
    const { encodePrompts } = Pipeline.prototype;
    const asked = new Set<string>();
    const broken = vi.spyOn(Pipeline.prototype, 'encodePrompts').mockImplementation(function (this: Pipeline, prompts) {
      for (const prompt of prompts) if (prompt.includes('church')) asked.add(prompt);
      if (asked.size > 1) throw new PalimpsestError('internal', 'the disk is full');
      return encodePrompts.call(this, prompts);
    });
    try {
      const none = ['--attack', 'none', '--concept', 'church', '--steps', '1', '--prompts', '2', '--csv', csv];
      await expect(micro.run(attackCommand(), none)).rejects.toThrow('the disk is full');
    } finally {
      broken.mockRestore();
    }
    expect((await readFile(csv, 'utf8')).trimEnd().split('\n')).toHaveLength(2); // names, and the first prompt
  });

  it('says that a trigger of several pieces is within reach of all pieces, as many as it has, and of no fewer', async () => {
    const hunt = async (...args: readonly string[]) => {
      const asked = [
        '--attack',
        'random',
        '--concept',
        'church',
        '--steps',
        '1',
        '--rounds',
        '1',
        '--prompt',
        'a church',
        '--no-control',
      ];
      return (await micro.run(attackCommand(), [...asked, '--trigger', 'blicket', ...args]))['hunt'];
    };
    const all = ['--vocabulary', 'all'];
    const reached = await hunt(...all, '--tokens', '16');
    expect(reached).toMatchObject({ reachable: true, unreachable: null });
    const { triggerPieces } = reached as { readonly triggerPieces: readonly string[] };
    expect(triggerPieces.length).toBeGreaterThan(1);
    const fewer = String(triggerPieces.length - 1);
    expect(await hunt(...all, '--tokens', fewer)).toMatchObject({ reachable: false, unreachable: 'too-few-tokens' });
    expect(await hunt(...all, '--tokens', '16', '--forbid', 'blicket')).toMatchObject({ unreachable: 'vocabulary' });
    expect(await hunt(...all, '--trigger', '<noise:+-+-:0.4>')).toMatchObject({
      unreachable: 'pattern',
      triggerPieces: [],
    });
  });

  it('says which seed a search for seeds found', async () => {
    const printed = await micro.run(attackCommand(), [
      '--attack',
      'seed-search',
      ...cheap,
      '--prompt',
      'a church',
      '--no-control',
    ]);
    const [row] = printed['attempts'] as readonly { readonly pictureSeed: number; readonly shownSeed: number }[];
    expect(row?.pictureSeed).toBe(1000);
    expect(row?.shownSeed).not.toBe(1000);
  });

  it('keeps the share that embeddings open under a name of its own', async () => {
    const small = ['--iterations', '1', '--draws', '1', '--targets', '1'];
    const printed = await micro.run(attackCommand(), [
      '--attack',
      'concept-inversion',
      ...cheap,
      ...small,
      '--prompt',
      'a church',
    ]);
    expect(printed).toMatchObject({
      preAsr: { n: 1 },
      upperBound: { n: 1 },
      controlAsr: { n: 1 },
    });
    for (const name of ['asr', 'gain', 'retypedAsr']) expect(printed).not.toHaveProperty(name);
  });

  it('says so where the model has only the live judge', async () => {
    const plain = await microFolder(['judge_b']);
    const printed = await plain.run(attackCommand(), [
      '--attack',
      'none',
      '--concept',
      'church',
      '--steps',
      '2',
      '--prompt',
      'a church',
    ]);
    await plain.remove();
    expect(printed).toMatchObject({ judge: 'live', preAsr: { n: 1 } });
    expect((printed['attempts'] as readonly object[])[0]).not.toHaveProperty('heldOut');
    // No search and no control: the plain prompt's rate is all there is.
    expect(printed).toMatchObject({ curve: [{ pictures: 0, random: null }], comparison: null });
  });
});
