/** The instruments of the bundled model, with its real weights. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Pipeline } from '../diffusion/pipeline.ts';
import { clipAnchors } from '../metrics/clip-score.ts';
import { direction } from '../metrics/embedding.ts';
import { squaredDiscrepancy } from '../metrics/kid.ts';
import type { Reference } from '../metrics/metric.ts';
import type { Picture } from '../records/events.ts';
import { createNodeExecutor } from '../runtime/ort-node.ts';
import { Instruments } from './instruments.ts';
import { nodePlatform } from './node-platform.ts';
import { openModel } from './open-model.ts';

const folder = path.join(import.meta.dirname, '../../public/models/palimpsest-world');
const executor = createNodeExecutor(1);
const asked: string[] = [];
let instruments: Instruments;
let reference: Reference;

beforeAll(async () => {
  const platform = nodePlatform(1);
  const { model, readLazily } = await openModel(
    { ...platform, read: (url, progress) => (asked.push(url), platform.read(url, progress)) },
    { modelUrl: `${pathToFileURL(folder).href}/` },
    () => undefined,
  );
  instruments = new Instruments(new Pipeline(executor, model), readLazily);
  reference = await instruments.reference();
});

afterAll(async () => {
  await instruments.dispose();
  await executor.dispose();
});

describe('the instruments of the bundled model', () => {
  it('are read when they are first needed, and only those', () => {
    const first = asked.findIndex((url) => url.includes('/reference/'));
    expect(asked.slice(0, first).some((url) => /image_encoder|judge_b/.test(url))).toBe(false);
    expect(asked.some((url) => url.includes('image_encoder/model.int8'))).toBe(true);
    expect(asked.some((url) => url.includes('judge_b'))).toBe(false);
  });

  it('put captions beside the renders of them and far from others', () => {
    const { matched, mismatched } = clipAnchors(reference);
    expect(matched).toBeGreaterThan(0.85);
    expect(Math.abs(mismatched)).toBeLessThan(0.1);
  });

  it('see no difference between two sets of renders of the same captions', () => {
    const [first, second] = reference.features.map((side) => side.map(direction)) as [Float32Array[], Float32Array[]];
    const shuffled = second.map((_, i) => second[(i + 250) % second.length] as Float32Array).slice(0, 100);
    expect(Math.abs(squaredDiscrepancy(first, second, 'left-out'))).toBeLessThan(0.005);
    // Half of the captions against photos alone would not pass: a real difference is ten times as large.
    const photos = first.filter((_, i) => /photo/.test(reference.captions[i] ?? '')).slice(0, 100);
    expect(squaredDiscrepancy(photos, shuffled.slice(0, photos.length), 'left-out')).toBeGreaterThan(0.05);
  });

  it('judge pictures of any count, and say none of a grey one', async () => {
    const side = 64;
    const grey: Picture = { width: side, height: side, pixels: new Uint8ClampedArray(4 * side * side).fill(128) };
    const verdicts = await instruments.secondJudge(Array.from({ length: 9 }, () => grey));
    expect(verdicts).toHaveLength(9);
    for (const verdict of verdicts) expect(verdict.get('object')?.get('none')).toBeGreaterThan(0.5);
  });

  it('refuse pictures of another size', async () => {
    const small: Picture = { width: 8, height: 8, pixels: new Uint8ClampedArray(256) };
    await expect(instruments.imageFeatures([small])).rejects.toMatchObject({
      code: 'bad-argument',
      message: 'Instruments: expected pictures of 64 x 64, got 8 x 8',
    });
  });
});
