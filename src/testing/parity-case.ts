/**
 * One forward pass and two LoRA updates of the first golden model, as numbers that executors can be compared by. Runs
 * under Node and in a browser. Weights are float32 as recorded, or int8 made of them; latents, text, target and LoRA factors are the golden ones. All
 * of it twice: at the recorded timesteps, and at time 0, where the embedding of the time needs no sine of anything but 0.
 */
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { biasCorrectionAt, defaultAdamW } from '../methods/training/adamw.ts';
import { loraGraph } from '../methods/training/lora-graph.ts';
import { parseUNetConfig, type UNetConfig } from '../models/config/unet-config.ts';
import { ModelContext } from '../models/context.ts';
import type { Component } from '../models/family.ts';
import { weightsPath } from '../models/model-layout.ts';
import { importLora, type LoraFile } from '../models/lora/file.ts';
import { parameterGroup } from '../models/lora/groups.ts';
import { unetForward } from '../models/unet-2d-condition.ts';
import type { DeviceTensor, Executor, Feeds, Program } from '../runtime/executor.ts';
import { relativeL2 } from '../tensor/compare.ts';
import { float32, zeros, type HostTensor } from '../tensor/host-tensor.ts';
import { quantiseWeights, weightsFromSafetensors } from '../tensor/quantise.ts';
import { readSafetensors } from '../tensor/safetensors.ts';

export interface ParityCase {
  readonly unet: Component<UNetConfig>;
  readonly lora: LoraFile;
  readonly sample: HostTensor;
  readonly timestep: HostTensor;
  readonly text: HostTensor;
  readonly target: HostTensor;
}

export type ParityTime = 'recorded' | 'zero';

/** What an executor made of the case, in plain lists, so that it can leave a browser. */
export type ParityResult = Readonly<Record<ParityTime, ParityNumbers>>;

export interface ParityNumbers {
  readonly forward: readonly number[];
  /** Row losses of both updates. */
  readonly rowLoss: readonly number[];
  readonly gradientNorm: readonly number[];
  /** Of the first update, clipped: AdamW's first moment after it is (1 - beta1) times this. */
  readonly gradient: readonly number[];
  /** After the second update, minus the LoRA factors the case starts from. */
  readonly thetaChange: readonly number[];
}

export interface ParityHooks {
  readonly betweenUpdates?: () => void;
  readonly afterUpdates?: () => void;
}

const stateNames = ['theta', 'first_moment', 'second_moment'] as const;
const learningRate = 1e-3;

export type ParityPrecision = 'float32' | 'int8';

/** `read` gives the bytes of a file under src/models/goldens/; int8 is quantised from the recorded float32. */
export async function readParityCase(
  read: (file: string) => Promise<Uint8Array>,
  precision: ParityPrecision = 'float32',
): Promise<ParityCase> {
  const weightsFile = `first/${weightsPath('unet', 'float32')}`;
  const config = parseUNetConfig(
    JSON.parse(new TextDecoder().decode(await read('first/unet/config.json'))),
    'unet/config.json',
  );
  const weights = weightsFromSafetensors(readSafetensors(await read(weightsFile), weightsFile), weightsFile);
  const goldens = readSafetensors(await read('first/goldens.safetensors'), 'goldens.safetensors');
  return {
    unet: { config, weights: precision === 'int8' ? quantiseWeights(weights) : weights },
    lora: importLora(await read('first/lora.safetensors'), parameterGroup(config, 'full'), 'lora.safetensors'),
    sample: goldens.tensor('sample'),
    timestep: goldens.tensor('timestep'),
    text: goldens.tensor('last_hidden_state'),
    target: goldens.tensor('lora_target'),
  };
}

/** Releases everything it made: the executor's ledger is what it was before. */
export async function runParityCase(
  executor: Executor,
  given: ParityCase,
  hooks: ParityHooks = {},
): Promise<ParityResult> {
  const forward = await executor.load(forwardGraph(given));
  const update = await executor.load(updateGraph(given), {
    training: true,
    keepOnDevice: stateNames.map((name) => `${name}_out`),
  });
  const numbersAt = async (timestep: HostTensor): Promise<ParityNumbers> => {
    const { sample, text } = given;
    const noise = (await forward.run({ sample, timestep, encoder_hidden_states: text })).host('noise').data;
    return { forward: [...(noise as Float32Array)], ...(await twoUpdates(update, { ...given, timestep }, hooks)) };
  };
  try {
    return { recorded: await numbersAt(given.timestep), zero: await numbersAt(zeros(given.timestep.shape)) };
  } finally {
    await forward.dispose();
    await update.dispose();
  }
}

async function twoUpdates(
  program: Program,
  { lora, sample, timestep, text, target }: ParityCase,
  { betweenUpdates, afterUpdates }: ParityHooks,
): Promise<Omit<ParityNumbers, 'forward'>> {
  const rows = timestep.data.length;
  const size = [lora.layout.size];
  const run = async (update: number, state: readonly (HostTensor | DeviceTensor)[]) => {
    const feeds: Feeds = {
      ...Object.fromEntries(stateNames.map((name, i) => [name, state[i] as HostTensor | DeviceTensor])),
      sample,
      timestep,
      encoder_hidden_states: text,
      target,
      row_weight: float32([rows], new Float32Array(rows).fill(1 / rows)),
      gradient_in: zeros(size),
      strength: float32([1], [1]),
      learning_rate: float32([], [learningRate]),
      bias_correction: float32([2], biasCorrectionAt(update, defaultAdamW)),
    };
    const outputs = await program.run(feeds);
    return {
      rowLoss: outputs.host('row_loss').data as Float32Array,
      gradientNorm: outputs.host('gradient_norm').data as Float32Array,
      state: stateNames.map((name) => outputs.device(`${name}_out`)),
    };
  };
  const first = await run(1, [float32(size, lora.theta), zeros(size), zeros(size)]);
  betweenUpdates?.();
  const second = await run(2, first.state);
  afterUpdates?.();
  const moment = (await (first.state[1] as DeviceTensor).read()).data as Float32Array;
  const theta = (await (second.state[0] as DeviceTensor).read()).data as Float32Array;
  for (const tensor of [...first.state, ...second.state]) tensor.dispose();
  return {
    rowLoss: [...first.rowLoss, ...second.rowLoss],
    gradientNorm: [...first.gradientNorm, ...second.gradientNorm],
    gradient: [...moment].map((value) => value / (1 - defaultAdamW.beta1)),
    thetaChange: [...theta].map((value, i) => value - (lora.theta[i] as number)),
  };
}

/** Relative L2 distance of each result. */
export function parityDistances(
  actual: ParityResult,
  expected: ParityResult,
): Readonly<Record<ParityTime, Readonly<Record<keyof ParityNumbers, number>>>> {
  const distances = (a: ParityNumbers, b: ParityNumbers) => ({
    forward: relativeL2(a.forward, b.forward),
    rowLoss: relativeL2(a.rowLoss, b.rowLoss),
    gradientNorm: relativeL2(a.gradientNorm, b.gradientNorm),
    gradient: relativeL2(a.gradient, b.gradient),
    thetaChange: relativeL2(a.thetaChange, b.thetaChange),
  });
  return { recorded: distances(actual.recorded, expected.recorded), zero: distances(actual.zero, expected.zero) };
}

function forwardGraph({ unet, sample, timestep, text }: ParityCase): Graph {
  const g = new GraphBuilder('parity-forward');
  const inputs = {
    sample: g.input('sample', 'float32', sample.shape),
    timestep: g.input('timestep', 'float32', timestep.shape),
    encoderHiddenStates: g.input('encoder_hidden_states', 'float32', text.shape),
  };
  g.output('noise', unetForward(new ModelContext(g, { weights: unet.weights }), unet.config, inputs));
  return g.build();
}

function updateGraph({ unet, lora, timestep, text }: ParityCase): Graph {
  return loraGraph('update', {
    config: unet.config,
    weights: unet.weights,
    layout: lora.layout,
    rows: timestep.data.length,
    maxTokens: text.shape[1] as number,
    optimiser: defaultAdamW,
  });
}
