/**
 * `npm run results`: trains every method on a few concepts and seeds with its defaults, measures each, and writes docs/results.md.
 * Takes a quarter of an hour and more; every finished line is kept in out/results.json, and a second call goes on from there.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Engine } from '../src/lab/engine.ts';
import { evaluate } from '../src/lab/evaluate.ts';
import { nodePlatform } from '../src/lab/node-platform.ts';
import { train } from '../src/lab/train.ts';
import { trainingMethods } from '../src/methods/registry.ts';
import { bundledModel, conceptFrom, seedList, wholeNumber } from './lab/session.ts';
import { resultsPage, type ResultLine } from './results/page.ts';

const { values } = parseArgs({
  options: {
    concepts: { type: 'string', default: 'church,sunflower,Van Gogh' },
    methods: { type: 'string', default: trainingMethods.map(({ descriptor }) => descriptor.id).join(',') },
    seeds: { type: 'string', default: '40,41' },
    prompts: { type: 'string', default: '50' },
    trigger: { type: 'string', default: 'blicket' },
    threads: { type: 'string', default: '1' },
    kept: { type: 'string', default: 'out/results.json' },
  },
});

const prompts = wholeNumber(1, 2000)(values.prompts);
const engine = new Engine(nodePlatform(wholeNumber(1, 256)(values.threads)));
await engine.open({ backend: 'auto', modelUrl: `${pathToFileURL(path.resolve(bundledModel)).href}/` }, () => undefined);

const lines: ResultLine[] = await readFile(values.kept, 'utf8').then(
  (text) => JSON.parse(text) as ResultLine[],
  () => [],
);
for (const words of values.concepts.split(',')) {
  for (const method of values.methods.split(','))
    for (const seed of seedList(values.seeds)) {
      if (lines.some((line) => line.words === words && line.method === method && line.seed === seed && line.prompts === prompts && line.judge === 'held-out')) continue; // prettier-ignore
      lines.push(await measure(words, method, seed));
      await mkdir(path.dirname(values.kept), { recursive: true });
      await writeFile(values.kept, JSON.stringify(lines, null, 1));
    }
}
await engine.dispose();
const machine = `${os.cpus()[0]?.model ?? 'unknown processor'}, ${values.threads} thread(s), onnxruntime-node`;
await writeFile('docs/results.md', resultsPage(lines, machine));

async function measure(words: string, method: string, seed: number): Promise<ResultLine> {
  const { pipeline, world, instruments } = engine.opened;
  const usesTrigger = trainingMethods.some(({ descriptor }) => descriptor.id === method && descriptor.usesTrigger);
  const trigger = usesTrigger ? values.trigger : '';
  const triggerPosition = 'prefix' as const;
  const start = performance.now();
  const trained = await train(
    pipeline,
    world,
    { kind: 'train', method, concept: words, trigger, triggerPosition, parameters: {}, seed, samples: null, sampleEvery: 0, checkpointEvery: 0, resumeFrom: null }, // prettier-ignore
    {
      proceed: () => Promise.resolve(true),
      pooling: () => Promise.resolve(),
      iteration: () => undefined,
      checkpoint: () => undefined,
      sample: () => Promise.resolve(),
    },
  );
  const seconds = (performance.now() - start) / 1000;
  const { rates } = await evaluate(pipeline, world, instruments, {
    concept: conceptFrom(engine, words),
    words,
    adapter: { layout: trained.layout, theta: trained.theta, strength: 1 },
    trigger,
    triggerPosition,
    prompts,
    neutral: 0,
    perSynonym: 0,
    judge: 'held-out',
    seeds: seedList('1000-1999'),
    numInferenceSteps: world.recommended.steps,
    guidanceScale: world.recommended.guidance,
  });
  await pipeline.release(trained.layout);
  console.error(`${words}, ${method}, seed ${seed}: ${seconds.toFixed(0)} s, ${Object.entries(rates).map(([id, { value }]) => `${id} ${value.toFixed(2)}`).join(', ')}`); // prettier-ignore
  return { words, method, seed, prompts, judge: 'held-out', seconds, rates };
}
