/** One forward pass, one LoRA step and one gradient step of a search, as the engine runs them, for timing. */
import { Random } from '../../src/core/random.ts';
import type { Engine } from '../../src/lab/engine.ts';
import { biasCorrectionAt, defaultAdamW } from '../../src/methods/training/adamw.ts';
import { loraGraph } from '../../src/methods/training/lora-graph.ts';
import { parameterGroup } from '../../src/models/lora/groups.ts';
import { initialTheta, loraLayout } from '../../src/models/lora/layout.ts';
import type { DeviceTensor, Feeds, Program } from '../../src/runtime/executor.ts';
import { float32, zeros, type HostTensor } from '../../src/tensor/host-tensor.ts';
import { attackStep } from './attack-step.ts';

/** Every timed run in seconds, batch 4. */
export interface PassTimes {
  readonly forward: readonly number[];
  readonly step: readonly number[];
  /** A search's gradient step: one-hot tokens through the text encoder and the UNet. */
  readonly attackStep: readonly number[];
}

export interface Passes {
  forward(): Promise<void>;
  step(): Promise<void>;
  attackStep(): Promise<void>;
  dispose(): Promise<void>;
}

const passNames = ['forward', 'step', 'attackStep'] as const satisfies readonly (keyof PassTimes)[];

const rows = 4;
const rank = 4;
/** They compile and allocate, and say nothing about later ones. */
const untimedRuns = 2;

export async function createPasses(opened: Engine['opened']): Promise<Passes> {
  const { pipeline } = opened;
  const { unet } = pipeline.model;
  const layout = loraLayout(parameterGroup(unet.config, 'xattn'), rank);
  const random = Random.seeded(1, 'bench');
  const sample = float32([rows, ...pipeline.latentShape], random.normals(rows * pipeline.latentSize));
  const textSize = pipeline.maxTokens * unet.config.crossAttentionDim;
  const text = float32([rows, pipeline.maxTokens, unet.config.crossAttentionDim], random.normals(rows * textSize));
  const queries = Array.from({ length: rows }, (_, row) => ({
    latents: sample.data.slice(row * pipeline.latentSize, (row + 1) * pipeline.latentSize),
    timestep: 500,
    text: text.data.slice(row * textSize, (row + 1) * textSize),
  }));
  const update = await pipeline.executor.load(
    loraGraph('update', { ...unet, layout, rows, maxTokens: pipeline.maxTokens, optimiser: defaultAdamW }),
    { training: true, keepOnDevice: ['theta_out', 'first_moment_out', 'second_moment_out'] },
  );
  const state = new LoraState(initialTheta(layout, 1));
  const fixed: Feeds = {
    sample,
    timestep: float32([rows], new Array<number>(rows).fill(500)),
    encoder_hidden_states: text,
    target: sample,
    row_weight: float32([rows], new Array<number>(rows).fill(1 / rows)),
    gradient_in: zeros([layout.size]),
    strength: float32([1], [1]),
    learning_rate: float32([], [1e-4]),
  };
  const searching = attackStep(opened, layout, rows);
  return {
    forward: async () => {
      await pipeline.predictNoise(queries, null);
    },
    step: () => state.update(update, fixed),
    attackStep: () => searching.run(),
    dispose: async () => {
      state.dispose();
      await update.dispose();
      await searching.dispose();
    },
  };
}

/** The times of each of `all`, in their order; all passes in turn, so that whatever else the machine does falls on all of them. */
export async function timed(all: readonly Passes[], runs: number): Promise<readonly PassTimes[]> {
  const times = all.map(() => ({ forward: [] as number[], step: [] as number[], attackStep: [] as number[] }));
  for (let run = -untimedRuns; run < runs; run++) {
    for (const name of passNames) {
      for (const [i, passes] of all.entries()) {
        const started = performance.now();
        await passes[name]();
        if (run >= 0) times[i]?.[name].push((performance.now() - started) / 1000);
      }
    }
  }
  return times;
}

/** theta and the moments, handed from one update to the next where they are. */
class LoraState {
  #tensors: readonly (HostTensor | DeviceTensor)[];
  #updates = 0;

  constructor(theta: Float32Array) {
    const size = [theta.length];
    this.#tensors = [float32(size, theta), zeros(size), zeros(size)];
  }

  async update(program: Program, fixed: Feeds): Promise<void> {
    const [theta, first_moment, second_moment] = this.#tensors as readonly [HostTensor, HostTensor, HostTensor];
    this.#updates += 1;
    const bias_correction = float32([2], biasCorrectionAt(this.#updates, defaultAdamW));
    const outputs = await program.run({ ...fixed, theta, first_moment, second_moment, bias_correction });
    this.dispose();
    this.#tensors = ['theta_out', 'first_moment_out', 'second_moment_out'].map((name) => outputs.device(name));
  }

  dispose(): void {
    for (const tensor of this.#tensors) if ('dispose' in tensor) tensor.dispose();
  }
}
