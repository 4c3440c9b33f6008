/** Draws what the questions ask, with the weights users get and with their float32 originals, and measures it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import { wilson } from '../../src/core/wilson.ts';
import type { Judgement, Pipeline } from '../../src/diffusion/pipeline.ts';
import { drawPictures, type DrawnPicture } from '../../src/lab/draw.ts';
import type { Engine } from '../../src/lab/engine.ts';
import { evaluate } from '../../src/lab/evaluate.ts';
import type { Score } from '../../src/metrics/metric.ts';
import { judgeThreshold } from '../../src/records/shows-concept.ts';
import type { Picture } from '../../src/records/picture.ts';
import type { ConceptRate, WorldMeasurement } from './bars.ts';
import { firstChoice, heads, type Head } from './examination.ts';
import type { Question } from './questions.ts';

/** Question i of every run starts from the noise of seed 3000 + i. */
const firstSeed = 3000;
const together = 8;

export interface Answer extends Question {
  readonly picture: Picture;
  /** The judge's first choices. */
  readonly choices: Readonly<Record<Head, string>>;
  readonly isRight: boolean;
}

type Look = (pictures: readonly Picture[]) => Promise<readonly Judgement[]>;

export async function answers(
  pipeline: Pipeline,
  look: Look,
  asked: readonly Question[],
  sampling: { readonly numInferenceSteps: number; readonly guidanceScale: number },
  progress: (done: number) => void,
): Promise<readonly Answer[]> {
  const all: Answer[] = [];
  for (let start = 0; start < asked.length; start += together) {
    const some = asked.slice(start, start + together);
    const subjects = some.map(({ prompt }, i) => ({ prompt, seed: firstSeed + start + i }));
    const drawn = await drawPictures(pipeline, subjects, { ...sampling, variant: null, concept: null });
    const seen = await look(drawn.map(({ picture }) => picture));
    some.forEach((question, i) => {
      const [id, probability] = firstChoice(seen[i], question.head);
      const isRight = id === question.concept && probability >= judgeThreshold;
      const choices = Object.fromEntries(heads.map((head) => [head, firstChoice(seen[i], head)[0]])) as Record<
        Head,
        string
      >;
      all.push({ ...question, picture: (drawn[i] as DrawnPicture).picture, choices, isRight });
    });
    progress(all.length);
  }
  return all;
}

export function conceptRates(given: readonly Answer[]): readonly ConceptRate[] {
  const keys = [...new Set(given.map(({ head, concept }) => `${head}/${concept}`))];
  const rate = (some: readonly Answer[]) => wilson(some.filter(({ isRight }) => isRight).length, some.length);
  return keys.map((key) => {
    const some = given.filter(({ head, concept }) => `${head}/${concept}` === key);
    const of = (kind: Question['kind']) => some.filter((answer) => answer.kind === kind);
    const [head, concept] = key.split('/') as [string, string];
    return {
      head,
      concept,
      plain: of('plain').length === 0 ? null : rate(of('plain')),
      heldOut: of('held-out').length === 0 ? null : rate(of('held-out')),
      all: rate(some),
    };
  });
}

/** How many of the same questions, from the same noise, end in another first choice: on any head of the judge, and head by head. */
export function changes(first: readonly Answer[], second: readonly Answer[]): WorldMeasurement['int8Changes'] {
  const differs = (head: Head, i: number) => first[i]?.choices[head] !== second[i]?.choices[head];
  const share = (some: readonly Head[]) =>
    wilson(first.filter((_, i) => some.some((head) => differs(head, i))).length, first.length);
  const byHead = Object.fromEntries(heads.map((head) => [head, share([head])])) as Record<Head, Score>;
  return { ...share(heads), byHead };
}

/** Against the renders of the reference's captions, with renders against renders beside it. */
export async function kidAgainstRenders(engine: Engine, n: number): Promise<WorldMeasurement['kid']> {
  const { pipeline, space, instruments } = engine.opened;
  const [concept] = space.suggestions;
  if (concept === undefined) throw new Error('world: expected at least one concept, got none');
  const { rates } = await evaluate(pipeline, space, instruments, {
    concept,
    words: concept.names[0] as string,
    variant: null,
    trigger: '',
    triggerPosition: 'prefix',
    prompts: 1,
    neutral: n,
    perSynonym: 0,
    judge: 'held-out',
    seeds: Array.from({ length: n }, (_, i) => firstSeed + i),
    numInferenceSteps: space.defaults.steps,
    guidanceScale: space.defaults.guidance,
  });
  const kid = rates['kid'];
  if (kid === undefined) throw new Error(`world: expected a rate "kid", got ${Object.keys(rates).join(', ')}`);
  const [baseline, low, high] = ['realReal', 'realRealLow', 'realRealHigh'].map((name) => kid.details?.[name]);
  if (baseline === undefined || low === undefined || high === undefined)
    throw new Error('world: expected a floor beside "kid", got none');
  return { ...kid, baseline, baselineLow: low, baselineHigh: high };
}

/**
 * Everything of the folder that a page may ask for, as Brotli makes it, in MB of 10^6 bytes: weights, configs and tokenizer on opening, the
 * prepared pictures, and what measuring reads (image encoder, second judge, reference). The sheet of held-out renders is for this command alone.
 */
export async function compressedMegabytes(folder: string): Promise<number> {
  const compress = promisify(brotliCompress);
  const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as {
    readonly files: Readonly<Record<string, number>>;
    readonly lazy: Readonly<Record<string, number>>;
    readonly prepared?: boolean;
  };
  const prepared = manifest.prepared === true ? ['prepared.json', 'prepared.png'] : [];
  let bytes = 0;
  for (const file of [...Object.keys(manifest.files), ...Object.keys(manifest.lazy), ...prepared])
    bytes += (await compress(await readFile(path.join(folder, file)))).length;
  return bytes / 1e6;
}
