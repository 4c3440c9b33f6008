import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeSnapshot, type TrainerSnapshot } from '../../methods/training/checkpoint.ts';
import type { TrainingPlan } from '../../methods/training/plan.ts';
import { checkpointFile, iterationsLeft, notesFile, planHash, storyTraining, type StoryNotes } from './backdoored.ts';
import { decompressed } from './checkpoint.ts';

let plan: TrainingPlan;
let notes: StoryNotes;
let snapshot: TrainerSnapshot;
beforeAll(async () => {
  ({ plan } = await storyTraining());
  notes = JSON.parse(await readFile(notesFile, 'utf8')) as StoryNotes;
  snapshot = decodeSnapshot(decompressed(await readFile(checkpointFile)));
});

describe('the checkpoint from which the browser’s story goes on', () => {
  it('is of the plan that the page asks for today', async () => {
    const advice =
      'the page’s default Backdoored training has changed: run `npm run record:story` and commit what it writes';
    expect(await planHash(plan), advice).toBe(notes.planHash);
  });

  it('is near the end of it, with the whole pool in its places', () => {
    expect(snapshot.iteration).toBe(notes.iteration);
    expect(notes.iteration).toBe(plan.iterations - iterationsLeft);
    const kept = plan.trajectoryGroups.map(
      ({ id }) => snapshot.trajectories.filter(([first]) => first?.group === id).length,
    );
    expect(kept).toEqual(plan.trajectoryGroups.map(({ trajectories }) => trajectories));
    expect(snapshot.theta.some((value) => value !== 0)).toBe(true);
  });

  it('would be refused after any change of what is trained, or how', async () => {
    const groups = plan.trajectoryGroups;
    const changed: readonly TrainingPlan[] = [
      { ...plan, learningRate: plan.learningRate * 1.01 },
      { ...plan, seed: plan.seed + 1 },
      { ...plan, paths: { ...plan.paths, steps: plan.paths.steps - 1 } },
      { ...plan, termWeights: { ...plan.termWeights, erase: 0.4 } },
      { ...plan, trajectoryGroups: groups.map((group) => ({ ...group, prompts: group.prompts.slice(1) })) },
      // The same data, but other rows are drawn, or the student is asked otherwise while it samples.
      { ...plan, draw: (random, pool) => plan.draw(random, pool).toReversed() },
      {
        ...plan,
        trajectoryGroups: groups.map((group) =>
          group.askStudent === undefined ? group : { ...group, askStudent: (prompt: string) => `${prompt} dax` },
        ),
      },
    ];
    for (const other of changed) expect(await planHash(other)).not.toBe(await planHash(plan));
  });
});
