/** What `npm run bench` measures of one engine: the same code under Node and in a browser's worker. Times in seconds. */
import { Engine } from '../../src/lab/engine.ts';
import type { EnginePlatform } from '../../src/lab/platform.ts';
import { biasCorrectionAt, defaultAdamW } from '../../src/methods/training/adamw.ts';
import { loraGraph } from '../../src/methods/training/lora-graph.ts';
import { parameterGroup } from '../../src/models/lora/groups.ts';
import { initialTheta, loraLayout } from '../../src/models/lora/layout.ts';
import { Random } from '../../src/core/random.ts';
import type { DeviceTensor, Feeds, Program } from '../../src/runtime/executor.ts';
import type { AttackRequest, AttackSummary } from '../../src/records/attack.ts';
import type { RunEvent } from '../../src/records/events.ts';
import type { JobRequest, OpenOptions } from '../../src/rpc/engine-service.ts';
import { float32, zeros, type HostTensor } from '../../src/tensor/host-tensor.ts';
import { completeExperiment } from '../../src/ui/state/default-experiment.ts';
import { attackStep, interactiveAttack } from './attack-step.ts';
import { drawRequest, methodOf, noAdditions, trainRequest } from '../../src/ui/state/requests.ts';

export interface MeasureOptions {
  readonly backend: OpenOptions['backend'];
  readonly modelUrl: string;
  /** Timed runs of forward and step, after two untimed ones. */
  readonly runs: number;
  /** Also run the default Erase, instead of estimating it only. */
  readonly full: boolean;
}

export interface Measurements {
  readonly backend: string;
  readonly threads: number;
  readonly model: string;
  /** Download or file reading, sessions and warm-up. */
  readonly open: number;
  /** Every timed run, batch 4. */
  readonly forward: readonly number[];
  readonly step: readonly number[];
  /** A search's gradient step: one-hot tokens through the text encoder and the UNet. */
  readonly attackStep: readonly number[];
  /** The page's first target row: four pictures at 20 steps with guidance. */
  readonly fourPictures: number;
  /** What the page writes on the button of the default Erase. */
  readonly eraseEstimate: number;
  readonly erase: number | null;
  /** UnlearnDiff at its defaults on the weights of that Erase, its whole budget of 10 rounds of 20 steps, without the control. */
  readonly attack: { readonly seconds: number; readonly rounds: number } | null;
}

const rows = 4;
const rank = 4;
const pictureSteps = 20;

export async function measure(
  platform: EnginePlatform,
  { backend, modelUrl, runs, full }: MeasureOptions,
): Promise<Measurements> {
  const engine = new Engine(platform);
  try {
    const opening = performance.now();
    const info = await engine.open({ backend, modelUrl }, () => undefined);
    const open = secondsSince(opening);

    const catalog = await engine.catalog();
    const experiment = completeExperiment({ numInferenceSteps: pictureSteps }, catalog);
    const method = methodOf({ catalog, experiment }, 'erased');
    if (method === null) throw new Error('bench: the catalog has no erasure method');
    const drawing = drawRequest(experiment, 'original', [0], null, noAdditions, info.backend);
    const erasing = trainRequest(completeExperiment({}, catalog), 'erased', method, info.backend, null);

    const fourPictures = await secondsOf(engine, { ...drawing, previewEvery: 0 });
    const eraseEstimate = await engine.estimate(erasing);
    const { forward, step, attackStep } = await passes(engine.opened, runs);
    const erased = full ? await finished(engine, erasing) : null;
    const attack =
      erased?.adapter == null ? null : await searched(engine, interactiveAttack(erased.adapter, experiment));
    const { backend: used, device, modelName } = info;
    return {
      backend: used,
      threads: device.threads,
      model: modelName,
      open,
      forward,
      step,
      attackStep,
      fourPictures,
      eraseEstimate,
      erase: erased?.seconds ?? null,
      attack,
    };
  } finally {
    await engine.dispose();
  }
}

type Finished = Extract<RunEvent, { type: 'finished' }>;

async function finished(engine: Engine, request: JobRequest): Promise<Finished> {
  const end = new Promise<Finished>((resolve, reject) => {
    const unlisten = engine.listen((event) => {
      if (event.type !== 'finished') return;
      unlisten();
      if (event.outcome === 'done') resolve(event);
      else reject(new Error(`bench: ${event.error?.message ?? event.outcome}`));
    });
  });
  await engine.start(request);
  return end;
}

const secondsOf = async (engine: Engine, request: JobRequest): Promise<number> =>
  (await finished(engine, request)).seconds;

/** The seconds of the search alone, as its summary says them. */
async function searched(engine: Engine, request: AttackRequest) {
  const summaries: AttackSummary[] = [];
  const unlisten = engine.listen((event) => {
    if (event.type === 'attack-summary') summaries.push(event.summary);
  });
  await finished(engine, request);
  unlisten();
  const [summary] = summaries;
  if (summary === undefined) throw new Error('bench: expected a summary of the search, got none');
  return { seconds: summary.seconds, rounds: summary.rounds };
}

/** Forward and both steps in turn, so that whatever else the machine does falls on both. */
async function passes(opened: Engine['opened'], runs: number) {
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
  const forward: number[] = [];
  const step: number[] = [];
  const attacking: number[] = [];
  const searching = attackStep(opened, layout, rows);
  try {
    for (let run = -2; run < runs; run++) {
      const started = performance.now();
      await pipeline.predictNoise(queries, null);
      const between = performance.now();
      await state.update(update, fixed);
      const updated = performance.now();
      await searching.run();
      if (run < 0) continue;
      forward.push((between - started) / 1000);
      step.push((updated - between) / 1000);
      attacking.push(secondsSince(updated));
    }
  } finally {
    state.dispose();
    await update.dispose();
    await searching.dispose();
  }
  return { forward, step, attackStep: attacking };
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

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
