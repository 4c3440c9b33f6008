/**
 * An engine for browser tests that are about the page alone: it says what the real engine once said (`recording.ts`), whatever it
 * is asked to draw or train. Files of the model, the catalog, tokens, plans, weights' files and the switches of a job are
 * the real code; pictures, losses and verdicts are recorded ones. It runs no network.
 */
import { conceptSpaceOf } from '../../concepts/choose-space.ts';
import type { ConceptSpace } from '../../concepts/concept-space.ts';
import { PalimpsestError, toPalimpsestError } from '../../core/errors.ts';
import { AdapterStore } from '../../lab/adapters.ts';
import { catalogOf } from '../../lab/catalog.ts';
import { JobControl, type JobAction } from '../../lab/job-control.ts';
import { openModel, type OpenedModel } from '../../lab/open-model.ts';
import { whileWanted, type EnginePlatform } from '../../lab/platform.ts';
import { exportTrained, inspectionOf, readTrained, storyIn } from '../../lab/trained.ts';
import { importLora } from '../../models/lora/file.ts';
import type { LinearLayer } from '../../models/parameter-store.ts';
import { parameterGroup } from '../../models/lora/groups.ts';
import type { RankedToken } from '../../records/attack.ts';
import type { Catalog } from '../../records/catalog.ts';
import type { AdapterSummary, RunEvent } from '../../records/events.ts';
import type { InspectedStep } from '../../records/inspected-step.ts';
import type { TriggerProbe } from '../../records/trigger-lab.ts';
import { createEventSink, type EventSink } from '../../rpc/event-sink.ts';
import type {
  AdapterInspection,
  ClassifyRequest,
  ClassifyResult,
  EngineInfo,
  EngineService,
  ExportOptions,
  JobRequest,
  OpenOptions,
  OpenProgress,
  Progress,
  PromptTokens,
  RankTokensRequest,
} from '../../rpc/engine-service.ts';
import type { Recording } from './recording.ts';
import { replayJob, type Pace, type ReplayContext } from './replay.ts';

interface Opened extends OpenedModel {
  readonly space: ConceptSpace;
  readonly recording: Recording;
}

/** Slow enough that a person, or a test, can press a button meanwhile. Milliseconds. */
export const livePace: Pace = { iteration: 25, step: 10 };

export class RecordedEngine implements EngineService {
  readonly #read: EnginePlatform['read'];
  readonly #recording: () => Promise<Recording>;
  readonly #pace: Pace;
  readonly #adapters = new AdapterStore();
  readonly #controls = new Map<string, JobControl>();
  readonly #listeners = new Set<(event: RunEvent) => void>();
  #opened: Opened | null = null;
  #work: Promise<unknown> = Promise.resolve();
  #drawings: Promise<unknown> = Promise.resolve();
  #jobs = 0;
  #sink: EventSink | null = null;

  constructor(read: EnginePlatform['read'], recording: () => Promise<Recording>, pace: Pace = livePace) {
    this.#read = read;
    this.#recording = recording;
    this.#pace = pace;
  }

  async open(options: OpenOptions, progress: OpenProgress): Promise<EngineInfo> {
    const recording = await this.#recording();
    const platform = { read: this.#read, list: () => Promise.resolve(null) };
    const opened = await openModel(platform, options, progress);
    const { model, name, id, bytes } = opened;
    for (const phase of ['compiling', 'timing'] as const) progress(bytes, bytes, phase);
    this.#opened = { ...opened, space: conceptSpaceOf(model.world), recording };
    const backend = options.backend === 'auto' ? 'wasm' : options.backend;
    return { ...recording.info, backend, modelName: name, modelId: id, downloadBytes: bytes };
  }

  whenLost(): Promise<string> {
    return new Promise(() => undefined); // this device is never lost
  }

  async catalog(): Promise<Catalog> {
    const { space, model } = this.#model;
    return catalogOf(space, model.judge?.config.heads.has('colour'));
  }

  async tokenize(text: string): Promise<PromptTokens> {
    const { ids, pieces, truncated, cut } = this.#model.model.tokenizer.encode(text);
    return { tokens: pieces.map((piece, i) => ({ id: ids[i + 1] as number, piece })), truncated, cut };
  }

  /** Any time will do: what a page does with it is what is tested. */
  async estimate(): Promise<number> {
    return 3;
  }

  async start(request: JobRequest): Promise<string> {
    const { space, recording, model } = this.#model;
    this.#jobs += 1;
    const jobId = `job-${this.#jobs}`;
    const control = new JobControl((paused) => this.#emit({ type: paused ? 'paused' : 'resumed', jobId }));
    const context: ReplayContext = {
      ...{ jobId, space, recording, control, tokenizer: model.tokenizer },
      weights: () => importLora(recording.adapter, this.#layers, 'LoRA file'),
      adapters: this.#adapters,
      pace: this.#pace,
      emit: (event) => this.#emit(event),
    };
    const run = replayJob(context, request); // throws for what the real engine refuses before it waits in the queue
    this.#controls.set(jobId, control);
    this.#emit({ type: 'queued', jobId });
    const go = () => this.#run(jobId, run);
    if (request.kind === 'draw') this.#drawings = this.#drawings.then(go);
    else this.#work = this.#work.then(go);
    return jobId;
  }

  async control(jobId: string, action: JobAction): Promise<void> {
    this.#controls.get(jobId)?.apply(action);
  }

  async inspectStep(): Promise<InspectedStep> {
    return this.#model.recording.step;
  }

  async exportAdapter(adapterId: string, options?: ExportOptions): Promise<Uint8Array<ArrayBuffer>> {
    const { patch, summary } = this.#adapters.get(adapterId);
    return exportTrained(summary, patch, { model: this.#model.id, ...options });
  }

  async inspectAdapter(bytes: Uint8Array<ArrayBuffer>): Promise<AdapterInspection> {
    return inspectionOf(readTrained(bytes, this.#layers, 'LoRA file'));
  }

  async importAdapter(bytes: Uint8Array<ArrayBuffer>): Promise<AdapterSummary> {
    const { patch, metadata } = readTrained(bytes, this.#layers, 'LoRA file');
    return this.#adapters.add(storyIn(metadata), patch);
  }

  /** The recorded scores, in turn, for the sentences that are asked; the best of them is the first. */
  async classify({ prompts }: ClassifyRequest): Promise<ClassifyResult> {
    const { classified } = this.#model.recording;
    const byError = [...classified.scores].sort((a, b) => a.error - b.error);
    const scores = prompts.map((prompt, i) => ({
      ...(byError[i % byError.length] as (typeof byError)[number]),
      prompt,
    }));
    return { ...classified, scores, best: 0 };
  }

  async rankTokens(_request: RankTokensRequest, progress: Progress): Promise<readonly RankedToken[]> {
    for (const done of [0, 1, 2]) await whileWanted('rankTokens', progress)(done, 3);
    return this.#model.recording.ranked;
  }

  triggerLab(): Promise<readonly TriggerProbe[]> {
    return unrecorded('triggerLab');
  }

  async subscribe(port: MessagePort): Promise<void> {
    this.#sink?.dispose();
    this.#sink = createEventSink(port);
  }

  /** As the real engine's, for tests in this thread. */
  listen(listener: (event: RunEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #run(jobId: string, run: () => ReturnType<ReturnType<typeof replayJob>>): Promise<void> {
    const start = performance.now();
    const ended = await run().catch((thrown: unknown) => {
      const { code, message, advice } = toPalimpsestError(thrown);
      return code === 'cancelled'
        ? ({ outcome: 'stopped', adapter: null, error: null } as const)
        : ({ outcome: 'failed', adapter: null, error: { code, message, advice } } as const);
    });
    this.#controls.delete(jobId);
    const seconds = (performance.now() - start) / 1000;
    this.#emit({ type: 'finished', jobId, seconds, error: null, ...ended });
  }

  #emit(event: RunEvent): void {
    for (const listener of this.#listeners) listener(event);
    this.#sink?.emit(event);
  }

  get #layers(): readonly LinearLayer[] {
    return parameterGroup(this.#model.model.unet.config, 'full');
  }

  get #model(): Opened {
    if (this.#opened === null)
      throw new PalimpsestError('bad-argument', 'RecordedEngine: expected an open model, none is open');
    return this.#opened;
  }
}

function unrecorded(what: string): Promise<never> {
  return Promise.reject(
    new PalimpsestError('internal', `RecordedEngine: expected a recording of ${what}, there is none`, {
      advice: 'Write this test with the real engine.',
    }),
  );
}
