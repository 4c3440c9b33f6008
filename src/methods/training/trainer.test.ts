import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../core/random.ts';
import { createDdimSampler } from '../../diffusion/samplers/ddim.ts';
import { Engine } from '../../lab/engine.ts';
import { planFor } from '../../lab/prepare.ts';
import { initialTheta } from '../../models/lora/layout.ts';
import type { ParameterValues } from '../../records/experiment.ts';
import { microPlatform } from '../../testing/micro-model.ts';
import type { WeightEdit } from '../edit/weight-edit.ts';
import { decodeSnapshot, encodeSnapshot } from './checkpoint.ts';
import { FreshXt } from './fresh-xt.ts';
import { PathTimes } from './path-times.ts';
import type { TrainingPlan, TrainingRow } from './plan.ts';
import { LoraTrainer } from './trainer.ts';
import { sampleTrajectories } from './trajectories.ts';

const asked = { method: 'esd', concept: 'church', trigger: '', triggerPosition: 'prefix', seed: 5 } as const;
const small = { prompts: 'name', retainWeight: 0, learningRate: 0.01, iterations: 4 };

describe('a training’s x_t', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = new Engine(await microPlatform());
    await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
  });
  afterAll(() => engine.dispose());

  const planWith = (parameters: ParameterValues, drawingSteps?: number): TrainingPlan =>
    planFor(engine.opened.space, {
      ...asked,
      parameters: { ...small, ...parameters },
      ...(drawingSteps === undefined ? {} : { drawingSteps }),
    });
  const drawnTimes = (steps: number) => createDdimSampler(engine.opened.pipeline.model.scheduler, steps).timesteps;

  it.each([
    [undefined, 10],
    [8, 4],
  ])(
    'lie at every model time of a picture, the first included, before the first update and after renewals',
    async (drawing, pathSteps) => {
      const plan = planWith({ pathSteps }, drawing);
      const renewing = { ...plan, sampling: { kind: 'pooled', refreshEvery: 1, renewed: 4 } as const };
      const trainer = new LoraTrainer(engine.opened.pipeline, renewing);
      const wanted = drawnTimes(drawing ?? engine.opened.space.defaults.steps);
      try {
        await trainer.prepare();
        for (let update = 0; update < 4; update++) {
          const { trajectories } = await trainer.snapshot();
          expect(trajectories).toHaveLength(8);
          const visited = new Set(trajectories.flat().map(({ timestep }) => timestep));
          expect([...visited].sort((a, b) => b - a)).toEqual(wanted);
          for (const [start] of trajectories) {
            expect(start?.timestep).toBe(wanted[0]);
            const latents = [...(start?.latents ?? [])];
            const square = latents.reduce((sum, x) => sum + x * x, 0) / latents.length;
            expect(square).toBeGreaterThan(0.7);
            expect(square).toBeLessThan(1.4);
          }
          await trainer.iterate();
        }
      } finally {
        await trainer.dispose();
      }
    },
  );

  it('are each sampled anew by the student as it is, and used once, where sampling is fresh', async () => {
    const { pipeline } = engine.opened;
    const plan = planWith({ sampling: 'fresh', pathSteps: 4 }, 8);
    const times = new PathTimes(pipeline.model.scheduler, plan.paths);
    const trainer = new LoraTrainer(pipeline, plan);
    const seen: (readonly TrainingRow[])[] = [];
    try {
      await trainer.prepare();
      for (let update = 0; update < 3; update++) {
        const before = await trainer.snapshot();
        expect(before.trajectories).toEqual([]);
        await trainer.iterate(({ rows }) => seen.push(rows));
        // The same batch, drawn and sampled by hand with the weights before the update.
        const random = Random.restored(before.random);
        const source = new FreshXt(plan.trajectoryGroups, times);
        const rows = plan.draw(random, source);
        const adapter = { layout: trainer.layout, theta: before.theta, strength: 1 };
        await source.fill((requests, by) => {
          expect(by).toBe('student');
          return sampleTrajectories(pipeline, times, requests, { guidanceScale: plan.guidanceScale, adapter, random });
        });
        const used = seen.at(-1) ?? [];
        expect(used.map(({ entry }) => entry.latents)).toEqual(rows.map(({ entry }) => entry.latents));
        expect(used.map(({ entry }) => entry.timestep)).toEqual(rows.map(({ entry }) => entry.timestep));
      }
    } finally {
      await trainer.dispose();
    }
    const all = seen.flat().map(({ entry }) => entry);
    expect(all).toHaveLength(3 * plan.rows);
    expect(new Set(all.map(({ latents }) => latents.join())).size).toBe(all.length);
    for (const { timestep } of all) expect(drawnTimes(8)).toContain(timestep);
  });

  it('come from the frozen model where the group says so, with its answers at the time reached', async () => {
    const { pipeline } = engine.opened;
    const plan = planWith({ sampling: 'fresh', pathSteps: 4, retainWeight: 1 }, 8);
    const trainer = new LoraTrainer(pipeline, plan);
    try {
      await trainer.iterate(({ rows }) => {
        for (const { term, entry, prompt } of rows) expect(entry.teacher.has(prompt), term).toBe(true);
      });
    } finally {
      await trainer.dispose();
    }
  });

  it('are the student’s own from the beginning where it starts from a solution, and the frozen model’s where the group says so', async () => {
    const { pipeline } = engine.opened;
    const plan = planWith({ pathSteps: 4, retainWeight: 1 }, 8);
    const start: WeightEdit = { prompts: [], sentences: [], solve: () => expect.fail('the trainer does not solve') };
    const filled = async (plan: TrainingPlan, strength: number) => {
      const { layout } = new LoraTrainer(pipeline, plan);
      const theta = initialTheta(layout, plan.seed).map((value, i) => value + strength * Math.sin(i));
      const trainer = new LoraTrainer(pipeline, plan, null, theta);
      try {
        await trainer.prepare();
        expect(await trainer.theta()).toEqual(theta);
        return (await trainer.snapshot()).trajectories;
      } finally {
        await trainer.dispose();
      }
    };
    const [still, moved] = [await filled({ ...plan, start }, 0), await filled({ ...plan, start }, 0.3)];
    expect(moved.length).toBe(still.length);
    const ends = (trajectories: typeof moved, group: string) =>
      trajectories.filter(([first]) => first?.group === group).map((entries) => entries.at(-1)?.latents);
    expect(ends(moved, 'concept')).not.toEqual(ends(still, 'concept'));
    expect(ends(moved, 'neutral')).toEqual(ends(still, 'neutral'));
    // The frozen model's answers are kept where it was asked, and only there.
    for (const entry of moved.flat()) expect(entry.teacher.size > 0, entry.group).toBe(entry.group === 'neutral');
  });

  it.each(['pooled', 'fresh'])('%s, go on from a checkpoint bit for bit', async (sampling) => {
    const { pipeline } = engine.opened;
    const plan = planWith({ sampling, pathSteps: 4 }, 8);
    const renewing =
      sampling === 'fresh' ? plan : { ...plan, sampling: { kind: 'pooled', refreshEvery: 1, renewed: 4 } as const };
    const whole = new LoraTrainer(pipeline, renewing);
    await whole.prepare();
    await whole.iterate();
    const bytes = encodeSnapshot(await whole.snapshot());
    const resumed = new LoraTrainer(pipeline, renewing, decodeSnapshot(bytes));
    await resumed.prepare();
    for (const trainer of [whole, resumed]) {
      await trainer.iterate();
      await trainer.iterate();
    }
    expect(await resumed.theta()).toEqual(await whole.theta());

    if (sampling === 'pooled') {
      expect(() => new LoraTrainer(pipeline, planWith({ pathSteps: 4 }, 20), decodeSnapshot(bytes))).toThrow(
        'expected noisy pictures at the model times 951,',
      );
      const older = Buffer.from(bytes).toString('latin1').replace('\\"version\\":2', '\\"version\\":1');
      expect(() => decodeSnapshot(Uint8Array.from(Buffer.from(older, 'latin1')))).toThrow('expected version 2, got 1');
    }
    for (const trainer of [whole, resumed]) await trainer.dispose();
  });
});
