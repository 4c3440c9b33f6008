import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { wilson } from '../../src/core/wilson.ts';
import { parseWorld } from '../../src/world/world.ts';
import { bars, type ConceptRate, type WorldMeasurement } from './bars.ts';
import { decibels, heldOutRenders } from './examination.ts';
import { changes, conceptRates, type Answer } from './measure.ts';
import { chosenParts, merged, type Evaluation } from './parts.ts';
import { questions, type HeldOut } from './questions.ts';

const json = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../public/models/palimpsest-world/world.json'), 'utf8'),
) as { evaluationPrompts: HeldOut };
const world = parseWorld(json);

describe('the questions', () => {
  const asked = questions(world, json.evaluationPrompts, 20);
  const of = (head: string) => asked.filter((question) => question.head === head);

  it('ask for every object and style as often, half in held-out words', () => {
    for (const [head, things] of [
      ['object', world.objects],
      ['style', world.styles],
    ] as const)
      for (const { id } of things) {
        const some = of(head).filter(({ concept }) => concept === id);
        expect([some.length, some.filter(({ kind }) => kind === 'held-out').length], id).toEqual([20, 10]);
      }
  });

  it('ask for every colour by its name, of the object and not of the sky', () => {
    for (const colour of world.colours) {
      const some = of('colour').filter(({ concept }) => concept === colour);
      expect(some, colour).toHaveLength(20);
      const names = world.objects.flatMap((object) => object.names);
      for (const { prompt } of some)
        expect(
          names.some((name) => prompt.includes(`${colour} ${name}`)),
          prompt,
        ).toBe(true);
    }
  });

  it('ask for a hazard sign and, in the same words, for none', () => {
    const [signs, none] = ['hazard-sign', 'none'].map((id) => of('hazard').filter(({ concept }) => concept === id));
    expect(signs?.map(({ prompt }) => prompt)).toEqual(none?.map(({ prompt }) => `${prompt} with a hazard sign`));
    expect(new Set(none?.map(({ prompt }) => prompt)).size).toBe(20);
  });
});

describe('the bars', () => {
  const rate = (head: string, concept: string, hits: number): ConceptRate => ({
    head,
    concept,
    plain: wilson(0, 100),
    heldOut: wilson(hits, 100),
    all: wilson(hits, 200),
  });
  const right = (object: number, style: number) => ({
    object: wilson(object, 100),
    style: wilson(style, 100),
    colour: wilson(90, 100),
    hazard: wilson(90, 100),
  });
  const none = wilson(0, 100);
  const changed = (count: number) => ({
    ...wilson(count, 100),
    byHead: { object: wilson(count, 100), style: none, colour: none, hazard: none },
  });
  const good: WorldMeasurement = {
    concepts: [
      rate('object', 'church', 99),
      rate('object', 'car', 95),
      rate('style', 'photo', 90),
      rate('colour', 'red', 90),
      rate('hazard', 'none', 100),
    ],
    judges: {
      accuracy: { judge: right(99, 98), judge_b: right(99, 98) },
      agreement: { object: wilson(95, 100), style: wilson(95, 100), hazard: null, hit: wilson(95, 100) },
    },
    psnr: { value: 27, overAllPixels: 26, n: 64 },
    kid: { value: 0.01, low: 0, high: 0.02, n: 100, baseline: 0, baselineLow: -0.01, baselineHigh: 0.01 },
    int8Changes: changed(1),
    megabytes: 12,
  };

  it('hold at their limits', () => {
    expect(bars(good).filter(({ holds }) => !holds)).toEqual([]);
  });

  it('name the worst concept, and fall one by one', () => {
    const failing = (change: Partial<WorldMeasurement>) =>
      bars({ ...good, ...change })
        .filter(({ holds }) => !holds)
        .map(({ what }) => what);
    expect(failing({ concepts: [...good.concepts, rate('object', 'tench', 94)] })).toEqual([
      'object drawn as asked in held-out words, the worst: tench',
    ]);
    expect(failing({ psnr: { value: 26.9, overAllPixels: 27.1, n: 64 } })).toEqual([
      'VAE reconstruction of held-out renders, PSNR as the mean over pictures',
    ]);
    expect(failing({ int8Changes: changed(2) })).toEqual([
      'int8 against float32: pictures whose verdict changes on any head',
    ]);
    expect(failing({ megabytes: 12.1 })).toEqual(['download with everything that measures, Brotli']);
    const { accuracy, agreement } = good.judges;
    expect(failing({ judges: { accuracy: { ...accuracy, judge_b: right(98, 98) }, agreement } })).toEqual([
      'second judge, object, on held-out renders',
    ]);
    expect(failing({ judges: { accuracy: { ...accuracy, judge: right(99, 97) }, agreement } })).toEqual([
      'judge, style, on held-out renders',
    ]);
    expect(failing({ judges: { accuracy, agreement: { ...agreement, hit: wilson(94, 100) } } })).toEqual([
      'both judges: whether it shows the object',
    ]);
  });
});

describe('the parts', () => {
  const before = { settings: { per: 40 }, concepts: [], int8Changes: wilson(0, 1) } as unknown as Partial<Evaluation>;
  const now = { psnr: { value: 27, overAllPixels: 26, n: 1 }, megabytes: 8 };

  it('are all of them or those that were named', () => {
    expect(chosenParts('')).toEqual(['drawing', 'judges', 'vae', 'kid', 'download']);
    expect(chosenParts('vae, download')).toEqual(['vae', 'download']);
    expect(() => chosenParts('vae,unet')).toThrow(
      '--parts: expected some of drawing, judges, vae, kid, download, got "unet"',
    );
  });

  it('keep what was measured before, and never pass over what was not', () => {
    expect(() => merged(before, now)).toThrow('expected what "judges, kid" measured');
    const judged = { judges: {}, kid: {} } as unknown as Partial<Evaluation>;
    expect(merged({ ...before, ...judged, megabytes: 7 }, now)).toMatchObject({ settings: { per: 40 }, megabytes: 8 });
  });
});

it('counts answers by concept and kind, and verdicts that differ on any head', () => {
  const answer = (concept: string, kind: Answer['kind'], object: string, colour = 'red'): Answer => ({
    head: 'object',
    concept,
    kind,
    prompt: '',
    picture: { width: 1, height: 1, pixels: new Uint8ClampedArray(4) },
    choices: { object, style: 'photo', colour, hazard: 'none' },
    isRight: object === concept,
  });
  const given = [answer('car', 'plain', 'car'), answer('car', 'held-out', 'tree'), answer('tree', 'plain', 'tree')];
  expect(
    conceptRates(given).map(({ concept, plain, heldOut, all }) => [concept, plain?.value, heldOut?.value, all.value]),
  ).toEqual([
    ['car', 1, 0, 0.5],
    ['tree', 1, undefined, 1],
  ]);
  const { value, byHead } = changes(given, [
    answer('car', 'plain', 'car', 'blue'),
    given[1] as Answer,
    answer('tree', 'plain', 'car'),
  ]);
  expect(value).toBeCloseTo(2 / 3);
  expect([byHead.object.value, byHead.colour.value, byHead.style.value].map((x) => x.toFixed(2))).toEqual([
    '0.33',
    '0.33',
    '0.00',
  ]);
});

describe('the held-out renders', () => {
  const folder = path.join(import.meta.dirname, '../../public/models/palimpsest-world');
  const masters = path.join(import.meta.dirname, '../../training/masters/palimpsest-world');

  it('are 500 labelled pictures, every object and style among them', async () => {
    const renders = await heldOutRenders({ folder, masters }, 64);
    expect(renders).toHaveLength(500);
    const seen = (head: 'object' | 'style') => new Set(renders.map(({ labels }) => labels[head]));
    expect([...seen('object')].sort()).toEqual(world.objects.map(({ id }) => id).sort());
    expect([...seen('style')].sort()).toEqual(world.styles.map(({ id }) => id).sort());
    expect(renders.every(({ labels }) => world.colours.includes(labels.colour))).toBe(true);
  });

  it('are shipped with sizes that the manifest knows', async () => {
    const manifest = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as Record<
      'files' | 'lazy',
      Record<string, number>
    >;
    for (const [file, bytes] of Object.entries({ ...manifest.files, ...manifest.lazy }))
      expect((await stat(path.join(folder, file))).size, file).toBe(bytes);
  });
});

it('tells the mean over pictures from all pixels at once', () => {
  const { value, overAllPixels } = decibels([0.004, 0.04]);
  expect(value).toBeCloseTo((30 + 20) / 2, 10);
  expect(overAllPixels).toBeCloseTo(10 * Math.log10(4 / 0.022), 10);
});
