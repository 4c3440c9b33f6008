/**
 * A model on an executor: text to embeddings, noise prediction with or without an adapter, latents to pictures, pictures to
 * verdicts. Programs are built when first needed, one for each batch size and adapter layout, and shared by everybody.
 */
import { PalimpsestError } from '../core/errors.ts';
import type { Graph } from '../graph/graph.ts';
import type { DiffusionModel } from '../models/family.ts';
import { layoutKey, type LoraLayout } from '../models/lora/layout.ts';
import { refusePattern } from '../triggers/noise-pattern.ts';
import type { Executor, Feeds, Program, ProgramOutputs } from '../runtime/executor.ts';
import type { Adapter } from './adapter.ts';
import { inBatches, stack, unstack } from './batches.ts';
import { largestLatent, needFinite, needUsable, type Place } from './finite.ts';
import { decodeGraph, encodeGraph, featureGraph, judgeGraph, noiseGraph, textGraph } from './pipeline-graphs.ts';
import { float32, int32, type HostTensor } from '../tensor/host-tensor.ts';

export type { Adapter } from './adapter.ts';

export interface NoiseQuery {
  readonly latents: Float32Array; // [C * H * W]
  /** Model time. */
  readonly timestep: number;
  /** Text embedding of the prompt, [T * D]. */
  readonly text: Float32Array;
  /** What a message says of it, should its prediction not be finite. */
  readonly place?: Place;
}

/** A prompt of more tokens than the model reads. */
export interface TruncatedPrompt {
  readonly prompt: string;
  /** The words that are not heard. */
  readonly cut: string;
}

/** Probabilities by label, for each head of the judge. */
export type Judgement = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** What a unit of work is, for estimates: a predicted row, an encoded text, a decoded or judged picture, a row of a training update or of an attack's gradient. */
export type WorkKind = 'noise' | 'text' | 'decode' | 'judge' | 'update' | 'gradient';

/** Called with how long `units` of a kind took. */
export type WorkObserver = (kind: WorkKind, units: number, seconds: number) => void;

export class Pipeline {
  readonly model: DiffusionModel;
  readonly executor: Executor;
  readonly #observe: WorkObserver;
  readonly #programs = new Map<string, Promise<Program>>();
  /** Programs that ran once: first runs compile and allocate, and say nothing about later ones. */
  readonly #warm = new Set<Program>();
  readonly #texts = new Map<string, Float32Array>();
  readonly #cut = new Map<string, string>();

  constructor(executor: Executor, model: DiffusionModel, observe: WorkObserver = () => undefined) {
    this.executor = executor;
    this.model = model;
    this.#observe = observe;
  }

  /** Runs a program, with its time reported to the observer. */
  async timed(kind: WorkKind, units: number, program: Program, feeds: Feeds): Promise<ProgramOutputs> {
    const start = performance.now();
    const outputs = await program.run(feeds);
    if (this.#warm.has(program)) this.#observe(kind, units, (performance.now() - start) / 1000);
    this.#warm.add(program);
    return outputs;
  }

  get latentShape(): readonly [number, number, number] {
    const { inChannels, sampleSize } = this.model.unet.config;
    return [inChannels, sampleSize, sampleSize];
  }

  get latentSize(): number {
    const [channels, height, width] = this.latentShape;
    return channels * height * width;
  }

  /** Pixels along a side of a picture. */
  get imageSize(): number {
    return this.model.unet.config.sampleSize * 2 ** (this.model.vae.config.blockOutChannels.length - 1);
  }

  get maxTokens(): number {
    return this.model.tokenizer.maxLength;
  }

  /** Prompts asked so far that are longer than the model reads, each with the words that it did not hear. */
  get truncated(): readonly TruncatedPrompt[] {
    return [...this.#cut].map(([prompt, cut]) => ({ prompt, cut }));
  }

  /** Text embeddings [T * D], in the order of `prompts`. Equal prompts are encoded once in the pipeline's life. Throws `bad-argument` for a noise pattern. */
  async encodePrompts(prompts: readonly string[]): Promise<readonly Float32Array[]> {
    prompts.forEach(refusePattern);
    const missing = [...new Set(prompts)].filter((prompt) => !this.#texts.has(prompt));
    const encoded = missing.map((prompt) => this.model.tokenizer.encode(prompt));
    encoded.forEach(({ truncated, cut }, i) => {
      if (truncated) this.#cut.set(missing[i] as string, cut);
    });
    const states = await this.encodeIds(encoded.map(({ ids }) => ids));
    missing.forEach((prompt, i) => this.#texts.set(prompt, states[i] as Float32Array));
    return prompts.map((prompt) => this.#texts.get(prompt) as Float32Array);
  }

  /** Text embeddings [T * D] of whole token sequences [T], start, end and padding included. Nothing is kept. */
  async encodeIds(sequences: readonly Int32Array[]): Promise<readonly Float32Array[]> {
    return inBatches(sequences, async (part) => {
      const size = part.length;
      const program = await this.#program(`text:${size}`, () => textGraph(this.model, size, 'ids'));
      const ids = new Int32Array(size * this.maxTokens);
      part.forEach((sequence, row) => ids.set(sequence, row * this.maxTokens));
      const outputs = await this.timed('text', size, program, { input_ids: int32([size, this.maxTokens], ids) });
      return unstack(finiteOf(outputs, 'last_hidden_state', 'text encoder'), size);
    });
  }

  /** As `encodeIds`, from token embeddings [T * D] that no id needs to have. */
  async encodeEmbeddings(sequences: readonly Float32Array[]): Promise<readonly Float32Array[]> {
    const { hiddenSize } = this.model.textEncoder.config;
    return inBatches(sequences, async (part) => {
      const size = part.length;
      const program = await this.#program(`soft-text:${size}`, () => textGraph(this.model, size, 'embeddings'));
      const outputs = await this.timed('text', size, program, {
        token_embeddings: float32([size, this.maxTokens, hiddenSize], stack(part)),
      });
      return unstack(finiteOf(outputs, 'last_hidden_state', 'text encoder'), size);
    });
  }

  /** Pictures [3 * H * W] in [-1, 1] -> latents [C * H * W]: the posterior's mean times the scaling factor. */
  async encodePictures(pictures: readonly Float32Array[]): Promise<readonly Float32Array[]> {
    const { scalingFactor, inChannels } = this.model.vae.config;
    const side = this.imageSize;
    const wrong = pictures.find((picture) => picture.length !== inChannels * side * side);
    if (wrong !== undefined) {
      throw new PalimpsestError(
        'bad-argument',
        `Pipeline.encodePictures: expected pictures of ${inChannels} x ${side} x ${side}, got ${wrong.length} numbers`,
      );
    }
    return inBatches(pictures, async (part) => {
      const size = part.length;
      const program = await this.#program(`encode:${size}`, () => encodeGraph(this.model, size, side));
      const outputs = await program.run({ image: float32([size, inChannels, side, side], stack(part)) });
      return unstack(
        finiteOf(outputs, 'mean', 'picture encoder').map((x) => x * scalingFactor),
        size,
      );
    });
  }

  /**
   * eps_theta for each query, [C * H * W], in order. Strength 0 runs the same program as no adapter. Throws `diverged` for a prediction that is
   * no picture's, naming its place and the weights.
   */
  async predictNoise(queries: readonly NoiseQuery[], adapter: Adapter | null): Promise<readonly Float32Array[]> {
    const used = adapter !== null && adapter.strength !== 0 ? adapter : null;
    if (used !== null) needUsable(used);
    for (const { latents, timestep, place } of queries)
      needFinite('latents', latents, used, { timestep, ...place }, largestLatent);
    const { crossAttentionDim } = this.model.unet.config;
    const layout = used?.layout ?? null;
    return inBatches(queries, async (part) => {
      const rows = part.length;
      const key = layout === null ? `noise:${rows}` : `noise:${rows}:${layoutKey(layout)}`;
      const program = await this.#program(key, () => noiseGraph(this.model, rows, layout));
      const text = stack(part.map((query) => query.text));
      const timesteps = part.map((query) => query.timestep);
      const outputs = await this.timed('noise', rows, program, {
        sample: float32([rows, ...this.latentShape], stack(part.map((query) => query.latents))),
        timestep: float32([rows], timesteps),
        encoder_hidden_states: float32([rows, this.maxTokens, crossAttentionDim], text),
        ...(used === null
          ? {}
          : { theta: float32([used.layout.size], used.theta), strength: float32([1], [used.strength]) }),
      });
      const noise = unstack(dataOf(outputs, 'noise'), rows);
      part.forEach(({ timestep, place }, row) => {
        needFinite('noise prediction', noise[row] as Float32Array, used, { timestep, ...place }, largestLatent);
      });
      return noise;
    });
  }

  /** What the middle of the original UNet says of noisy latents, [C] each (`unetFeatures`). */
  async features(queries: readonly Omit<NoiseQuery, 'place'>[]): Promise<readonly Float32Array[]> {
    const { crossAttentionDim } = this.model.unet.config;
    return inBatches(queries, async (part) => {
      const rows = part.length;
      const program = await this.#program(`features:${rows}`, () => featureGraph(this.model, rows));
      const outputs = await program.run({
        sample: float32([rows, ...this.latentShape], stack(part.map(({ latents }) => latents))),
        timestep: float32(
          [rows],
          part.map(({ timestep }) => timestep),
        ),
        encoder_hidden_states: float32([rows, this.maxTokens, crossAttentionDim], stack(part.map(({ text }) => text))),
      });
      return unstack(finiteOf(outputs, 'features', 'UNet features'), rows);
    });
  }

  /** Latents [C * H * W] each -> pictures [3 * H * W] in [-1, 1], clipped. */
  async decode(latents: readonly Float32Array[]): Promise<readonly Float32Array[]> {
    const { scalingFactor } = this.model.vae.config;
    return inBatches(latents, async (part) => {
      const size = part.length;
      const scaled = stack(part).map((x) => x / scalingFactor);
      const program = await this.#program(`decode:${size}`, () => decodeGraph(this.model, size));
      const outputs = await this.timed('decode', size, program, {
        latents: float32([size, ...this.latentShape], scaled),
      });
      return unstack(
        finiteOf(outputs, 'image', 'picture decoder').map((x) => Math.min(1, Math.max(-1, x))),
        size,
      );
    });
  }

  /** What the judge sees in pictures [3 * H * W] in [-1, 1]. Throws `bad-argument` when the model has no judge. */
  async judge(pictures: readonly Float32Array[]): Promise<readonly Judgement[]> {
    const { judge } = this.model;
    if (judge === null)
      throw new PalimpsestError('bad-argument', 'Pipeline.judge: expected a model with a judge, this one has none');
    const { inChannels, imageSize } = judge.config;
    const length = inChannels * imageSize * imageSize;
    if (pictures.some((picture) => picture.length !== length)) {
      throw new PalimpsestError(
        'bad-argument',
        `Pipeline.judge: expected pictures of ${inChannels} x ${imageSize} x ${imageSize}, got ${pictures[0]?.length ?? 0} numbers`,
      );
    }
    return inBatches(pictures, async (part) => {
      const size = part.length;
      const program = await this.#program(`judge:${size}`, () => judgeGraph(judge, size));
      const outputs = await this.timed('judge', size, program, {
        image: float32([size, inChannels, imageSize, imageSize], stack(part)),
      });
      return part.map(
        (_, row): Judgement =>
          new Map(
            [...judge.config.heads].map(([head, labels]) => {
              const probabilities = finiteOf(outputs, head, 'judge');
              return [
                head,
                new Map(labels.map((label, i) => [label, probabilities[row * labels.length + i] as number])),
              ];
            }),
          ),
      );
    });
  }

  /** Builds the programs that drawing `pictures` at once and reading many sentences need, so that whoever asks first does not wait for them. */
  async warmUp(pictures: number): Promise<void> {
    const [text] = await this.encodePrompts(['']);
    const { ids } = this.model.tokenizer.encode('');
    await this.encodeIds(Array.from({ length: 8 }, () => ids));
    const latents = Array.from({ length: pictures }, () => new Float32Array(this.latentSize));
    const queries = [...latents, ...latents].map((latent) => ({
      latents: latent,
      timestep: 1,
      text: text as Float32Array,
    }));
    await this.predictNoise(queries, null);
    const images = await this.decode(latents);
    if (this.model.judge !== null) await this.judge(images);
  }

  /** Releases the programs of an adapter layout that is no longer used. */
  async release(layout: LoraLayout): Promise<void> {
    const suffix = `:${layoutKey(layout)}`;
    for (const [key, program] of this.#programs) {
      if (!key.endsWith(suffix)) continue;
      this.#programs.delete(key);
      await (await program).dispose();
    }
  }

  async dispose(): Promise<void> {
    const programs = [...this.#programs.values()];
    this.#programs.clear();
    for (const program of programs) await (await program).dispose();
  }

  #program(key: string, build: () => Graph): Promise<Program> {
    const found = this.#programs.get(key);
    if (found !== undefined) return found;
    const loading = this.executor.load(build());
    this.#programs.set(key, loading);
    loading.catch(() => this.#programs.delete(key));
    return loading;
  }
}

function dataOf(outputs: { host(name: string): HostTensor }, name: string): Float32Array {
  return outputs.host(name).data as Float32Array;
}

/** As `dataOf`, of parts that no adapter changes. */
function finiteOf(outputs: { host(name: string): HostTensor }, name: string, where: string): Float32Array {
  const data = dataOf(outputs, name);
  needFinite(where, data, null);
  return data;
}
