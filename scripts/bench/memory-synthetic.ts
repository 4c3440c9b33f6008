/**
 * A UNet of Stable Diffusion's layout and half its width, 224 M int8 weights drawn at random, on 32 x 32 latents: predictions of one row and of
 * two, and one LoRA update, as a training holds them side by side. What it computes means nothing; what it takes does.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Random } from '../../src/core/random.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { biasCorrectionAt, defaultAdamW } from '../../src/methods/training/adamw.ts';
import { loraGraph } from '../../src/methods/training/lora-graph.ts';
import { parseUNetConfig, type UNetConfig } from '../../src/models/config/unet-config.ts';
import { ModelContext } from '../../src/models/context.ts';
import { parameterGroup, unetWeightShapes } from '../../src/models/lora/groups.ts';
import { initialTheta, loraLayout } from '../../src/models/lora/layout.ts';
import { unetForward } from '../../src/models/unet-2d-condition.ts';
import type { Executor, Feeds, Ledger } from '../../src/runtime/executor.ts';
import { float32, sizeOf, zeros, type Shape } from '../../src/tensor/host-tensor.ts';
import { worthQuantising } from '../../src/tensor/quantise.ts';
import type { Weight, WeightMap } from '../../src/tensor/weights.ts';

const configFile = path.join(import.meta.dirname, '../../src/models/goldens/sd-v1-4/unet/config.json');
const latentSide = 32;
const maxTokens = 77;
const rank = 4;

export interface SyntheticRun {
  readonly ledger: Ledger;
  /** Seconds to make all three programs. */
  readonly loading: number;
  /** Main memory of this process when they were made and none had run, in bytes. */
  readonly loaded: number;
  /** Seconds of one prediction of one row, of two rows and of one update, each after one untimed run. */
  readonly seconds: readonly number[];
}

export async function runSynthetic(executor: Executor): Promise<SyntheticRun> {
  const whole = JSON.parse(await readFile(configFile, 'utf8')) as Readonly<Record<string, unknown>>;
  const narrow = parseUNetConfig({ ...whole, block_out_channels: [160, 320, 640, 640] }, 'unet/config.json');
  const config: UNetConfig = { ...narrow, sampleSize: latentSide };
  const weights = randomWeights(unetWeightShapes(config));
  const layout = loraLayout(parameterGroup(config, 'xattn'), rank);
  const feedsOf = (rows: number) => {
    const shape = [rows, config.inChannels, latentSide, latentSide];
    const text = [rows, maxTokens, config.crossAttentionDim];
    return {
      sample: float32(shape, Random.seeded(1, 'sample').normals(sizeOf(shape))),
      timestep: float32([rows], new Float32Array(rows).fill(500)),
      encoder_hidden_states: float32(text, Random.seeded(1, 'text').normals(sizeOf(text))),
    };
  };
  const one = feedsOf(1);
  const updateFeeds: Feeds = {
    ...one,
    target: one.sample,
    row_weight: float32([1], [1]),
    gradient_in: zeros([layout.size]),
    strength: float32([1], [1]),
    learning_rate: float32([], [1e-4]),
    bias_correction: float32([2], biasCorrectionAt(1, defaultAdamW)),
    theta: float32([layout.size], initialTheta(layout, 1)),
    first_moment: zeros([layout.size]),
    second_moment: zeros([layout.size]),
  };
  const started = performance.now();
  const programs = [
    { program: await executor.load(predictionGraph(config, weights, 1)), feeds: one },
    { program: await executor.load(predictionGraph(config, weights, 2)), feeds: feedsOf(2) },
    {
      program: await executor.load(
        loraGraph('update', { config, weights, layout, rows: 1, maxTokens, optimiser: defaultAdamW }),
        { training: true },
      ),
      feeds: updateFeeds,
    },
  ];
  const loading = (performance.now() - started) / 1000;
  const loaded = process.memoryUsage().rss;
  const seconds: number[] = [];
  for (const { program, feeds } of programs) {
    await program.run(feeds);
    const before = performance.now();
    await program.run(feeds);
    seconds.push((performance.now() - before) / 1000);
  }
  const ledger = executor.ledger();
  for (const { program } of programs) await program.dispose();
  return { ledger, loading, loaded, seconds };
}

function predictionGraph(config: UNetConfig, weights: WeightMap, rows: number): Graph {
  const g = new GraphBuilder(`prediction of ${rows}`);
  const inputs = {
    sample: g.input('sample', 'float32', [rows, config.inChannels, latentSide, latentSide]),
    timestep: g.input('timestep', 'float32', [rows]),
    encoderHiddenStates: g.input('encoder_hidden_states', 'float32', [rows, maxTokens, config.crossAttentionDim]),
  };
  g.output('noise', unetForward(new ModelContext(g, { weights }), config, inputs));
  return g.build();
}

/** About as large as trained ones, so that activations stay finite. */
function randomWeights(shapes: ReadonlyMap<string, Shape>): WeightMap {
  const pool = Random.seeded(1, 'weights').normals(1 << 20);
  const codes = Int8Array.from(pool, (value) => Math.max(-127, Math.min(127, Math.round(value * 40))));
  const weightOf = (key: string, shape: Shape): Weight => {
    const size = sizeOf(shape);
    const rows = shape[0] as number;
    const deviation = 0.7 / Math.sqrt(size / rows);
    if (!worthQuantising(key, shape)) {
      if (shape.length === 1) return float32(shape, new Float32Array(size).fill(/norm.*weight/.test(key) ? 1 : 0));
      return float32(
        shape,
        Float32Array.from({ length: size }, (_, i) => deviation * (pool[i % pool.length] as number)),
      );
    }
    const data = new Int8Array(size);
    for (let i = 0; i < size; i += codes.length) data.set(codes.subarray(0, Math.min(codes.length, size - i)), i);
    return { dtype: 'quantised-int8', shape, data, scale: new Float32Array(rows).fill(deviation / 40) };
  };
  return new Map([...shapes].map(([key, shape]) => [key, weightOf(key, shape)]));
}
