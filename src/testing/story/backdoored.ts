/**
 * The page's default Backdoored training, and a hash of everything its updates follow from. The browser's story goes on from a
 * checkpoint near its end (`npm run record:story`); a test compares the hash that was recorded with today's.
 */
import { conceptSpaceOf } from '../../concepts/choose-space.ts';
import type { ConceptSpace } from '../../concepts/concept-space.ts';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Random } from '../../core/random.ts';
import { catalogOf } from '../../lab/catalog.ts';
import { planFor } from '../../lab/prepare.ts';
import { learningRateAt, type TrainingPlan } from '../../methods/training/plan.ts';
import { defaultAdamW } from '../../methods/training/adamw.ts';
import { PathTimes, type Course } from '../../methods/training/path-times.ts';
import { TrajectoryPool, type PoolEntry } from '../../methods/training/trajectory-pool.ts';
import { parseSchedulerConfig } from '../../models/config/scheduler-config.ts';
import { weightsPath } from '../../models/model-layout.ts';
import type { Experiment } from '../../records/experiment.ts';
import type { TrainRequest } from '../../rpc/engine-service.ts';
import { completeExperiment } from '../../ui/state/default-experiment.ts';
import { methodOf, trainRequest } from '../../ui/state/requests.ts';

export const bundledModel = path.join(import.meta.dirname, '../../../public/models/palimpsest-world');

/** What is left to train when the story's checkpoint is taken. */
export const iterationsLeft = 20;

const goldens = path.join(import.meta.dirname, 'goldens');
export const checkpointFile = path.join(goldens, 'backdoored.safetensors.gz');
export const notesFile = path.join(goldens, 'backdoored.json');

/** What stands beside the checkpoint. */
export interface StoryNotes {
  readonly recordedBy: 'npm run record:story';
  readonly iteration: number;
  readonly planHash: string;
}

async function readBundled(file: string): Promise<Uint8Array> {
  return readFile(path.join(bundledModel, file));
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await readBundled(file))) as unknown;
}

export interface StoryTraining {
  readonly space: ConceptSpace;
  /** What the page asks of its engine when somebody opens it, with these changes to its default experiment, and presses the button, on a processor. */
  readonly request: TrainRequest;
  readonly plan: TrainingPlan;
}

export async function storyTraining(changes: Partial<Experiment> = {}): Promise<StoryTraining> {
  const space = conceptSpaceOf(await readJson('world.json'));
  const catalog = catalogOf(space, true);
  const experiment = completeExperiment(changes, catalog);
  const method = methodOf({ catalog, experiment }, 'backdoored');
  if (method === null) throw new Error('story: expected a backdoor among the methods, got none');
  const request = trainRequest(experiment, 'backdoored', method, 'wasm', null);
  return { space, request, plan: planFor(space, request) };
}

/** SHA-256 of the plan's data, the batches it draws, the times its paths visit, and the weights it starts from. */
export async function planHash(plan: TrainingPlan): Promise<string> {
  const scheduler = parseSchedulerConfig(await readJson('scheduler/scheduler_config.json'));
  const { courses } = new PathTimes(scheduler, plan.paths);
  const hash = createHash('sha256');
  // JSON leaves out the functions; what they do is in the batches.
  hash.update(JSON.stringify([plan, courses, defaultAdamW]));
  hash.update(JSON.stringify([learningRateAt(plan, 0), learningRateAt(plan, plan.iterations - 1)]));
  hash.update(JSON.stringify(batches(plan, courses)));
  for (const component of ['unet', 'text_encoder'] as const)
    hash.update(await readBundled(weightsPath(component, 'int8')));
  return hash.digest('hex');
}

/** Twenty batches over a pool of the plan's own size, as names: what each row asks, at which time of which path, and for what. */
function batches(plan: TrainingPlan, courses: readonly Course[]): unknown {
  const pool = new TrajectoryPool(plan.trajectoryGroups);
  for (const { id, prompts, trajectories } of plan.trajectoryGroups)
    for (let i = 0; i < trajectories; i++)
      pool.add(
        id,
        (courses[i % courses.length] ?? []).map((timestep): PoolEntry => ({
          ...{ group: id, prompt: prompts[i % prompts.length] ?? '', timestep },
          ...{ latents: new Float32Array(0), teacher: new Map() },
        })),
      );
  const random = Random.seeded(plan.seed, 'training');
  const asked = plan.trajectoryGroups.map(({ prompts, askStudent }) =>
    askStudent === undefined ? [] : prompts.map((prompt) => askStudent(prompt, random)),
  );
  const drawn = Array.from({ length: 20 }, () =>
    plan
      .draw(random, pool)
      .map(({ term, prompt, target, entry }) => [
        ...[term, prompt, target],
        ...[entry.group, entry.prompt, entry.timestep],
      ]),
  );
  return [asked, drawn];
}
