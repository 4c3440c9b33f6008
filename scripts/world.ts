/**
 * `npm run world`: measures the bundled model against the bars of docs/world.md, prints them and every concept's rates, and ends with 1
 * when one does not hold. The held-out judge counts. `--write` also keeps the numbers in evaluation.json of the model folder, from
 * which training/card.py writes the card, and a contact sheet in out/world.png.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { PNG } from 'pngjs';
import { Pipeline } from '../src/diffusion/pipeline.ts';
import { Engine } from '../src/lab/engine.ts';
import { nodePlatform } from '../src/lab/node-platform.ts';
import { loadModel } from '../src/models/family.ts';
import { createNodeExecutor } from '../src/runtime/ort-node.ts';
import { bundledModel, progressLine, wholeNumber } from './lab/session.ts';
import { bars, type ConceptRate } from './world/bars.ts';
import { examine, heads, heldOutRenders, reconstruction } from './world/examination.ts';
import * as measure from './world/measure.ts';
import { questions, type HeldOut } from './world/questions.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: bundledModel },
    per: { type: 'string', default: '40' },
    neutral: { type: 'string', default: '200' },
    threads: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
  },
});
const folder = path.resolve(values.model);
const per = wholeNumber(2, 40)(values.per); // 20 held-out prompts a concept
const threads = wholeNumber(1, 256)(values.threads);
const engine = new Engine(nodePlatform(threads));
await engine.open({ backend: 'auto', modelUrl: `${pathToFileURL(folder).href}/` }, () => undefined);
const { pipeline, world, instruments } = engine.opened;
const { evaluationPrompts } = JSON.parse(await readFile(path.join(folder, 'world.json'), 'utf8')) as { evaluationPrompts: HeldOut }; // prettier-ignore
const sampling = { numInferenceSteps: world.recommended.steps, guidanceScale: world.recommended.guidance };
const asked = questions(world, evaluationPrompts, per);
const look = instruments.secondJudge.bind(instruments);
const shipped = await measure.answers(pipeline, look, asked, sampling, (done) => {
  progressLine(`int8: picture ${done} of ${asked.length}`);
});

const float32 = new Pipeline(
  createNodeExecutor(threads),
  await loadModel((name) => readFile(path.join(folder, name)), 'float32'),
);
const exact = await measure.answers(float32, look, asked, sampling, (done) => {
  progressLine(`float32: picture ${done} of ${asked.length}`);
});
await float32.dispose();
await float32.executor.dispose();

const concepts = measure.conceptRates(shipped);
const renders = await heldOutRenders(folder, pipeline.imageSize);
const measured = {
  concepts,
  judges: await examine(pipeline, instruments, renders),
  psnr: await reconstruction(pipeline, renders),
  kid: await measure.kidAgainstRenders(engine, wholeNumber(8, 500)(values.neutral)),
  int8Changes: measure.changes(shipped, exact),
  megabytes: await measure.compressedMegabytes(folder),
};
await engine.dispose();

const percent = (rate: ConceptRate['plain']) => (rate === null ? '-' : `${Math.round(rate.value * rate.n)}/${rate.n}`);
console.table(concepts.map(({ head, concept, plain, heldOut }) => ({ head, concept, plain: percent(plain), 'held-out': percent(heldOut) }))); // prettier-ignore
for (const [judge, rates] of Object.entries(measured.judges.accuracy)) console.table([{ judge, ...Object.fromEntries(heads.map((head) => [head, percent(rates[head])])) }]); // prettier-ignore
const all = bars(measured);
console.table(all.map(({ holds, ...bar }) => ({ ...bar, holds: holds ? 'yes' : 'NO' })));
if (values.write) {
  const settings = { ...sampling, per, firstSeed: 3000, judge: 'judge_b', weights: 'int8' };
  await writeFile(path.join(folder, 'evaluation.json'), `${JSON.stringify({ settings, ...measured }, null, 1)}\n`);
  await mkdir('out', { recursive: true });
  await writeFile('out/world.png', contactSheet());
}
process.exitCode = all.every(({ holds }) => holds) ? 0 : 1;

/** The first ten pictures of every concept, a row each. */
function contactSheet(): Buffer {
  const size = pipeline.imageSize;
  const columns = 10;
  const sheet = new PNG({ width: columns * size, height: concepts.length * size });
  concepts.forEach(({ head, concept }, row) => {
    const some = shipped.filter((answer) => answer.head === head && answer.concept === concept);
    const step = Math.max(1, Math.floor(some.length / columns));
    for (let column = 0; column < columns; column++) {
      const answer = some[column * step];
      if (answer === undefined) continue;
      const one = new PNG({ width: size, height: size });
      one.data = Buffer.from(answer.picture.pixels);
      PNG.bitblt(one, sheet, 0, 0, size, size, column * size, row * size);
    }
  });
  return PNG.sync.write(sheet);
}
