/** The kinds of jobs the page starts, as sequences of events. */
import { needConcept, type ConceptSpace } from '../concepts/concept-space.ts';
import { promptFrame } from '../attacks/prompt-frame.ts';
import { toPalimpsestError, type PalimpsestError } from '../core/errors.ts';
import type { Pipeline } from '../diffusion/pipeline.ts';
import { withAdapter, type Variant } from '../diffusion/variant.ts';
import type { AttackRequest } from '../records/attack.ts';
import type { EvaluateRequest } from '../records/evaluation.ts';
import type { Preparation } from '../methods/method.ts';
import type { AdapterSummary, RunEvent } from '../records/events.ts';
import type { DrawCell, DrawRequest, JobRequest, TrainRequest } from '../rpc/engine-service.ts';
import type { AdapterStore } from './adapters.ts';
import { attack } from './attack.ts';
import { attackPlanFor } from './attack-plan.ts';
import { asTyped } from './as-typed.ts';
import { drawPictures, type DrawSubject } from './draw.ts';
import type { Instruments } from './instruments.ts';
import type { JobControl } from './job-control.ts';
import { heldOutJudge } from './held-out-judge.ts';
import { makeVariant } from './make-variant.ts';
import { evaluationSize, measure } from './measure.ts';
import { toPicture } from './pictures.ts';
import { iterationsOf } from './prepare.ts';
import { storyOf } from './trained.ts';
import { variantOf } from './variants.ts';

export interface JobContext {
  readonly jobId: string;
  readonly pipeline: Pipeline;
  readonly space: ConceptSpace;
  readonly instruments: Instruments;
  readonly control: JobControl;
  readonly adapters: AdapterStore;
  readonly emit: (event: RunEvent) => void;
}

export interface JobResult {
  readonly outcome: 'done' | 'stopped' | 'failed';
  readonly adapter: AdapterSummary | null;
  readonly error: PalimpsestError | null;
}

/** A request with what it was resolved to. */
export type Job =
  | Exclude<JobRequest, TrainRequest>
  | { readonly kind: 'train'; readonly request: TrainRequest; readonly preparation: Preparation };

export function runJob(context: JobContext, job: Job): Promise<JobResult> {
  switch (job.kind) {
    case 'draw':
      return runDraw(context, job);
    case 'train':
      return runTrain(context, job.request, job.preparation);
    case 'attack':
      return runAttack(context, job);
    case 'evaluate':
      return runEvaluate(context, job);
  }
}

async function runDraw(context: JobContext, request: DrawRequest): Promise<JobResult> {
  const { jobId, space, adapters, emit } = context;
  emit({
    type: 'started',
    jobId,
    title: request.cells[0]?.prompt ?? '',
    total: request.cells.length * request.numInferenceSteps,
  });
  await drawCells(context, request, null, (cell) => variantOf(space, adapters, cell));
  return { outcome: 'done', adapter: null, error: null };
}

async function runTrain(context: JobContext, request: TrainRequest, preparation: Preparation): Promise<JobResult> {
  const { jobId, pipeline, control, adapters, emit } = context;
  const iterations = iterationsOf(preparation);
  emit({ type: 'started', jobId, title: request.concept, total: iterations });
  const result = await makeVariant(pipeline, preparation, request, {
    encoding: async (done, total) => {
      emit({ type: 'phase', jobId, phase: 'solving', done, total });
      await control.proceedOrCancel();
    },
    proceed: () => control.proceed(),
    pooling: async (done, total) => {
      emit({ type: 'phase', jobId, phase: 'pooling', done, total });
      await control.proceedOrCancel();
    },
    iteration: ({ iteration, loss, terms, gradientNorm }, seconds) => {
      emit({ type: 'iteration', jobId, iteration, total: iterations, loss, terms, gradientNorm, seconds });
    },
    checkpoint: (iteration, bytes) => {
      emit({ type: 'checkpoint', jobId, iteration, bytes });
    },
    sample: async (iteration, layout, theta) => {
      if (request.samples !== null)
        await drawCells(context, request.samples, iteration, () => withAdapter({ layout, theta, strength: 1 }));
    },
  });
  const { patch, guider, iteration } = result;
  const adapter = result.isUntouched
    ? null
    : adapters.add(storyOf(request, iteration, iterations, result.facts), patch, guider ?? undefined);
  return { outcome: result.failure === null ? result.outcome : 'failed', adapter, error: result.failure };
}

async function runAttack(context: JobContext, request: AttackRequest): Promise<JobResult> {
  const { jobId, pipeline, space, instruments, control, adapters, emit } = context;
  const { rounds, iterations } = attackPlanFor(space, request);
  emit({ type: 'started', jobId, title: request.prompt, total: rounds });
  const victim = variantOf(space, adapters, request);
  // Somebody waits for a search that stops early; what is measured needs both judges' word.
  const concept = needConcept(space, 'attack.concept', request.concept);
  const heldOut = request.stopEarly ? null : await heldOutJudge(instruments, concept);
  const judgedBy = await instruments.judges.needed(space, concept, request, judging(context));
  const { summary, outcome } = await attack({ pipeline, space, victim, judgedBy, heldOut }, request, {
    proceed: () => control.proceed(),
    step: (round, step) => {
      emit({ type: 'attack-iteration', jobId, round, rounds, iterations, ...step });
    },
    attempt: (found) => {
      emit({ type: 'attempt', jobId, attempt: found });
    },
    round: (done) => {
      emit({ type: 'phase', jobId, phase: 'searching', done, total: rounds });
    },
    checkpoint: (iteration, bytes) => {
      emit({ type: 'checkpoint', jobId, iteration, bytes });
    },
  });
  emit({ type: 'attack-summary', jobId, summary });
  return { outcome, adapter: null, error: null };
}

async function runEvaluate(context: JobContext, request: EvaluateRequest): Promise<JobResult> {
  const { jobId, pipeline, space, instruments, control, adapters, emit } = context;
  emit({ type: 'started', jobId, title: request.concept, total: evaluationSize(space, request, adapters).steps });
  await measure(pipeline, space, instruments, adapters, request, {
    progress: (done, total) => {
      emit({ type: 'phase', jobId, phase: 'measuring', done, total });
    },
    report: (report) => {
      emit({ type: 'evaluation', jobId, report });
    },
    judging: judging(context),
    proceed: () => control.proceedOrCancel(),
  });
  return { outcome: 'done', adapter: null, error: null };
}

/** Tells of the pictures that a judge is made with, and lets the job be stopped meanwhile. */
function judging({ jobId, control, emit }: JobContext): (done: number, total: number) => Promise<void> {
  return async (done, total) => {
    emit({ type: 'phase', jobId, phase: 'drawing', done, total });
    await control.proceedOrCancel();
  };
}

/** Draws cell after cell. Where one diverges the others are drawn all the same, and `diverged` is thrown at the end. `iteration` is null for finished weights; samples during training show no previews. */
async function drawCells(
  context: JobContext,
  request: DrawRequest,
  iteration: number | null,
  drawnBy: (cell: DrawCell) => Variant | null,
): Promise<void> {
  const { jobId, pipeline, space, instruments, control, emit } = context;
  const { seeds, numInferenceSteps, guidanceScale, previewEvery } = request;
  const concept = space.seen(request.concept);
  const judgedBy = instruments.judges.known(concept, request);
  const diverged: PalimpsestError[] = [];
  for (const [place, drawn] of request.cells.entries()) {
    const { cell } = drawn;
    const options = { variant: drawnBy(drawn), numInferenceSteps, guidanceScale, concept, judgedBy };
    const asked = await Promise.all(seeds.map((seed) => askedOf(pipeline, drawn, seed)));
    // By ids or as they are first, so that place i is seed i; what was typed again comes behind.
    const retyped = asked.flatMap(({ subjects }) => subjects.slice(1));
    const subjects = [...asked.map(({ subjects: [first] }) => first as DrawSubject), ...retyped];
    const drawing = drawPictures(pipeline, subjects, options, async ({ stepIndex, predOriginalSample }) => {
      await control.proceedOrCancel();
      if (iteration !== null) return;
      const done = stepIndex + 1;
      emit({
        type: 'phase',
        jobId,
        phase: 'drawing',
        done: place * numInferenceSteps + done,
        total: request.cells.length * numInferenceSteps,
      });
      if (previewEvery === 0 || done % previewEvery !== 0 || done === numInferenceSteps) return;
      const previews = await pipeline.decode(predOriginalSample.slice(0, seeds.length));
      previews.forEach((pixels, i) => {
        emit({
          type: 'preview',
          jobId,
          cell,
          seed: seeds[i] as number,
          stepIndex,
          numInferenceSteps,
          picture: toPicture(pixels),
        });
      });
    });
    const pictures = await drawing.catch((thrown: unknown) => {
      const error = toPalimpsestError(thrown);
      if (error.code !== 'diverged') throw thrown;
      diverged.push(error);
      return [];
    });
    for (const [i, { seed, prompt, picture, verdict }] of pictures.slice(0, seeds.length).entries()) {
      const typed = retyped.length === 0 ? undefined : pictures[seeds.length + i];
      const asText = typed === undefined ? {} : { asText: { picture: typed.picture, verdict: typed.verdict } };
      emit({ type: 'picture', jobId, cell, seed, prompt, iteration, picture, verdict, ...asText });
    }
  }
  const [first] = diverged;
  if (first !== undefined) throw first;
}

/** What to draw for a cell from one seed: its prompt, or its prompt with found tokens in it. */
async function askedOf(
  pipeline: Pipeline,
  { prompt, added }: DrawCell,
  seed: number,
): Promise<{ readonly subjects: readonly DrawSubject[] }> {
  if (added === undefined) return { subjects: [{ prompt, seed }] };
  const frame = promptFrame(pipeline.model.tokenizer, prompt, added.ids.length, added.insertion);
  return asTyped(pipeline, frame, added.ids, seed);
}
