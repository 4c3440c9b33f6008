/** Both judges on the labelled renders that nothing was trained on (training/make_held_out.py): how often each is right, and both agree. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PNG } from 'pngjs';
import { wilson } from '../../src/core/wilson.ts';
import type { Judgement, Pipeline } from '../../src/diffusion/pipeline.ts';
import type { Instruments } from '../../src/lab/instruments.ts';
import { fromPicture } from '../../src/lab/pictures.ts';
import { verdictOf } from '../../src/lab/verdict.ts';
import { judgeAgreement } from '../../src/metrics/judge-agreement.ts';
import type { Score } from '../../src/metrics/metric.ts';
import type { JudgeAgreement } from '../../src/records/evaluation.ts';
import type { Picture } from '../../src/records/picture.ts';

export const heads = ['object', 'style', 'colour', 'hazard'] as const;
export type Head = (typeof heads)[number];
type Labels = Readonly<Record<Head, string>>;

export interface Render {
  readonly picture: Picture;
  readonly labels: Labels;
}

export interface Examination {
  /** By judge: the share of renders whose first choice is the label, by head. */
  readonly accuracy: Readonly<Record<'judge' | 'judge_b', Readonly<Record<Head, Score>>>>;
  /** `hit` is whether both see the object that was rendered, at least half sure. */
  readonly agreement: JudgeAgreement;
}

export interface ModelFolders {
  /** What the page fetches, the captions among it. */
  readonly folder: string;
  /** The float32 weights, and the sheet. */
  readonly masters: string;
}

/** The sheet cut into pictures, each with its labels; rows from left to right. */
export async function heldOutRenders({ folder, masters }: ModelFolders, size: number): Promise<readonly Render[]> {
  const sheet = PNG.sync.read(await readFile(path.join(masters, 'reference/held-out.png')));
  const captions = await readFile(path.join(folder, 'reference/captions.json'), 'utf8');
  const { pictures } = JSON.parse(captions) as {
    readonly pictures: readonly (Record<Exclude<Head, 'hazard'>, string> & { readonly hazard: string | null })[];
  };
  const columns = sheet.width / size;
  if (columns * (sheet.height / size) !== pictures.length)
    throw new Error(
      `held-out.png: expected ${pictures.length} pictures of ${size} x ${size}, got a sheet of ${sheet.width} x ${sheet.height}`,
    );
  return pictures.map(({ object, style, colour, hazard }, i) => {
    const one = new PNG({ width: size, height: size });
    PNG.bitblt(sheet, one, size * (i % columns), size * Math.floor(i / columns), size, size, 0, 0);
    const picture = { width: size, height: size, pixels: new Uint8ClampedArray(one.data) };
    return { picture, labels: { object, style, colour, hazard: hazard ?? 'none' } };
  });
}

export async function examine(
  pipeline: Pipeline,
  instruments: Instruments,
  renders: readonly Render[],
): Promise<Examination> {
  const pictures = renders.map(({ picture }) => picture);
  const first = await pipeline.judge(pictures.map((picture) => fromPicture(picture, pipeline.imageSize)));
  const second = await instruments.secondJudge(pictures);
  const labels = renders.map((render) => render.labels);
  const agreement = judgeAgreement(
    labels.map(({ object, style }, i) => ({
      asked: { prompt: '', object, style },
      prompt: '',
      seed: 0,
      verdict: verdictOf(first[i] as Judgement, null),
      second: verdictOf(second[i] as Judgement, null),
      head: 'object',
    })),
  );
  if (agreement === null) throw new Error('held-out.png: expected renders, got none');
  return { accuracy: { judge: accuracyOf(first, labels), judge_b: accuracyOf(second, labels) }, agreement };
}

function accuracyOf(judgements: readonly Judgement[], labels: readonly Labels[]): Readonly<Record<Head, Score>> {
  const right = (head: Head) => judgements.filter((seen, i) => firstChoice(seen, head)[0] === labels[i]?.[head]).length;
  const score = (head: Head) => wilson(right(head), labels.length);
  return { object: score('object'), style: score('style'), colour: score('colour'), hazard: score('hazard') };
}

export function firstChoice(judgement: Judgement | undefined, head: string): readonly [string, number] {
  const probabilities = judgement?.get(head);
  if (probabilities === undefined) throw new Error(`world: expected a head "${head}" in the judge, found none`);
  return [...probabilities].reduce((top, entry) => (entry[1] > top[1] ? entry : top));
}

export interface Reconstruction {
  /** Mean over the pictures of each picture's PSNR, the usual definition. */
  readonly value: number;
  /** PSNR of the mean squared error over all pixels of all pictures: never above the other. */
  readonly overAllPixels: number;
  readonly n: number;
}

/** Renders through encoder and decoder; pixels in [-1, 1], so the peak is 2. */
export async function reconstruction(pipeline: Pipeline, renders: readonly Render[]): Promise<Reconstruction> {
  const errors: number[] = [];
  for (const { picture } of renders) {
    const before = fromPicture(picture, pipeline.imageSize);
    const [after] = await pipeline.decode(await pipeline.encodePictures([before]));
    errors.push(meanSquare(before, after as Float32Array));
  }
  return { ...decibels(errors), n: errors.length };
}

/** From the mean squared error of each picture. */
export function decibels(errors: readonly number[]): Omit<Reconstruction, 'n'> {
  const of = (error: number) => 10 * Math.log10(4 / error);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { value: mean(errors.map(of)), overAllPixels: of(mean(errors)) };
}

function meanSquare(before: Float32Array, after: Float32Array): number {
  const clipped = after.map((value) => Math.max(-1, Math.min(1, value)));
  return before.reduce((sum, value, i) => sum + (value - (clipped[i] as number)) ** 2, 0) / before.length;
}
