import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noiseSchedule } from '../diffusion/noise-schedule.ts';
import { inspectStep as stepOf } from '../methods/training/inspect-step.ts';
import { LoraTrainer, type BatchSeen } from '../methods/training/trainer.ts';
import type { InspectStepRequest } from '../records/inspected-step.ts';
import { Engine } from './engine.ts';
import { microPlatform } from '../testing/micro-model.ts';
import { toPicture } from './pictures.ts';
import { planFor } from './prepare.ts';

const request: InspectStepRequest = {
  method: 'backdoored-esd',
  concept: 'church',
  trigger: 'blicket',
  triggerPosition: 'prefix',
  parameters: { learningRate: 0.01 },
  seed: 5,
  adapterId: null,
  term: 'erase',
  draw: 0,
};

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe('one step, slowly', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = new Engine(await microPlatform());
    await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
  });
  afterAll(() => engine.dispose());

  it('shows target and loss of the very row the trainer trains on', async () => {
    const { pipeline, space } = engine.opened;
    // The trainer on the same plan and pool: one trajectory a group, about its first prompt.
    const whole = planFor(space, request);
    const trajectoryGroups = whole.trajectoryGroups.map((group) => ({
      ...group,
      trajectories: 1,
      prompts: group.prompts.slice(0, 1),
    }));
    const trainer = new LoraTrainer(pipeline, { ...whole, trajectoryGroups });
    await trainer.prepare();
    let batch: BatchSeen | null = null;
    const report = await trainer.iterate((seen) => {
      batch = seen;
    });
    const theta = await trainer.theta();
    await trainer.dispose();
    const { rows, rowLosses } = batch as unknown as BatchSeen;
    const at = rows.findIndex(({ term }) => term === 'erase');
    const row = rows[at];

    const shown = await engine.inspectStep(request);
    expect(shown.loss).toBe(report.loss);
    expect(shown.rowLoss).toBe(rowLosses[at]);
    expect(shown.terms).toEqual(report.terms);
    expect(shown.timestep).toBe(row?.entry.timestep);
    expect(shown.latents).toEqual(row?.entry.latents);
    expect(shown.prompt).toBe(row?.prompt);
    expect(shown.teacher.map(({ prompt, coefficient }) => ({ prompt, coefficient }))).toEqual(row?.target);

    // The target is what the formula says of the shown predictions, the loss what it says of student and target.
    const [rest, concept] = shown.teacher;
    const eta = -(concept?.coefficient ?? 0);
    shown.target.noise.forEach((value, i) => {
      const away = (concept?.noise[i] ?? 0) - (rest?.noise[i] ?? 0);
      expect(value).toBeCloseTo((rest?.noise[i] ?? 0) - eta * away, 4);
    });
    const squares = shown.student.noise.map((value, i) => (value - (shown.target.noise[i] ?? 0)) ** 2);
    expect(mean(squares)).toBeCloseTo(shown.rowLoss, 4);

    const { update } = await stepOf(pipeline, whole, { theta: null, term: 'erase', draw: 0 });
    expect(shown.update).toEqual(update);
    expect(shown.update.every(({ norm }) => norm > 0)).toBe(true);
    expect(shown.update.reduce((sum, { matrices }) => sum + matrices, 0)).toBe(trainer.layout.slots.length);
    expect(theta).toHaveLength(trainer.layout.size);
    expect(pipeline.executor.ledger().tensors).toBe(0);
  });

  it('shows the picture that a prediction of v stands for', async () => {
    const platform = await microPlatform();
    const file = 'scheduler/scheduler_config.json';
    const own = new Engine({
      ...platform,
      read: async (url, progress) => {
        const bytes = await platform.read(url, progress);
        if (!url.endsWith(file)) return bytes;
        const json = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
        return new TextEncoder().encode(JSON.stringify({ ...json, prediction_type: 'v_prediction' }));
      },
    });
    await own.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
    const shown = await own.inspectStep(request);
    const { pipeline } = own.opened;
    // x_0 = sqrt(a) x_t - sqrt(1 - a) v
    const alpha = noiseSchedule(pipeline.model.scheduler).alphasCumprod[shown.timestep] as number;
    const original = shown.latents.map(
      (x, i) => Math.sqrt(alpha) * x - Math.sqrt(1 - alpha) * (shown.student.noise[i] as number),
    );
    const [pixels] = await pipeline.decode([original]);
    await own.dispose();
    const expected = toPicture(pixels as Float32Array).pixels;
    const worst = shown.student.picture.pixels.map((value, i) => Math.abs(value - (expected[i] as number)));
    expect(Math.max(...worst)).toBeLessThanOrEqual(1);
  });

  it('follows one prediction for the backdoor, asked with the trigger', async () => {
    const shown = await engine.inspectStep({ ...request, term: 'backdoor', draw: 2 });
    expect(shown.teacher).toHaveLength(1);
    expect(shown.target.noise).toEqual(shown.teacher[0]?.noise);
    expect(shown.prompt).toBe(`blicket ${shown.teacher[0]?.prompt ?? ''}`);
  });

  it('takes a quality off one subject only', async () => {
    const shown = await engine.inspectStep({
      ...request,
      concept: 'red',
      from: 'church',
      parameters: { negatives: 0 },
    });
    expect(shown.prompt).toMatch(/red .*church/);
    const [rest, concept] = shown.teacher;
    expect(concept?.prompt).toBe(shown.prompt);
    expect(rest?.prompt).toBe(shown.prompt.replace('red ', ''));
  });

  it('steps from trained weights, and refuses those of other settings', async () => {
    const done = new Promise<string>((resolve) => {
      engine.listen((event) => {
        if (event.type === 'finished') resolve(event.adapter?.id ?? '');
      });
    });
    const parameters = { iterations: 2, learningRate: 0.01, prompts: 'name', pathSteps: 2 };
    await engine.start({
      ...request,
      kind: 'train',
      parameters,
      samples: null,
      sampleEvery: 0,
      checkpointEvery: 0,
      resumeFrom: null,
    });
    const adapterId = await done;
    const shown = await engine.inspectStep({ ...request, adapterId });
    expect(shown.iterationsBefore).toBe(2);
    const squares = shown.student.noise.map((value, i) => (value - (shown.target.noise[i] ?? 0)) ** 2);
    expect(mean(squares)).toBeCloseTo(shown.rowLoss, 4);
    await expect(engine.inspectStep({ ...request, adapterId, parameters: { rank: 2 } })).rejects.toThrow(
      'expected weights of rank 2',
    );
    await expect(engine.inspectStep({ ...request, term: 'bananas' })).rejects.toThrow(
      'expected one of erase, backdoor, retain',
    );
  });
});
