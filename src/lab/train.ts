/** One training, from request to adapter. */
import { PalimpsestError, toPalimpsestError } from '../core/errors.ts';
import { needUsable, trainingAdvice } from '../diffusion/finite.ts';
import type { Pipeline } from '../diffusion/pipeline.ts';
import { decodeSnapshot, encodeSnapshot } from '../methods/training/checkpoint.ts';
import type { TrainingPlan } from '../methods/training/plan.ts';
import { LoraTrainer, type IterationReport } from '../methods/training/trainer.ts';
import { startingTheta } from '../methods/training/warm-start.ts';
import { parameterGroup } from '../models/lora/groups.ts';
import { loraLayout, type LoraLayout } from '../models/lora/layout.ts';
import type { TrainRequest } from '../rpc/engine-service.ts';
import { solve } from './solve.ts';

export interface TrainHooks {
  /** Before each iteration and sampler step; false stops the training and keeps what there is. */
  proceed(): Promise<boolean>;
  /** Before each batch of sentences that a solution reads, and before it is solved; may throw to abort. */
  encoding(done: number, total: number): Promise<void>;
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

export async function train(
  pipeline: Pipeline,
  plan: TrainingPlan,
  request: Pick<TrainRequest, 'samples' | 'sampleEvery' | 'checkpointEvery' | 'resumeFrom'>,
  hooks: TrainHooks,
): Promise<TrainResult> {
  const resume = request.resumeFrom === null ? null : decodeSnapshot(request.resumeFrom);
  const trainer = new LoraTrainer(
    pipeline,
    plan,
    resume,
    resume === null ? await startOf(pipeline, plan, hooks) : null,
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

/** The weights before the first update where a solution comes before it; null: the original model's. */
export async function startOf(
  pipeline: Pipeline,
  { start, group, rank, alpha, seed }: TrainingPlan,
  { encoding }: Pick<TrainHooks, 'encoding'>,
): Promise<Float32Array | null> {
  if (start === undefined) return null;
  const layout = loraLayout(parameterGroup(pipeline.model.unet.config, group), rank, alpha);
  return startingTheta(layout, seed, await solve(pipeline, start, (done, total) => encoding(done, total)));
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
