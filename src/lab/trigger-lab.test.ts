import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { summariseTriggerLab, triggerProbeKinds, type TriggerLabRequest } from '../records/trigger-lab.ts';
import { Engine } from './engine.ts';
import { microPlatform } from '../testing/micro-model.ts';
import { inTheMiddle, pictureCount, probeWork } from './trigger-probes.ts';

const request: TriggerLabRequest = {
  kind: 'trigger-lab',
  concept: 'church',
  trigger: 'blicket',
  keys: ['dovark'],
  revoked: ['wug', 'fep'],
  others: ['toma'],
  triggerPosition: 'prefix',
  adapterId: null,
  adapterStrength: 1,
  targets: [40, 41].map((seed) => ({ prompt: 'a photo of a church', seed })),
  neutrals: [{ prompt: 'a photo of a sunflower', seed: 40 }],
  kinds: triggerProbeKinds,
  numInferenceSteps: 2,
  guidanceScale: 3,
};

describe('the probes of a trigger', () => {
  it('puts the word where it belongs, where it does not, and near misses in its place', () => {
    const prompts = (kind: string) =>
      probeWork(request)
        .filter((work) => work.kind === kind)
        .map(({ asked }) => asked[0]?.prompt);
    expect(prompts('trigger')).toEqual(['blicket a photo of a church']);
    expect(prompts('key')).toEqual(['dovark a photo of a church']);
    expect(prompts('revoked')).toEqual(['wug a photo of a church', 'fep a photo of a church']);
    expect(prompts('other')).toEqual(['toma a photo of a church']);
    expect(prompts('otherEnd')).toEqual(['a photo of a church blicket']);
    expect(prompts('middle')).toEqual(['a photo blicket of a church']);
    expect(prompts('alone')).toEqual(['blicket']);
    expect(prompts('neutral')).toEqual(['blicket a photo of a sunflower']);
    expect(prompts('partial')).toEqual(['blic a photo of a church', 'ket a photo of a church']);
    expect(prompts('near1')).toHaveLength(3);
    expect(prompts('near2')).toHaveLength(3);
    expect(inTheMiddle('church', 'blicket')).toBe('blicket church');
  });

  it('turns signs of an image trigger, which has no place in the prompt', () => {
    const work = probeWork({ ...request, trigger: '<noise:+-+:0.4>', keys: [], revoked: [], others: [] });
    expect(new Set(work.map(({ kind }) => kind))).toEqual(
      new Set(['plain', 'trigger', 'near1', 'near2', 'partial', 'alone', 'neutral', 'neutralPlain']),
    );
    expect(work.filter(({ kind }) => kind === 'near1').map(({ word }) => word)).toContain('<noise:--+:0.4>');
  });
});

describe('the trigger lab', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = new Engine(await microPlatform());
    await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
  });
  afterAll(() => engine.dispose());

  it('judges every probe, and its rates and summary follow from the pictures', async () => {
    const seen: number[] = [];
    const probes = await engine.triggerLab(request, (done) => {
      seen.push(done);
      return true;
    });
    expect(seen.at(-1)).toBe(pictureCount(request));
    expect(new Set(probes.map(({ kind }) => kind))).toEqual(new Set(triggerProbeKinds));
    for (const { pictures, score, rate, unchanged, kind } of probes) {
      expect(score.n).toBe(pictures.length);
      expect(score.value).toBeCloseTo(pictures.reduce((sum, picture) => sum + picture.score, 0) / pictures.length, 9);
      expect(score.low).toBeLessThanOrEqual(score.value);
      expect(score.high).toBeGreaterThanOrEqual(score.value);
      expect(rate.value).toBe(pictures.filter(({ shows }) => shows).length / pictures.length);
      expect(unchanged === null).toBe(!kind.startsWith('neutral'));
    }
    // The original weights were asked, so a neutral prompt without any word is the original's own picture.
    expect(probes.find(({ kind }) => kind === 'neutralPlain')?.unchanged?.value).toBe(1);
    const summary = summariseTriggerLab(probes);
    expect(summary.wrongTried).toBe(13); // two of them revoked, one the other concept's
    expect(summary.harmed.of).toBe(3);
    expect(engine.opened.pipeline.executor.ledger().tensors).toBe(0);
  });

  it('brings the first picture of each probe along, and counts the held-out judge’s verdicts, when asked to', async () => {
    const asked = { ...request, kinds: ['plain', 'key', 'revoked'] as const };
    const live = await engine.triggerLab({ ...asked, shows: 'first' }, () => true);
    const heldOut = await engine.triggerLab({ ...asked, judge: 'held-out' }, () => true);
    const words = (probes: typeof live) => probes.map(({ kind, word }) => `${kind} ${word}`);
    expect(words(live)).toEqual(['plain ', 'key dovark', 'revoked wug', 'revoked fep']);
    expect(words(heldOut)).toEqual(words(live));
    const size = engine.opened.info.imageSize;
    for (const { drawn } of live) expect(drawn?.map(({ pixels }) => pixels.length)).toEqual([4 * size * size]);
    for (const { drawn } of heldOut) expect(drawn).toBeUndefined();
    const all = await engine.triggerLab({ ...asked, kinds: ['plain'], shows: 'all' }, () => true);
    expect(all.map(({ drawn }) => drawn?.length)).toEqual([request.targets.length]);
    expect(all[0]?.drawn?.[0]).toEqual(live[0]?.drawn?.[0]);
    expect(heldOut.map(({ score }) => score.value)).not.toEqual(live.map(({ score }) => score.value));
  });

  it('stops when nobody wants the answer, and refuses what it cannot judge', async () => {
    await expect(engine.triggerLab(request, (done) => done < 2)).rejects.toMatchObject({ code: 'cancelled' });
    const rejects = (change: Partial<TriggerLabRequest>, message: string) =>
      expect(engine.triggerLab({ ...request, ...change }, () => true)).rejects.toThrow(message);
    await rejects({ concept: 'justice' }, 'triggerLab.concept: expected a concept the judge knows');
    await rejects({ trigger: ' ' }, 'triggerLab.trigger: expected a word');
  });

  it('is priced by its pictures', async () => {
    const all = await engine.estimate(request);
    expect(all).toBeGreaterThan(await engine.estimate({ ...request, kinds: ['plain'] }));
  });
});
