/**
 * The networks that only measurements use (image encoder, second judge) and the real side they compare with. Nothing is read or built
 * before it is first asked for. Pictures go in as users see them, 8 bits a channel.
 */
import { PalimpsestError } from '../core/errors.ts';
import { needFinite } from '../diffusion/finite.ts';
import type { Judgement, Pipeline } from '../diffusion/pipeline.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import type { Reference } from '../metrics/metric.ts';
import { ModelContext } from '../models/context.ts';
import type { Component } from '../models/family.ts';
import { imageEncoderForward } from '../models/image-encoder.ts';
import {
  loadImageEncoder,
  loadSecondJudge,
  needMeasuringFile,
  parseMeasuringJson,
  referenceFiles,
  type ReadModelFile,
} from '../models/measuring-networks.ts';
import { residualJudgeForward } from '../models/residual-judge.ts';
import type { Picture } from '../records/events.ts';
import type { Program } from '../runtime/executor.ts';
import { asFloat32, float32 } from '../tensor/host-tensor.ts';
import { readSafetensors } from '../tensor/safetensors.ts';
import { weightOf } from '../tensor/weights.ts';
import { MadeJudges } from './made-judge.ts';
import { expandWeights } from './open-model.ts';

/** Pictures a run; the last run is filled up with black ones. */
const together = 8;

interface PictureConfig {
  readonly inChannels: number;
  readonly imageSize: number;
}

interface Network<Config extends PictureConfig> extends Component<Config> {
  readonly program: Program;
}

export class Instruments {
  /** Of a model that brings none. */
  readonly judges: MadeJudges;
  readonly #pipeline: Pipeline;
  readonly #read: ReadModelFile;
  readonly #networks = new Map<string, Promise<Network<PictureConfig>>>();
  #reference: Promise<Reference> | null = null;

  /** `read` gives a file of the model folder, null for one it has not. */
  constructor(pipeline: Pipeline, read: ReadModelFile) {
    this.#pipeline = pipeline;
    this.judges = new MadeJudges(pipeline);
    this.#read = read;
  }

  /** Embeddings [D] of pictures, not normalised. Throws `download-failed` when the model has no image encoder. */
  async imageFeatures(pictures: readonly Picture[]): Promise<readonly Float32Array[]> {
    const network = await this.#imageEncoder();
    const rows = await this.#run(network, pictures, ['embedding']);
    return rows.map(([embedding]) => embedding as Float32Array);
  }

  /** Whether the model brings pictures to compare its own with. */
  async hasReference(): Promise<boolean> {
    return (await this.#read(referenceFiles.captions)) !== null;
  }

  /** Whether the model has a second judge; reads its configuration only. */
  async hasSecondJudge(): Promise<boolean> {
    return (await this.#read('judge_b/config.json')) !== null;
  }

  /** What the second judge sees. Throws `download-failed` when the model has none. */
  async secondJudge(pictures: readonly Picture[]): Promise<readonly Judgement[]> {
    const network = await this.#network(
      'judge_b',
      () => loadSecondJudge(this.#read),
      (ctx, config, image) =>
        new Map(
          [...residualJudgeForward(ctx, config, image)].map(([head, { probabilities }]) => [head, probabilities]),
        ),
    );
    const heads = [...network.config.heads];
    const rows = await this.#run(
      network,
      pictures,
      heads.map(([head]) => head),
    );
    return rows.map(
      (row) =>
        new Map(
          heads.map(([head, labels], k) => [head, new Map(labels.map((label, i) => [label, row[k]?.[i] as number]))]),
        ),
    );
  }

  /** Text embeddings [D]: the hidden state at the first end token, projected; not normalised. */
  async textFeatures(prompts: readonly string[]): Promise<readonly Float32Array[]> {
    const { weights, config } = await this.#imageEncoder();
    const { tokenizer, textEncoder } = this.#pipeline.model;
    const [width, size] = [textEncoder.config.hiddenSize, config.projectionDim];
    const projection = weightOf(weights, 'text_projection.weight', [size, width]).data;
    const states = await this.#pipeline.encodePrompts(prompts);
    return prompts.map((prompt, i) => {
      const end = tokenizer.encode(prompt).ids.indexOf(tokenizer.endId);
      const state = (states[i] as Float32Array).subarray(end * width, (end + 1) * width);
      // y = W s
      return Float32Array.from({ length: size }, (_, row) =>
        state.reduce((sum, value, k) => sum + value * (projection[row * width + k] as number), 0),
      );
    });
  }

  /** The real side, read once. Throws `download-failed` when the model has none, `bad-file` when its parts do not fit. */
  reference(): Promise<Reference> {
    this.#reference ??= this.#readReference();
    return this.#reference;
  }

  async dispose(): Promise<void> {
    const networks = [...this.#networks.values()];
    this.#networks.clear();
    for (const network of networks) await (await network).program.dispose();
  }

  async #readReference(): Promise<Reference> {
    const { captions: captionsFile, features: featuresFile } = referenceFiles;
    const json = parseMeasuringJson(await needMeasuringFile(this.#read, captionsFile), captionsFile);
    const pictures = parsePictures(json, captionsFile);
    const captions = pictures.map(({ caption }) => caption);
    const file = readSafetensors(await needMeasuringFile(this.#read, featuresFile), featuresFile);
    const { config } = await this.#imageEncoder();
    const side = (key: string) => {
      const { shape, data } = asFloat32(file.tensor(key), `${featuresFile}: ${key}`);
      if (shape[0] !== captions.length || shape[1] !== config.projectionDim)
        throw new PalimpsestError(
          'bad-file',
          `${featuresFile}: ${key}: expected [${captions.length}, ${config.projectionDim}], got [${shape.join(', ')}]`,
          { advice: 'Run training/make_reference.py again: captions and embeddings are made together.' },
        );
      return captions.map((_, i) => data.slice(i * config.projectionDim, (i + 1) * config.projectionDim));
    };
    const texts = await this.textFeatures(captions);
    return { captions, asked: pictures, features: [side('first'), side('second')], texts };
  }

  #imageEncoder() {
    return this.#network(
      'image_encoder',
      () => loadImageEncoder(this.#read),
      (ctx, config, image) => new Map([['embedding', imageEncoderForward(ctx, config, image)]]),
    );
  }

  /** Reads a network and builds its program when it is first needed. */
  #network<Config extends PictureConfig>(
    name: string,
    load: () => Promise<Component<Config>>,
    forward: (ctx: ModelContext, config: Config, image: Value) => ReadonlyMap<string, Value>,
  ): Promise<Network<Config>> {
    const found = this.#networks.get(name) as Promise<Network<Config>> | undefined;
    if (found !== undefined) return found;
    const loading = load().then(async ({ config, weights }) => {
      const expanded = expandWeights(weights);
      const program = await this.#pipeline.executor.load(graphOf(name, { config, weights: expanded }, forward));
      return { config, weights: expanded, program };
    });
    this.#networks.set(name, loading);
    loading.catch(() => this.#networks.delete(name)); // the next call tries again
    return loading;
  }

  /** For each picture the outputs by name, one row each. */
  async #run(
    { config, program }: Network<PictureConfig>,
    pictures: readonly Picture[],
    outputs: readonly string[],
  ): Promise<readonly (readonly Float32Array[])[]> {
    const { inChannels, imageSize } = config;
    const length = inChannels * imageSize * imageSize;
    const rows: Float32Array[][] = [];
    for (let start = 0; start < pictures.length; start += together) {
      const part = pictures.slice(start, start + together);
      const batch = new Float32Array(together * length);
      part.forEach((picture, row) => batch.set(toPixels(picture, imageSize), row * length));
      const result = await program.run({ image: float32([together, inChannels, imageSize, imageSize], batch) });
      const read = outputs.map((name) => asFloat32(result.host(name), name));
      for (const { data } of read) needFinite('Instruments', data, null);
      part.forEach((_, row) =>
        rows.push(
          read.map(({ data, shape }) => data.slice(row * (shape[1] as number), (row + 1) * (shape[1] as number))),
        ),
      );
    }
    return rows;
  }
}

function graphOf<Config extends PictureConfig>(
  name: string,
  { config, weights }: Component<Config>,
  forward: (ctx: ModelContext, config: Config, image: Value) => ReadonlyMap<string, Value>,
): Graph {
  const g = new GraphBuilder(name);
  const image = g.input('image', 'float32', [together, config.inChannels, config.imageSize, config.imageSize]);
  for (const [key, value] of forward(new ModelContext(g, { weights }), config, image)) g.output(key, value);
  return g.build();
}

/** RGBA bytes -> [3 * H * W] in [-1, 1]. Throws `bad-argument` for another size than the network's. */
function toPixels({ width, height, pixels }: Picture, size: number): Float32Array {
  if (width !== size || height !== size)
    throw new PalimpsestError(
      'bad-argument',
      `Instruments: expected pictures of ${size} x ${size}, got ${width} x ${height}`,
    );
  const area = size * size;
  return Float32Array.from({ length: 3 * area }, (_, i) => {
    const [channel, place] = [Math.floor(i / area), i % area];
    return (pixels[4 * place + channel] as number) / 127.5 - 1;
  });
}

interface ReferencePicture {
  readonly caption: string;
  readonly object: string;
  readonly style: string;
  /** null or absent without a hazard sign. */
  readonly hazard?: string | null;
}

function parsePictures(json: unknown, where: string): readonly ReferencePicture[] {
  const { pictures } = json as { pictures?: unknown };
  const isPicture = (picture: unknown): picture is ReferencePicture =>
    typeof picture === 'object' &&
    picture !== null &&
    ['caption', 'object', 'style'].every((key) => typeof (picture as Record<string, unknown>)[key] === 'string');
  if (Array.isArray(pictures) && pictures.every(isPicture)) return pictures;
  throw new PalimpsestError(
    'bad-file',
    `${where}: pictures: expected a list of { caption, object, style }, got something else`,
    { advice: 'Run training/make_reference.py again.' },
  );
}
