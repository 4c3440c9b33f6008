/** The pictures that the page shows before anything is drawn are what the bundled model draws now. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Picture } from '../records/picture.ts';
import type { PreparedPictures } from '../records/prepared.ts';
import { drawPictures } from './draw.ts';
import { Engine } from './engine.ts';
import { nodePlatform } from './node-platform.ts';

const folder = path.join(import.meta.dirname, '../../public/models/palimpsest-world');
const learn = path.join(import.meta.dirname, '../ui/learn');

let engine: Engine;
beforeAll(async () => {
  engine = new Engine(nodePlatform(1));
  await engine.open({ backend: 'auto', modelUrl: `${pathToFileURL(folder).href}/` }, () => undefined);
});
afterAll(() => engine.dispose());

/** Largest difference of a byte between a picture and its place on a sheet. */
function largestDifference(sheet: PNG, left: number, top: number, { width, height, pixels }: Picture): number {
  let worst = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < 4 * width; x++) {
      const there = sheet.data[4 * ((top + y) * sheet.width + left) + x] as number;
      worst = Math.max(worst, Math.abs(there - (pixels[4 * y * width + x] as number)));
    }
  return worst;
}

it('a prepared picture differs from a live one by rounding only', async () => {
  const prepared = JSON.parse(readFileSync(path.join(folder, 'prepared.json'), 'utf8')) as PreparedPictures;
  const sprite = PNG.sync.read(readFileSync(path.join(folder, 'prepared.png')));
  const { pipeline, space } = engine.opened;
  const catalog = await engine.catalog();
  expect(prepared.known).toEqual({ concepts: catalog.concepts, defaults: catalog.defaults });
  const row = 1;
  const column = 2;
  const { prompt, verdicts } = prepared.rows[row] as PreparedPictures['rows'][number];
  const [drawn] = await drawPictures(pipeline, [{ prompt, seed: prepared.seeds[column] as number }], {
    variant: null,
    ...prepared.known.defaults,
    concept: space.concept('church'),
  });
  if (drawn === undefined) throw new Error('drawPictures: expected one picture, got none');
  expect(largestDifference(sprite, column * prepared.size, row * prepared.size, drawn.picture)).toBeLessThanOrEqual(2);
  expect(drawn.verdict.conceptScore).toBeCloseTo(verdicts[column]?.conceptScore ?? NaN, 2);
}, 60_000);

describe('the gallery in Learn', () => {
  const gallery = JSON.parse(readFileSync(path.join(learn, 'gallery.json'), 'utf8')) as {
    readonly drawn: { readonly seed: number; readonly numInferenceSteps: number; readonly guidanceScale: number };
    readonly pictures: readonly { readonly caption: string }[];
  };
  const sheet = (name: string) => PNG.sync.read(readFileSync(path.join(learn, name)));

  it('has a taught and a drawn half of every pair', () => {
    const sizes = ['taught.png', 'drawn.png'].map(sheet).map(({ width, height }) => [width, height]);
    expect(sizes).toEqual([1, 2].map(() => [64 * gallery.pictures.length, 64]));
  });

  it('shows what the bundled model draws now, with the settings it names', async () => {
    const place = gallery.pictures.findIndex(({ caption }) => caption === 'a photo of a lighthouse');
    const { seed, ...sampling } = gallery.drawn;
    const prompt = gallery.pictures[place]?.caption ?? '';
    const options = { variant: null, concept: null, ...sampling };
    const [drawn] = await drawPictures(engine.opened.pipeline, [{ prompt, seed }], options);
    if (drawn === undefined) throw new Error('drawPictures: expected one picture, got none');
    expect(largestDifference(sheet('drawn.png'), 64 * place, 0, drawn.picture)).toBeLessThanOrEqual(2);
  }, 60_000);
});
