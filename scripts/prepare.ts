/**
 * npm run prepare-pictures: draws the default experiment's Original pictures with the bundled model and writes prepared.json and
 * prepared.png into its folder. Run it after every export; a test compares them with what the model draws.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PNG } from 'pngjs';
import { drawPictures } from '../src/lab/draw.ts';
import { Engine } from '../src/lab/engine.ts';
import { nodePlatform } from '../src/lab/node-platform.ts';
import type { PreparedPictures } from '../src/records/prepared.ts';
import { completeExperiment } from '../src/ui/state/default-experiment.ts';
import { drawingSignature } from '../src/ui/state/requests.ts';
import { bundledModel } from './lab/session.ts';

const folder = path.resolve(bundledModel);
const engine = new Engine(nodePlatform());
try {
  const info = await engine.open({ backend: 'auto', modelUrl: `${pathToFileURL(folder).href}/` }, () => undefined);
  const { pipeline, space } = engine.opened;
  const { concepts, defaults } = await engine.catalog();
  const experiment = completeExperiment({}, { concepts, defaults });
  const { seeds, numInferenceSteps, guidanceScale } = experiment;
  const options = { variant: null, numInferenceSteps, guidanceScale, concept: space.concept(experiment.concept) };
  const size = info.imageSize;
  const png = new PNG({ width: size * seeds.length, height: size * experiment.rows.length });
  const rows: PreparedPictures['rows'][number][] = [];
  for (const [row, { text: prompt }] of experiment.rows.entries()) {
    const drawn = await drawPictures(
      pipeline,
      seeds.map((seed) => ({ prompt, seed })),
      options,
    );
    drawn.forEach(({ picture }, column) => {
      const source = new PNG({ width: size, height: size });
      source.data = Buffer.from(picture.pixels);
      PNG.bitblt(source, png, 0, 0, size, size, column * size, row * size);
    });
    rows.push({ prompt, verdicts: drawn.map(({ verdict }) => verdict) });
  }
  const signature = drawingSignature(experiment, 'original', null, { word: '', found: null });
  const prepared: PreparedPictures = { known: { concepts, defaults }, signature, size, seeds, rows };
  await writeFile(path.join(folder, 'prepared.json'), `${JSON.stringify(prepared)}\n`);
  await writeFile(path.join(folder, 'prepared.png'), PNG.sync.write(png));
  const manifest = path.join(folder, 'manifest.json');
  const before = JSON.parse(await readFile(manifest, 'utf8')) as object;
  await writeFile(manifest, `${JSON.stringify({ ...before, prepared: true }, null, 2)}\n`);
} finally {
  await engine.dispose();
}
