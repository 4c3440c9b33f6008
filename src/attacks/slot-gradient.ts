/** Runs the slot-gradient graph for one prompt and one victim: noisy pictures in, losses and the slots' gradient out. */
import { PalimpsestError } from '../core/errors.ts';
import { Random } from '../core/random.ts';
import { stack } from '../diffusion/batches.ts';
import { addNoise, type NoiseSchedule } from '../diffusion/noise-schedule.ts';
import { Parameterisation } from '../diffusion/parameterisation.ts';
import { tokenEmbeddings } from '../models/token-embeddings.ts';
import type { Program } from '../runtime/executor.ts';
import { float32 } from '../tensor/host-tensor.ts';
import type { SearchContext } from './attack.ts';
import { slotGradientGraph } from './slot-gradient-graph.ts';

/** Noisy pictures, and what a model that knows their noise would predict for each: the noise, or v or the picture where the model predicts that. */
export interface NoisyBatch {
  readonly latents: readonly Float32Array[];
  readonly timesteps: readonly number[];
  readonly target: readonly Float32Array[];
}

export interface SlotGradientResult {
  /** Mean over the rows. */
  readonly loss: number;
  /** [K * V] or [K * D], mean over the rows. */
  readonly gradient: Float32Array;
}

/** Throws `diverged`: Adam would carry a number that is not finite into every later step, and the argmax of such numbers means nothing. */
function needFinite(loss: number, gradient: Float32Array): void {
  if (Number.isFinite(loss) && gradient.every((value) => Number.isFinite(value))) return;
  const seen = Number.isFinite(loss) ? 'a gradient that is not finite' : `a loss of ${loss}`;
  throw new PalimpsestError('diverged', `attack: expected a finite loss and gradient, got ${seen}`, {
    advice:
      'Search again with a lower learning rate or, if it happens at once, with other weights: these may hold numbers that are not finite.',
  });
}

export class SlotGradient {
  readonly rows: number;
  readonly schedule: NoiseSchedule;
  readonly #parameterisation: Parameterisation;
  readonly #context: SearchContext;
  readonly #wanted: 'tokens' | 'embeddings';
  #program: Program | null = null;

  constructor(context: SearchContext, rows: number, wanted: 'tokens' | 'embeddings') {
    this.#context = context;
    this.rows = rows;
    this.#wanted = wanted;
    this.#parameterisation = new Parameterisation(context.pipeline.model.scheduler);
    this.schedule = this.#parameterisation.schedule;
  }

  /** x_t of pictures aimed at, with fresh noise, one row each; where there are several pictures, each row picks one at random. */
  draw(timesteps: readonly number[], random: Random): NoisyBatch {
    const { targets, pipeline } = this.#context;
    const noise = timesteps.map(() => random.normals(pipeline.latentSize));
    const pictures = timesteps.map(
      () => targets[targets.length === 1 ? 0 : random.integer(targets.length)] as Float32Array,
    );
    const row = (i: number) => [pictures[i] as Float32Array, noise[i] as Float32Array] as const;
    return {
      latents: timesteps.map((timestep, i) => addNoise(this.schedule, ...row(i), timestep)),
      timesteps,
      target: timesteps.map((timestep, i) => this.#parameterisation.target(...row(i), timestep)),
    };
  }

  /** `slots` [B * K * D]; `wanted` [C * H * W] each, what the victim should predict. */
  async run(
    slots: Float32Array,
    { latents, timesteps }: NoisyBatch,
    wanted: readonly Float32Array[],
  ): Promise<SlotGradientResult> {
    const { pipeline, victim, frame } = this.#context;
    const { config } = pipeline.model.textEncoder;
    const program = await this.#loaded();
    const rows = this.rows;
    const count = frame.places.length;
    const shape = [rows, ...pipeline.latentShape];
    const outputs = await pipeline.timed('gradient', rows, program, {
      ...this.#frameFeeds(),
      slots: float32([rows, count, config.hiddenSize], slots),
      sample: float32(shape, stack(latents)),
      timestep: float32([rows], timesteps),
      target: float32(shape, stack(wanted)),
      ...(victim === null
        ? {}
        : { theta: float32([victim.layout.size], victim.theta), strength: float32([1], [victim.strength]) }),
    });
    const losses = outputs.host('row_loss').data as Float32Array;
    const loss = losses.reduce((sum, value) => sum + value, 0) / rows;
    const gradient = outputs.host('gradient').data as Float32Array;
    needFinite(loss, gradient);
    return { loss, gradient };
  }

  async dispose(): Promise<void> {
    await this.#program?.dispose();
    this.#program = null;
  }

  #frameFeeds() {
    const { pipeline, frame } = this.#context;
    const { config, weights } = pipeline.model.textEncoder;
    const rows = tokenEmbeddings(weights, config, frame.ids);
    const placement = new Float32Array(frame.ids.length * frame.places.length);
    frame.places.forEach((place, slot) => {
      rows.fill(0, place * config.hiddenSize, (place + 1) * config.hiddenSize);
      placement[place * frame.places.length + slot] = 1;
    });
    return {
      frame: float32([frame.ids.length, config.hiddenSize], rows),
      placement: float32([frame.ids.length, frame.places.length], placement),
    };
  }

  async #loaded(): Promise<Program> {
    const { pipeline, victim, frame } = this.#context;
    this.#program ??= await pipeline.executor.load(
      slotGradientGraph(pipeline.model, {
        rows: this.rows,
        slots: frame.places.length,
        tokens: frame.ids.length,
        layout: victim?.layout ?? null,
        gradient: this.#wanted,
      }),
      { training: true },
    );
    return this.#program;
  }
}
