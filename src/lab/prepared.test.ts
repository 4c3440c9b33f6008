/** The prepared pictures are what the bundled model draws now. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PNG } from 'pngjs';
import { expect, it } from 'vitest';
import type { PreparedPictures } from '../records/prepared.ts';
import { findConcept } from '../world/world.ts';
import { drawPictures } from './draw.ts';
import { Engine } from './engine.ts';
import { nodePlatform } from './node-platform.ts';

const folder = path.join(import.meta.dirname, '../../public/models/palimpsest-world');

it('a prepared picture differs from a live one by rounding only', async () => {
  const prepared = JSON.parse(readFileSync(path.join(folder, 'prepared.json'), 'utf8')) as PreparedPictures;
  const sprite = PNG.sync.read(readFileSync(path.join(folder, 'prepared.png')));
  const engine = new Engine(nodePlatform(1));
  try {
    await engine.open({ backend: 'auto', modelUrl: `${pathToFileURL(folder).href}/` }, () => undefined);
    const { pipeline, world } = engine.opened;
    const catalog = await engine.catalog();
    expect(prepared.known).toEqual({ concepts: catalog.concepts, defaults: catalog.defaults });
    const row = 1;
    const column = 2;
    const { prompt, verdicts } = prepared.rows[row] as PreparedPictures['rows'][number];
    const [drawn] = await drawPictures(pipeline, [{ prompt, seed: prepared.seeds[column] as number }], {
      adapter: null,
      ...prepared.known.defaults,
      concept: findConcept(world, 'church'),
    });
    let worst = 0;
    for (let y = 0; y < prepared.size; y++)
      for (let x = 0; x < 4 * prepared.size; x++) {
        const there = sprite.data[
          4 * ((row * prepared.size + y) * sprite.width + column * prepared.size) + x
        ] as number;
        worst = Math.max(worst, Math.abs(there - (drawn?.picture.pixels[4 * y * prepared.size + x] as number)));
      }
    expect(worst).toBeLessThanOrEqual(2);
    expect(drawn?.verdict.conceptScore).toBeCloseTo(verdicts[column]?.conceptScore ?? NaN, 2);
  } finally {
    await engine.dispose();
  }
}, 60_000);
