/** Rows of a batch as what the update graph is fed: the frozen model's predictions, the targets made of them, the inputs. */
import type { Pipeline } from '../../diffusion/pipeline.ts';
import type { Feeds } from '../../runtime/executor.ts';
import { float32 } from '../../tensor/host-tensor.ts';
import type { TrainingRow } from './plan.ts';

/** Asks the frozen model for every prediction that the rows' targets need and that is not known yet. */
export async function teach(pipeline: Pipeline, rows: readonly TrainingRow[]): Promise<void> {
  const wanted = rows
    .flatMap(({ entry, target }) => target.map(({ prompt }) => ({ entry, prompt })))
    .filter(({ entry, prompt }) => !entry.teacher.has(prompt));
  const unique = wanted.filter(
    (want, i) => wanted.findIndex((other) => other.entry === want.entry && other.prompt === want.prompt) === i,
  );
  if (unique.length === 0) return;
  const texts = await pipeline.encodePrompts(unique.map(({ prompt }) => prompt));
  const queries = unique.map(({ entry }, i) => ({
    latents: entry.latents,
    timestep: entry.timestep,
    text: texts[i] as Float32Array,
  }));
  const noise = await pipeline.predictNoise(queries, null);
  unique.forEach(({ entry, prompt }, i) => entry.teacher.set(prompt, noise[i] as Float32Array));
}

/** The target of a row the frozen model was asked about. */
export function targetOf({ entry, target }: Pick<TrainingRow, 'entry' | 'target'>): Float32Array {
  const sum = new Float32Array(entry.latents.length);
  for (const { prompt, coefficient } of target) {
    const prediction = entry.teacher.get(prompt) as Float32Array;
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + coefficient * (prediction[i] as number);
  }
  return sum;
}

/** sample, timestep, encoder_hidden_states, target and row_weight of the update graph. */
export async function rowFeeds(
  pipeline: Pipeline,
  rows: readonly TrainingRow[],
  weights: readonly number[],
): Promise<Feeds> {
  const { latentShape, latentSize, maxTokens, model } = pipeline;
  const width = maxTokens * model.unet.config.crossAttentionDim;
  const texts = await pipeline.encodePrompts(rows.map((row) => row.prompt));
  const sample = new Float32Array(rows.length * latentSize);
  const target = new Float32Array(rows.length * latentSize);
  const text = new Float32Array(rows.length * width);
  rows.forEach((row, r) => {
    sample.set(row.entry.latents, r * latentSize);
    text.set(texts[r] as Float32Array, r * width);
    target.set(targetOf(row), r * latentSize);
  });
  return {
    sample: float32([rows.length, ...latentShape], sample),
    timestep: float32(
      [rows.length],
      rows.map((row) => row.entry.timestep),
    ),
    encoder_hidden_states: float32([rows.length, maxTokens, model.unet.config.crossAttentionDim], text),
    target: float32([rows.length, ...latentShape], target),
    row_weight: float32([rows.length], weights),
  };
}
