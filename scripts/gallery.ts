/**
 * npx tsx scripts/gallery.ts: draws src/ui/learn/drawn.png, the model's half of the gallery in Learn, from the captions that
 * training/make_gallery.py wrote into gallery.json, and writes there how. Run it after every export of the model. One seed, nothing picked.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PNG } from 'pngjs';
import { drawPictures } from '../src/lab/draw.ts';
import { Engine } from '../src/lab/engine.ts';
import { nodePlatform } from '../src/lab/node-platform.ts';
import gallery from '../src/ui/learn/gallery.json' with { type: 'json' };
import { bundledModel } from './lab/session.ts';

const seed = 40;

const engine = new Engine(nodePlatform());
try {
  const modelUrl = `${pathToFileURL(path.resolve(bundledModel)).href}/`;
  const { imageSize: size } = await engine.open({ backend: 'auto', modelUrl }, () => undefined);
  const { pipeline, space } = engine.opened;
  const sampling = { numInferenceSteps: space.defaults.steps, guidanceScale: space.defaults.guidance };
  const options = { variant: null, concept: null, ...sampling };
  const sheet = new PNG({ width: size * gallery.pictures.length, height: size });
  for (const [place, { caption: prompt }] of gallery.pictures.entries()) {
    const [drawn] = await drawPictures(pipeline, [{ prompt, seed }], options);
    if (drawn === undefined) throw new Error(`gallery: expected a picture of "${prompt}", got none`);
    const source = new PNG({ width: size, height: size });
    source.data = Buffer.from(drawn.picture.pixels);
    PNG.bitblt(source, sheet, 0, 0, size, size, place * size, 0);
  }
  await writeFile(path.resolve('src/ui/learn/drawn.png'), PNG.sync.write(sheet));
  const { pictures } = gallery;
  await writeFile(
    path.resolve('src/ui/learn/gallery.json'),
    `${JSON.stringify({ drawn: { seed, ...sampling }, pictures }, null, 2)}\n`,
  );
} finally {
  await engine.dispose();
}
