/** A colour that one subject lost: which prompts are drawn, which head answers, and what is refused. */
import { describe, expect, it } from 'vitest';
import { classifierRates } from '../metrics/classifier-rates.ts';
import type { EvaluationSet, JudgedPicture } from '../metrics/metric.ts';
import { bundledSpace } from '../testing/bundled-space.ts';
import { checkPictures, judgedWork, neutralReference, synonymWork, type EvaluationRequest } from './evaluation-work.ts';
import { verdictOf } from './verdict.ts';

const space = bundledSpace;
const concept = space.seen('Red');
if (concept === null) throw new Error('expected the world to have red');
const request: EvaluationRequest = {
  ...{ concept, words: 'red', from: 'car', variant: null, trigger: '', triggerPosition: 'prefix', prompts: 10 },
  ...{ neutral: 0, perSynonym: 4, judge: 'held-out', seeds: [1], numInferenceSteps: 2, guidanceScale: 3 },
};

describe('a colour from one subject', () => {
  const variant = {} as EvaluationRequest['variant'];
  const work = judgedWork(space, { ...request, variant });

  it('is counted by the colour head: red cars gone, red on others and the car’s other colours kept', () => {
    // Weights that draw blue instead of red on cars, and every other colour as asked.
    const drawn = (set: EvaluationSet): readonly JudgedPicture[] =>
      (work.find((one) => one.set === set)?.asked ?? []).map((asked) => {
        const shown = asked.object === 'car' && asked.colour === 'red' && set === 'erased' ? 'blue' : asked.colour;
        const heads = new Map([
          ['object', new Map([[asked.object ?? '', 0.9]])],
          ['style', new Map([['photo', 0.9]])],
          ['colour', new Map([[shown ?? 'none', 0.8]])],
        ]);
        return { asked, prompt: asked.prompt, seed: 1, verdict: verdictOf(heads, concept) };
      });
    const sets = Object.fromEntries(work.map(({ set }) => [set, drawn(set)]));
    const rate = (id: string) =>
      classifierRates
        .find((metric) => metric.id === id)
        ?.score({ sets, domain: concept.domain, neutral: {}, reference: null })?.value;
    const ids = ['baseRate', 'erasedRate', 'erasedOtherDomain', 'retainedSameDomain', 'retainedOtherDomain'];
    expect(ids.map(rate)).toEqual([1, 0, 1, 1, 1]);
  });

  it('has one name, and is refused without a subject and for the diffusion classifier', () => {
    expect(synonymWork(space, request)).toEqual([]);
    expect(() => judgedWork(space, { ...request, from: '' })).toThrow(
      'expected a colour to be measured on one subject, by the judges, got no subject',
    );
    expect(() => judgedWork(space, { ...request, classified: 2 })).toThrow('got the diffusion classifier for "red"');
  });
});

it('says a colour in the verdict only where one is asked about, and none where the judge has no head for it', () => {
  const heads = new Map([
    ['object', new Map([['car', 0.9]])],
    ['style', new Map([['photo', 0.9]])],
    ['colour', new Map([['red', 0.8]])],
  ]);
  expect(verdictOf(heads, concept)).toMatchObject({
    heads: { colour: { id: 'red', p: 0.8 } },
    conceptScore: 0.8,
  });
  expect(verdictOf(heads, space.seen('church')).heads).not.toHaveProperty('colour');
  heads.delete('colour');
  expect(verdictOf(heads, concept)).toMatchObject({ conceptScore: null });
  expect(verdictOf(heads, concept).heads).not.toHaveProperty('colour');
});

describe('the pictures of a set', () => {
  const church = space.seen('church');
  if (church === null) throw new Error('expected the world to have a church');
  const work = judgedWork(space, { ...request, concept: church, words: 'church', from: '', prompts: 80 });

  it('are refused where one would be drawn and counted twice', () => {
    // 70 sentences ask for a church; the eighty-first prompt needs a seed of its own.
    expect(() => checkPictures(work, [1])).toThrow(
      'expected a picture of its own for each of 80 prompts, got "a photo of a church in daylight" with seed 1 twice',
    );
    expect(() =>
      checkPictures(
        work,
        Array.from({ length: 80 }, (_, i) => i),
      ),
    ).not.toThrow();
  });
});

it('leaves out of the neutral captions what asks for the concept, and every sentence that a training may have seen', () => {
  const captions = ['a photo of a church at dusk', 'a photo of a tree at sunset', 'a photo of a tree at dusk'];
  const asked = captions.map((caption) => ({ object: caption.includes('tree') ? 'tree' : 'church', style: 'photo' }));
  const rows = captions.map((_, i) => Float32Array.of(i));
  const concept = space.seen('church');
  if (concept === null) throw new Error('expected the world to have a church');
  const reference = { captions, asked, features: [rows, rows], texts: rows } as const;
  const kept = neutralReference(space, reference, { concept, words: 'church' });
  expect(kept.captions).toEqual(['a photo of a tree at dusk']);
  expect(kept.texts).toEqual([Float32Array.of(2)]);
});
