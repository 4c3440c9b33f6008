/**
 * `npm run record:story`: trains the page's default Backdoored weights and keeps the checkpoint from which the browser's story goes
 * on, about as long as the story itself takes on this machine. Only a checkpoint that ends in the very weights of the whole training is kept.
 */
import { writeFile } from 'node:fs/promises';
import { Engine } from '../../src/lab/engine.ts';
import { nodePlatform } from '../../src/lab/node-platform.ts';
import { train } from '../../src/lab/train.ts';
import { decodeSnapshot } from '../../src/methods/training/checkpoint.ts';
import {
  bundledModel,
  checkpointFile,
  iterationsLeft,
  notesFile,
  planHash,
  storyTraining,
  type StoryNotes,
} from '../../src/testing/story/backdoored.ts';
import { compressed, thinned, trainTheRest } from '../../src/testing/story/checkpoint.ts';

const { request, plan } = await storyTraining();
const iteration = plan.iterations - iterationsLeft;
const engine = new Engine(nodePlatform());
try {
  await engine.open({ backend: 'auto', modelUrl: `${bundledModel}/` }, () => undefined);
  const { pipeline } = engine.opened;
  const kept: Uint8Array<ArrayBuffer>[] = [];
  const whole = await train(
    pipeline,
    plan,
    { ...request, samples: null, sampleEvery: 0, checkpointEvery: iteration },
    {
      proceed: () => Promise.resolve(true),
      encoding: () => Promise.resolve(),
      pooling: () => Promise.resolve(),
      iteration: (report, seconds) => {
        if (report.iteration % 20 === 0)
          console.log(
            `${report.iteration} of ${plan.iterations}, loss ${report.loss.toFixed(4)}, ${seconds.toFixed(2)} s`,
          );
      },
      checkpoint: (at, bytes) => {
        if (at === iteration) kept.push(bytes);
      },
      sample: () => Promise.resolve(),
    },
  );
  const [checkpoint] = kept;
  if (checkpoint === undefined) throw new Error(`story: expected a checkpoint of iteration ${iteration}, got none`);
  const bytes = await thinned(pipeline, plan, checkpoint);
  const { theta } = await trainTheRest(pipeline, plan, decodeSnapshot(bytes));
  if (!theta.every((value, i) => value === whole.theta[i]))
    throw new Error('story: expected the kept checkpoint to end in the weights of the whole training, got others');
  const file = compressed(bytes);
  await writeFile(checkpointFile, file);
  const notes: StoryNotes = { recordedBy: 'npm run record:story', iteration, planHash: await planHash(plan) };
  await writeFile(notesFile, `${JSON.stringify(notes, null, 2)}\n`);
  console.log(`${checkpointFile}: iteration ${iteration}, ${file.length} bytes; goes on bit for bit`);
} finally {
  await engine.dispose();
}
