/** The Executor over onnxruntime. The web and the node package share this API; only how to load them differs. */
import type * as Ort from 'onnxruntime-common';
import { PalimpsestError } from '../core/errors.ts';
import { encodeModel } from '../graph/encode.ts';
import type { Graph } from '../graph/graph.ts';
import { largeWeights, weightsAsInputs } from '../graph/weights-as-inputs.ts';
import { sizeOf, type DType, type HostTensor } from '../tensor/host-tensor.ts';
import type {
  DeviceTensor,
  Executor,
  ExecutorInfo,
  Feeds,
  Ledger,
  LoadOptions,
  Program,
  ProgramOutputs,
} from './executor.ts';
import { Mutex } from './mutex.ts';
import { mainMemory, ResidentWeights, type HeldWeights, type WeightStore } from './resident-weights.ts';
import { weightsPlacement, type WeightsPlacement } from './weights-placement.ts';

export type OrtModule = Pick<typeof Ort, 'InferenceSession' | 'Tensor'>;

export interface OrtExecutorOptions {
  readonly ort: OrtModule;
  readonly info: ExecutorInfo;
  readonly executionProviders: readonly Ort.InferenceSession.ExecutionProviderConfig[];
  /** Refuse graphs with a node the provider cannot run, instead of computing it on the CPU. */
  readonly noCpuFallback?: boolean;
  /** Resolves with the reason when the device goes away. */
  readonly deviceLost?: Promise<string>;
  /** Where resident weights are kept; main memory unless given. */
  readonly weightStore?: WeightStore;
  /** Every program's, whatever backend and size speak for; for tests and measurements. */
  readonly weightsPlacement?: WeightsPlacement | undefined;
}

/** What a program takes and gives, without the weights of its graph. */
interface Signature extends Pick<Graph, 'name' | 'inputs' | 'outputs'> {
  /** Outputs that stay on the device. */
  readonly kept: ReadonlySet<string>;
}

export class OrtExecutor implements Executor {
  readonly info: ExecutorInfo;
  readonly lost: Promise<string>;
  readonly #options: OrtExecutorOptions;
  readonly #mutex = new Mutex();
  /** With the bytes of large weights each carries itself. */
  readonly #programs = new Map<Program, number>();
  readonly #residents: ResidentWeights;
  readonly #tensors = new Set<DeviceTensor>();
  #lost: string | null = null;

  constructor(options: OrtExecutorOptions) {
    this.#options = options;
    this.info = options.info;
    this.#residents = new ResidentWeights(options.weightStore ?? mainMemory(options.ort));
    this.lost = options.deviceLost ?? new Promise(() => undefined);
    void this.lost.then((reason) => {
      this.#lost = reason;
    });
  }

  ledger(): Ledger {
    const own = [...this.#programs.values()].reduce((sum, bytes) => sum + bytes, 0);
    return {
      programs: this.#programs.size,
      tensors: this.#tensors.size,
      weights: this.#residents.count,
      weightBytes: this.#residents.bytes + own,
    };
  }

  async load(graph: Graph, options: LoadOptions = {}): Promise<Program> {
    const { name, inputs, outputs } = graph;
    const signature: Signature = { name, inputs, outputs, kept: new Set(options.keepOnDevice ?? []) };
    const large = [...largeWeights(graph).values()];
    const placement =
      this.#options.weightsPlacement ??
      weightsPlacement(
        this.info,
        large.reduce((sum, { data }) => sum + data.length, 0),
      );
    const given = placement === 'resident' ? weightsAsInputs(graph, this.#residents.int8) : { graph, weights: [] };
    const own = placement === 'resident' ? [...largeWeights(given.graph).values()] : large;
    const ownBytes = own.reduce((sum, { data }) => sum + data.byteLength, 0);
    const held = await this.#guarded(name, () => this.#residents.hold(name, given.weights));
    try {
      return this.#program(signature, await this.#createSession(given.graph, signature.kept, options), held, ownBytes);
    } catch (thrown) {
      held.release();
      throw thrown;
    }
  }

  async dispose(): Promise<void> {
    for (const tensor of this.#tensors) tensor.dispose();
    for (const program of this.#programs.keys()) await program.dispose();
  }

  /** Keeps nothing of the graph it was made of. */
  #program(signature: Signature, session: Ort.InferenceSession, held: HeldWeights, ownBytes: number): Program {
    const program: Program = {
      run: (feeds) => this.#run(signature, session, held, feeds),
      dispose: async () => {
        if (!this.#programs.delete(program)) return;
        await this.#mutex.run(() => session.release());
        held.release();
      },
    };
    this.#programs.set(program, ownBytes);
    return program;
  }

  async #createSession(graph: Graph, kept: ReadonlySet<string>, options: LoadOptions): Promise<Ort.InferenceSession> {
    const { ort, executionProviders, noCpuFallback } = this.#options;
    return this.#guarded(graph.name, () =>
      ort.InferenceSession.create(encodeModel(graph), {
        executionProviders,
        // docs/runtime.md, sessions 3 to 5: `all` copies conv weights; the fusion breaks LayerNormalization with three outputs;
        // memory patterns nearly double the peak of a training graph.
        graphOptimizationLevel: 'extended',
        enableMemPattern: options.training !== true,
        ...(this.info.backend === 'node' ? { intraOpNumThreads: this.info.threads } : {}),
        ...(this.info.backend === 'webgpu'
          ? {
              preferredOutputLocation: Object.fromEntries(
                graph.outputs.map(({ name }) => [name, kept.has(name) ? 'gpu-buffer' : 'cpu']),
              ),
            }
          : {}),
        extra: {
          optimization: { disable_specified_optimizers: 'SkipLayerNormFusion' },
          ...(noCpuFallback === true ? { session: { disable_cpu_ep_fallback: '1' } } : {}),
        },
      } as Ort.InferenceSession.SessionOptions),
    );
  }

  async #run(
    { name: where, inputs, outputs, kept }: Signature,
    session: Ort.InferenceSession,
    held: HeldWeights,
    feeds: Feeds,
  ): Promise<ProgramOutputs> {
    const ortFeeds: Record<string, Ort.Tensor> = {};
    for (const input of inputs) {
      const feed = feeds[input.name];
      if (feed === undefined)
        throw new PalimpsestError('bad-argument', `${where}: expected a feed for "${input.name}", got none`);
      if (feed.shape.join() !== input.shape.join()) {
        throw new PalimpsestError(
          'bad-argument',
          `${where}: expected "${input.name}" of shape [${input.shape.join(', ')}], got [${feed.shape.join(', ')}]`,
        );
      }
      ortFeeds[input.name] =
        feed instanceof OrtDeviceTensor
          ? feed.tensor
          : this.#toOrt(feed as HostTensor, input.dtype, `${where}/${input.name}`);
    }
    const unknown = Object.keys(feeds).filter((name) => !(name in ortFeeds));
    if (unknown.length > 0)
      throw new PalimpsestError('bad-argument', `${where}: got feeds it does not take: ${unknown.join(', ')}`);

    const results = await this.#guarded(where, () => session.run({ ...ortFeeds, ...held.feeds }));
    const host = new Map<string, HostTensor>();
    const device = new Map<string, DeviceTensor>();
    for (const { name, value } of outputs) {
      const tensor = results[name] as Ort.Tensor;
      if (kept.has(name)) {
        const owned = new OrtDeviceTensor(tensor, value.shape, value.dtype, (self) => this.#tensors.delete(self));
        this.#tensors.add(owned);
        device.set(name, owned);
      } else {
        host.set(name, { dtype: value.dtype, shape: value.shape, data: tensor.data as HostTensor['data'] });
      }
    }
    return {
      host: (name) => found(host, name, where),
      device: (name) => found(device, name, where),
    };
  }

  #toOrt(tensor: HostTensor, dtype: DType, where: string): Ort.Tensor {
    if (tensor.dtype !== dtype)
      throw new PalimpsestError('bad-argument', `${where}: expected ${dtype}, got ${tensor.dtype}`);
    if (tensor.data.length !== sizeOf(tensor.shape))
      throw new PalimpsestError(
        'bad-argument',
        `${where}: expected ${sizeOf(tensor.shape)} elements, got ${tensor.data.length}`,
      );
    return new this.#options.ort.Tensor(dtype, tensor.data as Float32Array, tensor.shape);
  }

  /** Every call into onnxruntime goes through here: one at a time, with the device's fate checked before and after. */
  async #guarded<T>(where: string, task: () => Promise<T>): Promise<T> {
    return this.#mutex.run(async () => {
      this.#throwIfLost(where);
      try {
        return await task();
      } catch (thrown) {
        this.#throwIfLost(where);
        if (thrown instanceof PalimpsestError) throw thrown;
        const message = thrown instanceof Error ? thrown.message : String(thrown);
        const code = /bad_alloc|out of memory|Aborted\(OOM|allocation failed/i.test(message)
          ? 'out-of-memory'
          : 'internal';
        throw new PalimpsestError(code, `${where}: onnxruntime refused: ${message}`, { cause: thrown });
      }
    });
  }

  #throwIfLost(where: string): void {
    if (this.#lost === null) return;
    throw new PalimpsestError('device-lost', `${where}: the GPU device was lost: ${this.#lost}`, {
      advice: 'Restart the engine; training resumes from its last checkpoint.',
    });
  }
}

class OrtDeviceTensor implements DeviceTensor {
  readonly tensor: Ort.Tensor;
  readonly shape: readonly number[];
  readonly #dtype: DType;
  readonly #forget: (self: DeviceTensor) => void;
  #disposed = false;

  constructor(tensor: Ort.Tensor, shape: readonly number[], dtype: DType, forget: (self: DeviceTensor) => void) {
    this.tensor = tensor;
    this.shape = shape;
    this.#dtype = dtype;
    this.#forget = forget;
  }

  async read(): Promise<HostTensor> {
    const data = (await this.tensor.getData()) as HostTensor['data'];
    return { dtype: this.#dtype, shape: this.shape, data: data.slice() as HostTensor['data'] };
  }

  dispose(): void {
    if (this.#disposed) throw new PalimpsestError('internal', 'DeviceTensor: disposed twice');
    this.#disposed = true;
    this.#forget(this);
    this.tensor.dispose();
  }
}

function found<T>(outputs: ReadonlyMap<string, T>, name: string, where: string): T {
  const value = outputs.get(name);
  if (value === undefined)
    throw new PalimpsestError(
      'internal',
      `${where}: no output "${name}" at this place; it has ${[...outputs.keys()].join(', ')}`,
    );
  return value;
}
