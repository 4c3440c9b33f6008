/**
 * `npm run world`: measures the bundled model against the bars of docs/world.md, prints them and every concept's rates, and ends with 1
 * when one does not hold. The held-out judge counts. `--write` also keeps the numbers in evaluation.json beside the float32 weights, from
 * which training/card.py writes the card, and a contact sheet in out/world.png. `--parts judges,vae` measures only these and takes the others
 * from evaluation.json: drawing takes hours on a busy machine, the rest minutes.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Pipeline } from '../src/diffusion/pipeline.ts';
import { Engine } from '../src/lab/engine.ts';
import { nodePlatform } from '../src/lab/node-platform.ts';
import { folderAt } from '../src/lab/folder-at.ts';
import { loadModel } from '../src/models/family.ts';
import { createNodeExecutor } from '../src/runtime/ort-node.ts';
import { bundledMasters, bundledModel, progressLine, wholeNumber } from './lab/session.ts';
import { parseWorld } from '../src/world/world.ts';
import { bars, type ConceptRate, type WorldMeasurement } from './world/bars.ts';
import { contactSheet } from './world/contact-sheet.ts';
import { examine, heads, heldOutRenders, reconstruction } from './world/examination.ts';
import * as measure from './world/measure.ts';
import { chosenParts, merged, type Evaluation } from './world/parts.ts';
import { questions, type HeldOut } from './world/questions.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: bundledModel },
    masters: { type: 'string', default: bundledMasters },
    per: { type: 'string', default: '40' },
    neutral: { type: 'string', default: '200' },
    threads: { type: 'string', default: '1' },
    parts: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
});
const parts = chosenParts(values.parts);
const folder = path.resolve(values.model);
const masters = path.resolve(values.masters);
const per = wholeNumber(2, 40)(values.per); // 20 held-out prompts a concept
const threads = wholeNumber(1, 256)(values.threads);
const engine = new Engine(nodePlatform(threads));
await engine.open({ backend: 'auto', modelUrl: `${pathToFileURL(folder).href}/` }, () => undefined);
const { pipeline, instruments } = engine.opened;
const world = parseWorld(pipeline.model.world);
const sampling = { numInferenceSteps: world.recommended.steps, guidanceScale: world.recommended.guidance };
const drawn = parts.includes('drawing') ? await drawing() : null;

const found: Partial<WorldMeasurement> = {
  ...(drawn === null ? {} : { concepts: drawn.concepts, int8Changes: drawn.int8Changes }),
  ...(parts.includes('judges') ? { judges: await examine(pipeline, instruments, await renders()) } : {}),
  ...(parts.includes('vae') ? { psnr: await reconstruction(pipeline, await renders()) } : {}),
  ...(parts.includes('kid')
    ? { kid: await measure.kidAgainstRenders(engine, wholeNumber(8, 500)(values.neutral)) }
    : {}),
  ...(parts.includes('download') ? { megabytes: await measure.compressedMegabytes(folder) } : {}),
};
await engine.dispose();

const evaluationFile = path.join(masters, 'evaluation.json');
const settings = { ...sampling, per, firstSeed: 3000, judge: 'judge_b', weights: 'int8' };
const before = await readFile(evaluationFile, 'utf8').then(
  (text) => JSON.parse(text) as Evaluation,
  () => null,
);
const evaluation = merged(before, { ...(drawn === null ? {} : { settings }), ...found });
if (values.write) {
  await writeFile(evaluationFile, `${JSON.stringify(evaluation, null, 1)}\n`);
  if (drawn !== null) {
    await mkdir('out', { recursive: true });
    await writeFile('out/world.png', drawn.sheet);
  }
}

const percent = (rate: ConceptRate['plain']) => (rate === null ? '-' : `${Math.round(rate.value * rate.n)}/${rate.n}`);
console.table(
  evaluation.concepts.map(({ head, concept, plain, heldOut }) => ({
    head,
    concept,
    plain: percent(plain),
    'held-out': percent(heldOut),
  })),
);
console.table(
  Object.entries(evaluation.judges.accuracy).map(([judge, rates]) => ({
    judge,
    ...Object.fromEntries(heads.map((head) => [head, percent(rates[head])])),
  })),
);
const all = bars(evaluation);
console.table(all.map(({ holds, ...bar }) => ({ ...bar, holds: holds ? 'yes' : 'NO' })));
process.exitCode = all.every(({ holds }) => holds) ? 0 : 1;

function renders() {
  return heldOutRenders({ folder, masters }, pipeline.imageSize);
}

/** Every question, from the weights users get and from their float32 originals. */
async function drawing() {
  const { evaluationPrompts } = JSON.parse(await readFile(path.join(folder, 'world.json'), 'utf8')) as {
    evaluationPrompts: HeldOut;
  };
  const asked = questions(world, evaluationPrompts, per);
  const look = instruments.secondJudge.bind(instruments);
  const shipped = await measure.answers(pipeline, look, asked, sampling, (done) => {
    progressLine(`int8: picture ${done} of ${asked.length}`);
  });
  const float32 = new Pipeline(
    createNodeExecutor(threads),
    await loadModel(await folderAt(nodePlatform(), `${masters}/`)),
  );
  const exact = await measure.answers(float32, look, asked, sampling, (done) => {
    progressLine(`float32: picture ${done} of ${asked.length}`);
  });
  await float32.dispose();
  await float32.executor.dispose();
  return {
    concepts: measure.conceptRates(shipped),
    int8Changes: measure.changes(shipped, exact),
    sheet: contactSheet(shipped, pipeline.imageSize),
  };
}
