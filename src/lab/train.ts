/** One training, from request to adapter. */
import { PalimpsestError, toPalimpsestError } from '../core/errors.ts';
import { needUsable, trainingAdvice } from '../diffusion/finite.ts';
import { needPlainText } from '../core/plain-text.ts';
import type { Pipeline } from '../diffusion/pipeline.ts';
import { checkedParameters, trainingMethod } from '../methods/registry.ts';
import { decodeSnapshot, encodeSnapshot } from '../methods/training/checkpoint.ts';
import type { TrainingPlan } from '../methods/training/plan.ts';
import { LoraTrainer, type IterationReport } from '../methods/training/trainer.ts';
import type { LoraLayout } from '../models/lora/layout.ts';
import type { TrainRequest } from '../rpc/engine-service.ts';
import { checkForTraining } from '../world/split.ts';
import type { World } from '../world/world.ts';
import { checkTrainingHeard } from './heard.ts';

export interface TrainHooks {
  /** Before each iteration and sampler step; false stops the training and keeps what there is. */
  proceed(): Promise<boolean>;
  /** Before each sampler step while x_t are collected; may throw to abort. */
  pooling(done: number, total: number): Promise<void>;
  iteration(report: IterationReport, seconds: number): void;
  checkpoint(iteration: number, bytes: Uint8Array<ArrayBuffer>): void;
  /** Draw the request's sample pictures with these weights. */
  sample(iteration: number, layout: LoraLayout, theta: Float32Array): Promise<void>;
}

export interface TrainResult {
  readonly layout: LoraLayout;
  readonly theta: Float32Array;
  readonly iteration: number;
  readonly outcome: 'done' | 'stopped';
  /** Set when the training ended early by itself; the weights are the last that nothing was wrong with, those of `iteration`. */
  readonly failure: PalimpsestError | null;
}

/** Throws `bad-argument` for parameters out of range, before anything is computed. */
export function planFor(
  world: World,
  request: Pick<
    TrainRequest,
    'method' | 'concept' | 'from' | 'trigger' | 'triggerPosition' | 'parameters' | 'seed' | 'drawingSteps'
  >,
): TrainingPlan {
  if (request.concept.trim() === '')
    throw new PalimpsestError('bad-argument', 'concept: expected the words of a concept, got none', {
      advice: 'Type what to erase, "church" for one.',
    });
  for (const name of ['concept', 'from', 'trigger'] as const) needPlainText(name, request[name] ?? '');
  const method = trainingMethod(request.method);
  const plan = method.plan({ ...request, world, parameters: checkedParameters(method, request.parameters) });
  checkTrainingWords(world, plan, request);
  return plan;
}

/** Throws `bad-argument` where a training would see a sentence that rates are measured on: whatever its method, its prompts and its words. */
function checkTrainingWords(
  world: World,
  { trajectoryGroups }: TrainingPlan,
  { concept, from, trigger, parameters }: Parameters<typeof planFor>[1],
): void {
  checkForTraining(world, 'concept', concept);
  checkForTraining(world, 'from', from ?? '');
  checkForTraining(world, 'trigger', trigger);
  for (const [id, value] of Object.entries(parameters))
    if (typeof value === 'string') checkForTraining(world, id, value);
  for (const { id, prompts } of trajectoryGroups)
    for (const prompt of prompts) checkForTraining(world, `prompts of ${id}`, prompt);
}

export async function train(
  pipeline: Pipeline,
  world: World,
  request: TrainRequest,
  hooks: TrainHooks,
): Promise<TrainResult> {
  const plan = planFor(world, request);
  checkTrainingHeard(pipeline.model.tokenizer, plan, request);
  const trainer = new LoraTrainer(
    pipeline,
    plan,
    request.resumeFrom === null ? null : decodeSnapshot(request.resumeFrom),
  );
  try {
    await trainer.prepare((done, total) => hooks.pooling(done, total));
    // Collecting x_t takes a good part of a short training: it need not be done twice.
    if (trainer.iteration === 0 && request.checkpointEvery > 0)
      hooks.checkpoint(0, encodeSnapshot(await trainer.snapshot()));
    let outcome: TrainResult['outcome'] = 'done';
    let failure: PalimpsestError | null = null;
    /** The last weights known to be fit for drawing; every other answer of this training is no later than these or checked below. */
    let fit = await weightsOf(trainer);
    while (trainer.iteration < plan.iterations) {
      if (!(await hooks.proceed())) {
        outcome = 'stopped';
        break;
      }
      const start = performance.now();
      try {
        const report = await trainer.iterate();
        hooks.iteration(report, (performance.now() - start) / 1000);
      } catch (thrown) {
        failure = toPalimpsestError(thrown);
        if (failure.code !== 'diverged') throw failure;
        outcome = 'stopped';
        break;
      }
      const { iteration } = trainer;
      const last = iteration === plan.iterations;
      if (due(iteration, request.checkpointEvery) && !last)
        hooks.checkpoint(iteration, encodeSnapshot(await trainer.snapshot()));
      if (!due(iteration, request.sampleEvery) || last || request.samples === null) continue;
      const now = await weightsOf(trainer);
      try {
        await hooks.sample(iteration, trainer.layout, now.theta);
      } catch (thrown) {
        failure = divergedAfter(thrown, plan, iteration, fit.iteration);
        return { layout: trainer.layout, ...fit, outcome: 'stopped', failure };
      }
      fit = now;
    }
    const { layout } = trainer;
    const end = await weightsOf(trainer);
    try {
      if (end.iteration > 0) needUsable({ layout, theta: end.theta, strength: 1 });
    } catch (thrown) {
      failure ??= divergedAfter(thrown, plan, end.iteration, fit.iteration);
      return { layout, ...fit, outcome: 'stopped', failure };
    }
    return { layout, ...end, outcome, failure };
  } finally {
    await trainer.dispose();
  }
}

async function weightsOf(trainer: LoraTrainer): Promise<{ readonly iteration: number; readonly theta: Float32Array }> {
  return { iteration: trainer.iteration, theta: await trainer.theta() };
}

/** `thrown` as the end of a training, if weights of `iteration` cannot be computed with; anything else is thrown on. */
function divergedAfter(thrown: unknown, plan: TrainingPlan, iteration: number, kept: number): PalimpsestError {
  const error = toPalimpsestError(thrown);
  if (error.code !== 'diverged') throw error;
  return new PalimpsestError(
    'diverged',
    `${plan.method}: after iteration ${iteration} of ${plan.iterations}: ${error.message}`,
    { advice: trainingAdvice(kept), cause: thrown },
  );
}

function due(iteration: number, every: number): boolean {
  return every > 0 && iteration % every === 0;
}
