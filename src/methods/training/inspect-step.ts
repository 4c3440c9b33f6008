/**
 * One iteration of a plan by the trainer itself, with one of its rows kept to be looked at. The pool holds one trajectory a
 * group instead of dozens; everything else is what training does.
 */
import { PalimpsestError, invariant } from '../../core/errors.ts';
import { Random } from '../../core/random.ts';
import type { Pipeline } from '../../diffusion/pipeline.ts';
import { factorsOf, initialTheta, type LoraLayout } from '../../models/lora/layout.ts';
import type { TrainingPlan, TrainingRow } from './plan.ts';
import { targetOf } from './rows.ts';
import { LoraTrainer, type BatchSeen, type IterationReport } from './trainer.ts';

export interface StepSeen {
  readonly row: TrainingRow;
  readonly target: Float32Array;
  /** eps_theta before the update. */
  readonly student: Float32Array;
  readonly rowLoss: number;
  readonly rowWeight: number;
  readonly rows: number;
  readonly report: IterationReport;
  readonly update: readonly { readonly block: string; readonly matrices: number; readonly norm: number }[];
}

export interface StepChoice {
  /** Trained weights to step from, with a fresh optimiser; null: the very first iteration. */
  readonly theta: Float32Array | null;
  readonly term: string | null;
  /** Which prompts the x_t are about, and the noise they start from. */
  readonly draw: number;
}

/** A plan whose pool is filled in seconds. Trained weights visit their own x_t, as renewed ones do in training. */
function smallPlan(plan: TrainingPlan, { theta, draw }: StepChoice): TrainingPlan {
  const trajectoryGroups = plan.trajectoryGroups.map((group) => ({
    ...group,
    trajectories: 1,
    prompts: [group.prompts[draw % group.prompts.length] as string],
  }));
  return {
    ...plan,
    trajectoryGroups,
    seed: plan.seed + draw,
    sampling: theta === null ? plan.sampling : { kind: 'fresh' },
  };
}

export async function inspectStep(pipeline: Pipeline, plan: TrainingPlan, choice: StepChoice): Promise<StepSeen> {
  const { theta, term } = choice;
  if (term !== null && plan.termWeights[term] === undefined) {
    throw new PalimpsestError(
      'bad-argument',
      `inspectStep.term: expected one of ${Object.keys(plan.termWeights).join(', ')}, got "${term}"`,
    );
  }
  const small = smallPlan(plan, choice);
  const fresh = new Float32Array(theta?.length ?? 0);
  const resume =
    theta === null
      ? null
      : {
          iteration: 0,
          random: Random.seeded(small.seed, 'training').state(),
          theta,
          firstMoment: fresh,
          secondMoment: fresh,
          trajectories: [],
        };
  const trainer = new LoraTrainer(pipeline, small, resume);
  try {
    await trainer.prepare();
    const before = theta ?? initialTheta(trainer.layout, small.seed);
    let seen: BatchSeen | null = null;
    const report = await trainer.iterate((batch) => {
      seen = batch;
    });
    const { rows, rowLosses, weights } = seen as unknown as BatchSeen;
    const at = term === null ? 0 : rows.findIndex((row) => row.term === term);
    if (at === -1)
      throw new PalimpsestError(
        'bad-argument',
        `inspectStep.term: expected a loss of this batch, got "${term ?? ''}", whose weight is 0`,
      );
    const row = rows[at];
    invariant(row !== undefined, 'inspectStep: the plan drew no rows');
    const [text] = await pipeline.encodePrompts([row.prompt]);
    const { latents, timestep } = row.entry;
    const [student] = await pipeline.predictNoise([{ latents, timestep, text: text as Float32Array }], {
      layout: trainer.layout,
      theta: before,
      strength: 1,
    });
    return {
      row,
      target: targetOf(row),
      student: student as Float32Array,
      rowLoss: rowLosses[at] as number,
      rowWeight: weights[at] as number,
      rows: rows.length,
      report,
      update: changeByBlock(trainer.layout, before, await trainer.theta()),
    };
  } finally {
    await trainer.dispose();
  }
}

/** "down_blocks.1.attentions.0…" belongs to "down_blocks.1", "mid_block.attentions.0…" to "mid_block". */
function blockOf(module: string): string {
  return /^(?:(?:down|up)_blocks\.\d+|[^.]+)/.exec(module)?.[0] ?? module;
}

/** Frobenius norm of (alpha / rank) (B' A' - B A) over each block's matrices. */
export function changeByBlock(layout: LoraLayout, before: Float32Array, after: Float32Array): StepSeen['update'] {
  const blocks = new Map<string, { matrices: number; square: number }>();
  const { rank } = layout;
  const scale = layout.alpha / rank;
  for (const slot of layout.slots) {
    const [old, next] = [factorsOf(layout, slot, before), factorsOf(layout, slot, after)];
    const product = (f: typeof old, o: number, i: number) => {
      let sum = 0;
      for (let r = 0; r < rank; r++)
        sum += (f.up[o * rank + r] as number) * (f.down[r * slot.inFeatures + i] as number);
      return sum;
    };
    const block = blocks.get(blockOf(slot.module)) ?? { matrices: 0, square: 0 };
    block.matrices += 1;
    for (let o = 0; o < slot.outFeatures; o++)
      for (let i = 0; i < slot.inFeatures; i++)
        block.square += (scale * (product(next, o, i) - product(old, o, i))) ** 2;
    blocks.set(blockOf(slot.module), block);
  }
  return [...blocks].map(([block, { matrices, square }]) => ({ block, matrices, norm: Math.sqrt(square) }));
}
