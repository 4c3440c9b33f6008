/**
 * The engine behind EngineService: opens a model, runs jobs, one at a time but for drawings, tells what happens as events. It has no DOM and
 * no worker of its own, so the command line and the tests use this very class.
 */
import { conceptSpaceOf } from '../concepts/choose-space.ts';
import type { ConceptSpace } from '../concepts/concept-space.ts';
import { PalimpsestError, toPalimpsestError } from '../core/errors.ts';
import { allowedTokens } from '../attacks/vocabulary.ts';
import { needUsable } from '../diffusion/finite.ts';
import { classifierFree } from '../diffusion/guiders/classifier-free.ts';
import { predictionsOf, type Sampling } from '../diffusion/guiders/guider.ts';
import { Pipeline } from '../diffusion/pipeline.ts';
import { createDdimSampler } from '../diffusion/samplers/ddim.ts';
import { parameterGroup } from '../models/lora/groups.ts';
import type { AttackRequest, RankedToken } from '../records/attack.ts';
import { wordsOf } from '../records/guider.ts';
import type { Catalog } from '../records/catalog.ts';
import type { EvaluateRequest } from '../records/evaluation.ts';
import type { InspectedStep, InspectStepRequest } from '../records/inspected-step.ts';
import type { TriggerLabRequest, TriggerProbe } from '../records/trigger-lab.ts';
import type { AdapterSummary, RunEvent } from '../records/events.ts';
import { createEventSink, type EventSink } from '../rpc/event-sink.ts';
import type {
  AdapterInspection,
  ClassifyRequest,
  ClassifyResult,
  DrawRequest,
  EngineInfo,
  EngineService,
  ExportOptions,
  JobRequest,
  OpenOptions,
  OpenProgress,
  Progress,
  PromptTokens,
  RankTokensRequest,
} from '../rpc/engine-service.ts';
import { AdapterStore } from './adapters.ts';
import { attackPlanFor, checkAttack } from './attack-plan.ts';
import { catalogOf } from './catalog.ts';
import { classify } from './classify.ts';
import { CostModel } from './cost-model.ts';
import { checkGuiderHeard, checkProbesHeard } from './heard.ts';
import { inspectStep } from './inspect-step.ts';
import { JobControl, type JobAction } from './job-control.ts';
import { Instruments } from './instruments.ts';
import { checkEvaluation, evaluationSize } from './measure.ts';
import { openModel } from './open-model.ts';
import { guiderOf, preparationFor, preparedFor } from './prepare.ts';
import { whileWanted, type EnginePlatform } from './platform.ts';
import { rankTokens } from './rank-tokens.ts';
import { runJob, type Job, type JobContext, type JobResult } from './jobs.ts';
import { exportTrained, inspectionOf, readTrained, storyIn, type TrainedFile } from './trained.ts';
import { checkTriggerLab, triggerLab } from './trigger-lab.ts';
import { pictureCount } from './trigger-probes.ts';
import { variantOf, type AskedVariant } from './variants.ts';

interface Opened {
  readonly pipeline: Pipeline;
  readonly space: ConceptSpace;
  readonly info: EngineInfo;
  readonly instruments: Instruments;
}

/** What ends in verdicts on a concept. */
type JudgedRequest = EvaluateRequest | AttackRequest | TriggerLabRequest;

export class Engine implements EngineService {
  readonly #platform: EnginePlatform;
  readonly #costs = new CostModel();
  readonly #adapters = new AdapterStore();
  readonly #controls = new Map<string, JobControl>();
  readonly #listeners = new Set<(event: RunEvent) => void>();
  /** Answers under way that are no jobs. */
  readonly #aside = new Set<Promise<unknown>>();
  #opened: Opened | null = null;
  /** Jobs go one at a time; drawings go one at a time beside them, and their batches take turns at the executor. */
  #work: Promise<unknown> = Promise.resolve();
  #drawings: Promise<unknown> = Promise.resolve();
  #jobs = 0;
  #sink: EventSink | null = null;

  constructor(platform: EnginePlatform) {
    this.#platform = platform;
  }

  async open(options: OpenOptions, progress: OpenProgress): Promise<EngineInfo> {
    if (this.#opened !== null)
      throw new PalimpsestError('bad-argument', 'Engine.open: expected a new engine, this one is open', {
        advice: 'Restart the worker to open another model.',
      });
    const [{ executor, reason }, { model, name, id, bytes, readLazily }] = await Promise.all([
      this.#platform.createExecutor(options.backend),
      openModel(this.#platform, options, progress),
    ]);
    const pipeline = new Pipeline(executor, model, (kind, units, seconds) => {
      this.#costs.observe(kind, units, seconds);
    });
    const { backend, adapter, threads } = executor.info;
    const info: EngineInfo = {
      backend,
      device: { adapter, threads, reason },
      modelName: name,
      modelId: id,
      downloadBytes: bytes,
      maxPromptTokens: model.tokenizer.maxLength - 2,
      imageSize: pipeline.imageSize,
    };
    // Twice: the first run of a program compiles it, the second tells its price.
    progress(bytes, bytes, 'compiling');
    await pipeline.warmUp(4);
    progress(bytes, bytes, 'timing');
    await pipeline.warmUp(4);
    this.#opened = {
      pipeline,
      space: conceptSpaceOf(model.world, options),
      info,
      instruments: new Instruments(pipeline, readLazily),
    };
    return info;
  }

  whenLost(): Promise<string> {
    return this.#with(({ pipeline }) => pipeline.executor.lost);
  }

  catalog(): Promise<Catalog> {
    return this.#with(({ pipeline, space }) => catalogOf(space, pipeline.model.judge?.config.heads.has('colour')));
  }

  tokenize(text: string): Promise<PromptTokens> {
    return this.#with(({ pipeline }) => {
      const { ids, pieces, truncated, cut } = pipeline.model.tokenizer.encode(text);
      return { tokens: pieces.map((piece, i) => ({ id: ids[i + 1] as number, piece })), truncated, cut };
    });
  }

  estimate(request: JobRequest | TriggerLabRequest): Promise<number> {
    return this.#with(({ space, instruments }) => {
      const drawing = ({ cells, seeds, ...sampling }: DrawRequest) => {
        const each = cells.map((cell) => this.#predictions(cell, sampling, space));
        return this.#costs.drawing(cells.length * seeds.length, seeds.length * each.reduce((sum, n) => sum + n, 0));
      };
      if (request.kind === 'draw') return drawing(request);
      if (request.kind !== 'train') return this.#judging(request, space, instruments) + this.#measuring(request, space);
      const preparation = preparationFor(space, request);
      if (preparation.kind === 'guider') return 0;
      if (preparation.kind === 'edit') return this.#costs.encoding(preparation.edit.sentences.length);
      const { plan } = preparation;
      const rounds = request.sampleEvery > 0 ? Math.max(0, Math.ceil(plan.iterations / request.sampleEvery) - 1) : 0;
      return this.#costs.training(plan) + (request.samples === null ? 0 : rounds * drawing(request.samples));
    });
  }

  /** Seconds until a model that brings no judge has one for the request's concept. */
  #judging(request: JudgedRequest, space: ConceptSpace, { judges }: Instruments): number {
    const pictures = judges.pictures(space, space.concept(request.concept), request);
    return this.#costs.drawing(pictures, pictures * predictionsOf(classifierFree, request));
  }

  #measuring(request: JudgedRequest, space: ConceptSpace): number {
    if (request.kind === 'trigger-lab') {
      const pictures = pictureCount(request);
      return this.#costs.drawing(pictures, pictures * this.#predictions(request, request, space));
    }
    if (request.kind === 'attack') {
      const predictions = this.#predictions(request, request, space);
      return this.#costs.attack(attackPlanFor(space, request), request.control, predictions);
    }
    const { pictures, predictions } = evaluationSize(space, request, this.#adapters);
    return this.#costs.drawing(pictures, predictions);
  }

  /** Predicted rows of one picture. */
  #predictions(asked: AskedVariant, sampling: Sampling, space: ConceptSpace): number {
    return predictionsOf(variantOf(space, this.#adapters, asked)?.guider ?? classifierFree, sampling);
  }

  start(request: JobRequest): Promise<string> {
    return this.#with((opened) => {
      // What can be refused is refused here, before the job waits in the queue.
      const job = this.#resolve(request, opened);
      this.#jobs += 1;
      const jobId = `job-${this.#jobs}`;
      const control = new JobControl((paused) => {
        this.#emit({ type: paused ? 'paused' : 'resumed', jobId });
      });
      this.#controls.set(jobId, control);
      this.#emit({ type: 'queued', jobId });
      const run = () => this.#run(jobId, job, control, opened);
      if (request.kind === 'draw') this.#drawings = this.#drawings.then(run);
      else this.#work = this.#work.then(run);
      return jobId;
    });
  }

  control(jobId: string, action: JobAction): Promise<void> {
    this.#controls.get(jobId)?.apply(action); // a job that has just ended needs no answer
    return Promise.resolve();
  }

  /** Its batches and those of a running job take turns at the executor. */
  classify(request: ClassifyRequest): Promise<ClassifyResult> {
    return this.#with(({ pipeline }) =>
      this.#beside(
        classify(pipeline, this.#adapters.inUse(request.adapterId, request.adapterStrength)?.adapter ?? null, request),
      ),
    );
  }

  rankTokens(request: RankTokensRequest, progress: Progress): Promise<readonly RankedToken[]> {
    return this.#with(({ pipeline, space, instruments }) => {
      const concept = space.concept(request.concept);
      if (concept === null)
        throw new PalimpsestError(
          'bad-argument',
          `rankTokens: expected a concept the judge knows, got "${request.concept}"`,
        );
      const tokens = allowedTokens(pipeline.model.tokenizer, request.vocabulary, []);
      const victim = this.#adapters.inUse(request.adapterId, 1);
      const asked = { ...request, concept, victim, tokens };
      const told = whileWanted('rankTokens', progress);
      const answer = async () => {
        const judgedBy = await instruments.judges.needed(space, concept, request, () => told(0, tokens.length));
        return rankTokens(pipeline, { ...asked, judgedBy }, told);
      };
      return this.#beside(answer());
    });
  }

  triggerLab(request: TriggerLabRequest, progress: Progress): Promise<readonly TriggerProbe[]> {
    return this.#with(({ pipeline, space, instruments }) => {
      checkTriggerLab(space, request);
      checkProbesHeard(pipeline.model.tokenizer, request);
      const variant = this.#adapters.inUse(request.adapterId, request.adapterStrength);
      return this.#beside(
        triggerLab(pipeline, space, instruments, variant, request, whileWanted('triggerLab', progress)),
      );
    });
  }

  inspectStep(request: InspectStepRequest): Promise<InspectedStep> {
    return this.#with(({ pipeline, space }) => {
      const stored = request.adapterId === null ? null : this.#adapters.get(request.adapterId);
      return this.#beside(inspectStep(pipeline, space, stored, request));
    });
  }

  exportAdapter(adapterId: string, options?: ExportOptions): Promise<Uint8Array<ArrayBuffer>> {
    return this.#with(({ info }) => {
      const { patch, summary } = this.#adapters.get(adapterId);
      return exportTrained(summary, patch, { model: info.modelId, ...options });
    });
  }

  inspectAdapter(bytes: Uint8Array<ArrayBuffer>): Promise<AdapterInspection> {
    return this.#with(({ pipeline }) => inspectionOf(this.#read(bytes, pipeline)));
  }

  importAdapter(bytes: Uint8Array<ArrayBuffer>): Promise<AdapterSummary> {
    return this.#with(({ pipeline, space }) => {
      const { patch, metadata } = this.#read(bytes, pipeline);
      const story = storyIn(metadata);
      return this.#adapters.add(story, patch, story.guider === undefined ? undefined : guiderOf(space, story.guider));
    });
  }

  subscribe(port: MessagePort): Promise<void> {
    this.#sink?.dispose();
    this.#sink = createEventSink(port);
    return Promise.resolve();
  }

  /** Events in this thread, for the command line and tests. Returns how to stop listening. */
  listen(listener: (event: RunEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The pipeline and world of the open model, for services in this thread that are no jobs of the page. */
  get opened(): Opened {
    if (this.#opened === null)
      throw new PalimpsestError('bad-argument', 'Engine: expected an open model, none is open', {
        advice: 'Call open first.',
      });
    return this.#opened;
  }

  get adapters(): AdapterStore {
    return this.#adapters;
  }

  async dispose(): Promise<void> {
    for (const control of this.#controls.values()) control.apply('cancel');
    await Promise.all([this.#work, this.#drawings]);
    await Promise.allSettled(this.#aside);
    this.#sink?.dispose();
    await this.#opened?.instruments.dispose();
    await this.#opened?.pipeline.dispose();
    await this.#opened?.pipeline.executor.dispose();
    this.#opened = null;
  }

  async #run(jobId: string, job: Job, control: JobControl, opened: Opened): Promise<void> {
    const start = performance.now();
    const context: JobContext = {
      jobId,
      ...opened,
      control,
      adapters: this.#adapters,
      emit: (event) => {
        this.#emit(event);
      },
    };
    let result: JobResult;
    try {
      result = await runJob(context, job);
    } catch (thrown) {
      const error = toPalimpsestError(thrown);
      result =
        error.code === 'cancelled'
          ? { outcome: 'stopped', adapter: null, error: null }
          : { outcome: 'failed', adapter: null, error };
    }
    this.#controls.delete(jobId);
    const { outcome, adapter, error } = result;
    const seconds = (performance.now() - start) / 1000;
    this.#emit({
      type: 'finished',
      jobId,
      outcome,
      seconds,
      adapter,
      error: error === null ? null : { code: error.code, message: error.message, advice: error.advice },
    });
  }

  /** The request with all that follows from it. Throws for what can be refused before the job waits in the queue. */
  #resolve(request: JobRequest, { pipeline, space }: Opened): Job {
    for (const asked of variantsOf(request)) {
      variantOf(space, this.#adapters, asked);
      if (asked.guider !== undefined) checkGuiderHeard(pipeline.model.tokenizer, wordsOf(asked.guider));
    }
    const drawn = request.kind === 'train' ? request.samples : request;
    const steps = [drawn?.numInferenceSteps, request.kind === 'train' ? request.drawingSteps : undefined];
    for (const count of steps) if (count !== undefined) createDdimSampler(pipeline.model.scheduler, count);
    if (request.kind === 'train') return { kind: 'train', request, preparation: preparedFor(pipeline, space, request) };
    if (request.kind === 'attack') checkAttack(pipeline, space, request);
    if (request.kind === 'evaluate') checkEvaluation(space, request);
    return request;
  }

  #read(bytes: Uint8Array, { model }: Pipeline): TrainedFile {
    const file = readTrained(bytes, parameterGroup(model.unet.config, 'full'), 'LoRA file', model.unet.weights);
    if (file.patch !== null) needUsable({ ...file.patch, strength: 1 });
    return file;
  }

  /** Remembers an answer under way that is no job, so that the engine does not close under it. */
  #beside<T>(answer: Promise<T>): Promise<T> {
    this.#aside.add(answer);
    const done = () => this.#aside.delete(answer);
    answer.then(done, done);
    return answer;
  }

  #emit(event: RunEvent): void {
    for (const listener of this.#listeners) listener(event);
    this.#sink?.emit(event);
  }

  #with<T>(task: (opened: Opened) => T | Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      resolve(task(this.opened));
    });
  }
}

/** What a request draws, measures or attacks. */
function variantsOf(request: JobRequest): readonly AskedVariant[] {
  if (request.kind === 'draw') return request.cells;
  if (request.kind === 'evaluate') return request.models;
  return request.kind === 'attack' ? [request] : [];
}
