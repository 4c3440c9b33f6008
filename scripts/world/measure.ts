/** Draws what the questions ask, with the weights users get and with their float32 originals, and measures it. */
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import { PNG } from 'pngjs';
import { wilson } from '../../src/core/wilson.ts';
import type { Judgement, Pipeline } from '../../src/diffusion/pipeline.ts';
import { drawPictures, type DrawnPicture } from '../../src/lab/draw.ts';
import type { Engine } from '../../src/lab/engine.ts';
import { evaluate } from '../../src/lab/evaluate.ts';
import { fromPicture } from '../../src/lab/pictures.ts';
import { mean } from '../../src/metrics/subsampling.ts';
import { judgeThreshold } from '../../src/records/shows-concept.ts';
import { worldConcepts } from '../../src/world/world.ts';
import type { Picture } from '../../src/records/picture.ts';
import type { ConceptRate, WorldMeasurement } from './bars.ts';
import type { Question } from './questions.ts';

/** Question i of every run starts from the noise of seed 3000 + i. */
const firstSeed = 3000;
const together = 8;

export interface Answer extends Question {
  readonly picture: Picture;
  /** The first choice of the head that was asked. */
  readonly seen: string;
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
    const drawn = await drawPictures(pipeline, subjects, { ...sampling, adapter: null, concept: null });
    const seen = await look(drawn.map(({ picture }) => picture));
    some.forEach((question, i) => {
      const [id, probability] = best(seen[i], question.head);
      const isRight = id === question.concept && probability >= judgeThreshold;
      all.push({ ...question, picture: (drawn[i] as DrawnPicture).picture, seen: id, isRight });
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

/** How many of the same questions, from the same noise, end in another verdict. */
export function changes(first: readonly Answer[], second: readonly Answer[]): WorldMeasurement['int8Changes'] {
  return wilson(first.filter(({ seen }, i) => seen !== second[i]?.seen).length, first.length);
}

/** Mean PSNR over held-out renders, a grid PNG of training/make_reference.py, through encoder and decoder. */
export async function reconstruction(pipeline: Pipeline, file: string): Promise<WorldMeasurement['psnr']> {
  const sheet = PNG.sync.read(await readFile(file));
  const size = pipeline.imageSize;
  const decibels: number[] = [];
  for (let y = 0; y < sheet.height; y += size)
    for (let x = 0; x < sheet.width; x += size) {
      const one = new PNG({ width: size, height: size });
      PNG.bitblt(sheet, one, x, y, size, size, 0, 0);
      const before = fromPicture({ width: size, height: size, pixels: new Uint8ClampedArray(one.data) }, size);
      const [after] = await pipeline.decode(await pipeline.encodePictures([before]));
      const squares = before.map(
        (value, i) => (value - Math.max(-1, Math.min(1, (after as Float32Array)[i] as number))) ** 2,
      );
      decibels.push(10 * Math.log10(4 / mean([...squares])));
    }
  return { value: mean(decibels), n: decibels.length };
}

/** Against the renders of the reference's captions, with renders against renders beside it. */
export async function kidAgainstRenders(engine: Engine, n: number): Promise<WorldMeasurement['kid']> {
  const { pipeline, world, instruments } = engine.opened;
  const [concept] = worldConcepts(world);
  if (concept === undefined) throw new Error('world: expected at least one concept, got none');
  const { rates } = await evaluate(pipeline, world, instruments, {
    concept, words: concept.names[0] as string, adapter: null, trigger: '', triggerPosition: 'prefix', prompts: 1, neutral: n, perSynonym: 0, judge: 'held-out',
    seeds: Array.from({ length: n }, (_, i) => firstSeed + i), numInferenceSteps: world.recommended.steps, guidanceScale: world.recommended.guidance,
  }); // prettier-ignore
  const kid = rates['kid'];
  if (kid === undefined) throw new Error(`world: expected a rate "kid", got ${Object.keys(rates).join(', ')}`);
  return { ...kid, baseline: kid.details?.['realReal'] ?? Number.NaN };
}

/** Every int8 weight, config and tokenizer file of the folder as Brotli makes it, in MB of 10^6 bytes. */
export async function compressedMegabytes(folder: string): Promise<number> {
  const compress = promisify(brotliCompress);
  const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as { files: Record<string, number> };
  const second = (await readdir(path.join(folder, 'judge_b'))).filter((name) => !/^model\.safetensors$/.test(name));
  const files = [...Object.keys(manifest.files), ...second.map((name) => `judge_b/${name}`)];
  let bytes = 0;
  for (const file of files) bytes += (await compress(await readFile(path.join(folder, file)))).length;
  return bytes / 1e6;
} // prettier-ignore

function best(judgement: Judgement | undefined, head: string): readonly [string, number] {
  const probabilities = judgement?.get(head);
  if (probabilities === undefined) throw new Error(`world: expected a head "${head}" in the judge, found none`);
  return [...probabilities].reduce((top, entry) => (entry[1] > top[1] ? entry : top));
}
