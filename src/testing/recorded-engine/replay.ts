/** Recorded jobs as answers to other requests of their kind: what is asked for decides how much is said, the recording what. */
import type { ConceptSpace } from '../../concepts/concept-space.ts';
import { promptFrame } from '../../attacks/prompt-frame.ts';
import { invariant, PalimpsestError } from '../../core/errors.ts';
import type { AdapterStore } from '../../lab/adapters.ts';
import { attackPlanFor } from '../../lab/attack-plan.ts';
import type { JobControl } from '../../lab/job-control.ts';
import { planFor } from '../../lab/prepare.ts';
import { storyOf } from '../../lab/trained.ts';
import { methodOfId } from '../../methods/registry.ts';
import type { LoraFile } from '../../models/lora/file.ts';
import type { ClipTokenizer } from '../../models/tokenizer.ts';
import type { AttackRequest, AttackSummary, Attempt } from '../../records/attack.ts';
import type { Picture, RunEvent, Verdict } from '../../records/events.ts';
import type { DrawCell, DrawRequest, JobRequest, TrainRequest } from '../../rpc/engine-service.ts';
import type { JobName, Recording } from './recording.ts';

/** Milliseconds between the events of a training or search, and of a drawing. */
export interface Pace {
  readonly iteration: number;
  readonly step: number;
}

export interface ReplayContext {
  readonly jobId: string;
  readonly space: ConceptSpace;
  readonly recording: Recording;
  /** The recorded weights, which every training of this engine ends with. */
  readonly weights: () => LoraFile;
  readonly tokenizer: ClipTokenizer;
  readonly control: JobControl;
  readonly adapters: AdapterStore;
  readonly pace: Pace;
  readonly emit: (event: RunEvent) => void;
}

type Ended = Pick<RunEvent & { type: 'finished' }, 'outcome' | 'adapter'>;

const recordedSearches: Readonly<Record<string, JobName>> = { unlearndiff: 'search', random: 'randomSearch' };

/** Checks the request as the real engine does and returns the work, which the queue begins. */
export function replayJob(context: ReplayContext, request: JobRequest): () => Promise<Ended> {
  switch (request.kind) {
    case 'draw':
      for (const { adapterId } of request.cells) if (adapterId !== null) context.adapters.get(adapterId);
      return () => replayDraw(context, request);
    case 'train': {
      const { iterations } = planFor(context.space, request);
      return () => replayTrain(context, request, iterations);
    }
    case 'attack': {
      const job = recordedSearches[request.attack];
      if (job === undefined)
        throw new PalimpsestError('internal', `RecordedEngine: expected a recorded attack, got ${request.attack}`);
      const { rounds, iterations } = attackPlanFor(context.space, request);
      return () => replayAttack(context, request, job, rounds, iterations);
    }
    case 'evaluate':
      throw new PalimpsestError('internal', 'RecordedEngine: expected a recorded job, got an evaluation');
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** FNV-1a: the same words, the same picture. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

function eventsOf<T extends RunEvent['type']>({ recording }: ReplayContext, job: JobName, type: T) {
  return recording.jobs[job].events.filter((event): event is RunEvent & { type: T } => event.type === type);
}

/** What weights are, whatever id they have in this engine. */
function identity({ adapters }: ReplayContext, { adapterId, adapterStrength }: DrawCell): string {
  if (adapterId === null || adapterStrength === 0) return '';
  const { method, concept, trigger, settings = {}, iteration } = adapters.get(adapterId).summary;
  return JSON.stringify([method, concept, trigger, Object.entries(settings).sort(), iteration, adapterStrength]);
}

/**
 * A recorded picture of these weights: the very one where the recording has this prompt and seed, else the one its words come to,
 * with its first row marked, so that other words, seeds and weights hardly ever show the same pixels.
 */
function pictureOf(
  context: ReplayContext,
  { numInferenceSteps, guidanceScale }: Pick<DrawRequest, 'numInferenceSteps' | 'guidanceScale'>,
  prompt: string,
  seed: number,
  weights: string,
): { readonly picture: Picture; readonly verdict: Verdict } {
  const pictures = eventsOf(context, weights === '' ? 'drawOriginal' : 'drawErased', 'picture');
  const recorded = context.recording.jobs.drawOriginal.request as DrawRequest;
  const isAsRecorded =
    numInferenceSteps === recorded.numInferenceSteps && guidanceScale === recorded.guidanceScale && weights === '';
  const same = pictures.find((event) => event.prompt === prompt && event.seed === seed);
  const hash = hashOf(JSON.stringify([prompt, seed, weights, numInferenceSteps, guidanceScale]));
  const shown = same ?? pictures[hash % pictures.length];
  invariant(shown !== undefined, 'RecordedEngine: the recording has no pictures');
  const { picture, verdict } = shown;
  const pixels = picture.pixels.slice(); // whoever emits a picture gives its pixels away
  if (same === undefined || !isAsRecorded)
    for (let bit = 0; bit < 24; bit++) pixels[4 * bit] = ((hash >>> bit) & 1) * 255;
  return { picture: { ...picture, pixels }, verdict };
}

async function replayDraw(context: ReplayContext, request: DrawRequest): Promise<Ended> {
  const { jobId, emit } = context;
  const title = request.cells[0]?.prompt ?? '';
  emit({ type: 'started', jobId, title, total: request.cells.length * request.numInferenceSteps });
  await drawCells(context, request, null, (cell) => identity(context, cell));
  return { outcome: 'done', adapter: null };
}

async function drawCells(
  context: ReplayContext,
  request: DrawRequest,
  iteration: number | null,
  weightsOf: (cell: DrawCell) => string,
): Promise<void> {
  const { jobId, control, emit, pace } = context;
  const { seeds, numInferenceSteps, previewEvery } = request;
  const total = request.cells.length * numInferenceSteps;
  for (const [place, drawn] of request.cells.entries()) {
    const { cell } = drawn;
    const weights = weightsOf(drawn);
    const { prompt, typed } = spoken(context, drawn);
    for (let done = 1; done <= numInferenceSteps; done++) {
      await pause(pace.step);
      await control.proceedOrCancel();
      if (iteration !== null) continue;
      emit({ type: 'phase', jobId, phase: 'drawing', done: place * numInferenceSteps + done, total });
      if (previewEvery === 0 || done % previewEvery !== 0 || done === numInferenceSteps) continue;
      for (const [i, seed] of seeds.entries()) {
        const previews = eventsOf(context, 'drawOriginal', 'preview');
        const { picture } = previews[i % previews.length] as (typeof previews)[number];
        const copy = { ...picture, pixels: picture.pixels.slice() };
        emit({ type: 'preview', jobId, cell, seed, stepIndex: done - 1, numInferenceSteps, picture: copy });
      }
    }
    for (const seed of seeds) {
      const shown = pictureOf(context, request, prompt, seed, weights);
      const asText = typed === null ? {} : { asText: pictureOf(context, request, typed, seed, weights) };
      emit({ type: 'picture', jobId, cell, seed, prompt, iteration, ...shown, ...asText });
    }
  }
}

/** The cell's prompt with its found tokens in it, and how typing it would be read where that is something else. */
function spoken({ tokenizer }: ReplayContext, { prompt, added }: DrawCell): { prompt: string; typed: string | null } {
  if (added === undefined) return { prompt, typed: null };
  const frame = promptFrame(tokenizer, prompt, added.ids.length, added.insertion);
  const sequence = frame.fill(added.ids);
  const text = frame.text(added.ids);
  const differs = tokenizer.encode(text).ids.some((id, i) => id !== sequence[i]);
  return { prompt: text, typed: differs ? `typed: ${text}` : null };
}

/** A checkpoint is opaque to the page, so this engine's says where it was and of what. */
interface Checkpoint {
  readonly at: number;
  readonly of: string;
}

function encodeCheckpoint(at: number, request: TrainRequest | AttackRequest): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify({ at, of: nameOf(request) } satisfies Checkpoint));
}

function resumedAt(request: TrainRequest | AttackRequest): number {
  if (request.resumeFrom === null) return 0;
  const { at, of } = JSON.parse(new TextDecoder().decode(request.resumeFrom)) as Checkpoint;
  if (of !== nameOf(request))
    throw new PalimpsestError('bad-file', `checkpoint: expected one of ${nameOf(request)}, got one of ${of}`);
  return at;
}

const nameOf = (request: TrainRequest | AttackRequest): string =>
  JSON.stringify([request.kind, request.concept, request.parameters, request.seed]);

async function replayTrain(context: ReplayContext, request: TrainRequest, iterations: number): Promise<Ended> {
  const { jobId, control, emit, pace, adapters, weights } = context;
  const job = methodOfId(request.method).descriptor.kind === 'backdoor' ? 'trainBackdoor' : 'trainErasure';
  emit({ type: 'started', jobId, title: request.concept, total: iterations });
  let at = resumedAt(request);
  const due = (every: number) => every > 0 && at % every === 0 && at < iterations;
  if (at === 0) {
    for (const event of eventsOf(context, job, 'phase')) {
      await pause(pace.step);
      emit({ ...event, jobId });
      await control.proceedOrCancel();
    }
    if (request.checkpointEvery > 0)
      emit({ type: 'checkpoint', jobId, iteration: 0, bytes: encodeCheckpoint(0, request) });
  }
  const recorded = eventsOf(context, job, 'iteration');
  let outcome: Ended['outcome'] = 'done';
  while (at < iterations) {
    await pause(pace.iteration);
    if (!(await control.proceed())) {
      outcome = 'stopped';
      break;
    }
    at += 1;
    const said = recorded[(at - 1) % recorded.length] as (typeof recorded)[number];
    emit({ ...said, jobId, iteration: at, total: iterations });
    if (due(request.checkpointEvery))
      emit({ type: 'checkpoint', jobId, iteration: at, bytes: encodeCheckpoint(at, request) });
    if (due(request.sampleEvery) && request.samples !== null)
      await drawCells(context, request.samples, at, () => `${nameOf(request)} at ${at}`);
  }
  if (at === 0) return { outcome, adapter: null };
  return { outcome, adapter: adapters.add(storyOf(request, at, iterations), weights()) };
}

async function replayAttack(
  context: ReplayContext,
  request: AttackRequest,
  job: JobName,
  rounds: number,
  iterations: number,
): Promise<Ended> {
  const { jobId, control, emit, pace } = context;
  const attempts = eventsOf(context, job, 'attempt').map(({ attempt }) => attempt);
  const steps = eventsOf(context, job, 'attack-iteration');
  const stepsEach = steps.length === 0 ? 0 : iterations;
  const [plain, ...searched] = attempts as [Attempt, ...Attempt[]];
  const recordedRounds = Math.max(...searched.map(({ round }) => round));
  const summaries = eventsOf(context, job, 'attack-summary');
  const { summary } = summaries[0] as (typeof summaries)[number];
  const end = (outcome: Ended['outcome'], done: number): Ended => {
    const { counted } = summary;
    const given: AttackSummary = {
      ...{ ...summary, rounds: done, judgedPictures: 1 + done },
      controlSuccess: request.control ? summary.controlSuccess : null,
      ...(counted === undefined
        ? {}
        : {
            counted: {
              ...{ ...counted, stopEarly: request.stopEarly, search: { ...counted.search, judged: done } },
              control: request.control && counted.control !== null ? { ...counted.control, judged: done } : null,
            },
          }),
    };
    emit({ type: 'attack-summary', jobId, summary: given });
    return { outcome, adapter: null };
  };
  emit({ type: 'started', jobId, title: request.prompt, total: rounds });
  let done = resumedAt(request);
  if (request.resumeFrom === null) {
    emit({ type: 'attempt', jobId, attempt: { ...copied(plain), text: request.prompt } });
    emit({ type: 'checkpoint', jobId, iteration: 0, bytes: encodeCheckpoint(0, request) });
  }
  while (done < rounds) {
    const round = done + 1;
    // Judging its candidate is a step, too, and all that random tokens have.
    for (let iteration = 1; iteration <= stepsEach + 1; iteration++) {
      await pause(pace.iteration);
      if (!(await control.proceed())) return end('stopped', done);
      if (iteration > stepsEach) break;
      const said = steps[((round - 1) * iterations + iteration - 1) % steps.length] as (typeof steps)[number];
      emit({ ...said, jobId, round, rounds, iteration, iterations });
    }
    for (const attempt of searched)
      if (attempt.round === 1 + ((round - 1) % recordedRounds) && (request.control || attempt.kind !== 'control'))
        emit({ type: 'attempt', jobId, attempt: { ...copied(attempt), index: round, round } });
    emit({ type: 'phase', jobId, phase: 'searching', done: round, total: rounds });
    done = round;
    emit({ type: 'checkpoint', jobId, iteration: done, bytes: encodeCheckpoint(done, request) });
  }
  return end('done', done);
}

/** With pixels of its own: the wire takes an attempt's pictures along. */
function copied(attempt: Attempt): Attempt {
  const of = <J extends Attempt['asIds'] | null>(judged: J): J =>
    judged === null ? judged : { ...judged, picture: { ...judged.picture, pixels: judged.picture.pixels.slice() } };
  return { ...attempt, asIds: of(attempt.asIds), asText: of(attempt.asText) };
}
