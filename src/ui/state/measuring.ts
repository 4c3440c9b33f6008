/** Measuring the weights on the bench: what is asked, what it costs, which results belong to weights that are gone. */
import { measuredColumns } from '../../records/evaluation.ts';
import type { EvaluateRequest, EvaluationReport, MeasuredColumn } from '../../records/evaluation.ts';
import { isActive } from '../../records/fold-run.ts';
import { submit } from './bench.ts';
import type { Bench } from './bench.ts';
import type { BenchState, Job } from './bench-store.ts';
import { strengthOf } from '../../records/experiment.ts';
import { findConcept } from './default-experiment.ts';
import { openModel } from './open-model.ts';
import type { MetricsChoices } from './metrics-choices.ts';
import type { Reason } from './readiness.ts';
import { reasonsAgainst } from './readiness.ts';
import { weightsId } from './wanted.ts';

export interface EvaluateJob extends Job {
  readonly request: EvaluateRequest;
}

/** Pictures of each set that the diffusion classifier judges: each costs several drawings. */
const classifiedPictures = 8;

/** Fewer neutral captions than this cannot be split in halves, which the intervals need. */
const fewestCaptions = 8;

/** Where the command line's seeds start, too: the same numbers come out. */
const firstSeed = 1000;

export function chooseMetrics(bench: Bench, change: Partial<MetricsChoices>): void {
  bench.store.setState((state) => ({ metrics: { ...state.metrics, ...change } }));
}

type MeasuringState = Pick<BenchState, 'experiment' | 'adapters' | 'metrics'>;

const adapterOf = (state: MeasuringState, column: MeasuredColumn) =>
  column === 'original' ? null : state.adapters[column];

/** Columns that have weights. */
function measurable(state: MeasuringState): readonly MeasuredColumn[] {
  return measuredColumns.filter((column) => column === 'original' || state.adapters[column] !== null);
}

/** With the word that the backdoored weights were taught, where there are such weights. */
export function evaluateRequest(state: MeasuringState): EvaluateRequest {
  const { experiment, adapters, metrics } = state;
  const { concept, from, triggerPosition, numInferenceSteps, guidanceScale } = experiment;
  const neutral = metrics.quality ? Math.max(fewestCaptions, metrics.prompts) : 0;
  return {
    kind: 'evaluate',
    concept: concept.trim(),
    from: from.trim(),
    models: measurable(state).map((column) => ({
      column,
      adapterId: adapterOf(state, column)?.summary.id ?? null,
      adapterStrength: strengthOf(experiment, column),
    })),
    trigger: adapters.backdoored?.summary.trigger ?? '',
    triggerPosition,
    prompts: metrics.prompts,
    neutral,
    classified: metrics.classifier ? classifiedPictures : 0,
    perName: metrics.names ? metrics.prompts : 0,
    seeds: Array.from({ length: Math.max(metrics.prompts, neutral) }, (_, i) => firstSeed + i),
    numInferenceSteps,
    guidanceScale,
  };
}

/** Everything a row's numbers depend on besides how many pictures there were. Equal text, equal row. */
export function measuredSignature(state: MeasuringState, column: MeasuredColumn): string {
  const { model, concept, from, numInferenceSteps, guidanceScale, triggerPosition } = state.experiment;
  const adapter = adapterOf(state, column);
  const spoken = column === 'original' ? [] : [state.adapters.backdoored?.summary.trigger ?? '', triggerPosition];
  const strength = strengthOf(state.experiment, column);
  const weights = adapter === null ? [] : [weightsId(adapter), strength];
  return JSON.stringify([model, concept.trim(), from.trim(), numInferenceSteps, guidanceScale, ...weights, ...spoken]);
}

export function evaluations(state: Pick<BenchState, 'jobs'>): readonly EvaluateJob[] {
  return state.jobs.filter((job): job is EvaluateJob => job.request.kind === 'evaluate');
}

export function activeEvaluation(state: Pick<BenchState, 'jobs'>): EvaluateJob | null {
  return evaluations(state).findLast((job) => isActive(job.view)) ?? null;
}

/** The last measurement that found anything. */
export function shownEvaluation(
  state: Pick<BenchState, 'jobs'>,
): { readonly job: EvaluateJob; readonly report: EvaluationReport } | null {
  const job = evaluations(state).findLast(({ view }) => view.evaluation !== null);
  return job?.view.evaluation == null ? null : { job, report: job.view.evaluation };
}

/** Rows whose weights or settings are no longer those on the bench. */
export function staleColumns(state: MeasuringState, job: Pick<Job, 'signatures'>): readonly MeasuredColumn[] {
  return measuredColumns.filter((column) => {
    const signature = job.signatures[column];
    return signature !== undefined && signature !== measuredSignature(state, column);
  });
}

/** The judges see objects, styles and hazard signs, and on one subject styles alone. */
function reasonsOfJudges({ catalog, experiment }: Pick<BenchState, 'catalog' | 'experiment'>): readonly Reason[] {
  if (catalog === null) return [];
  const concept = findConcept(catalog, experiment.concept);
  if (experiment.from.trim() === '') return concept === null ? ['no-judge'] : [];
  const isSeen = concept?.domain === 'style' && findConcept(catalog, experiment.from)?.domain === 'object';
  return isSeen ? [] : ['no-judge-on-subject'];
}

/** Why nothing can be measured now; empty when it can. A busy engine is no reason: the job queues. */
export function reasonsAgainstMeasuring(state: BenchState): readonly Reason[] {
  return [...reasonsAgainst(state, 'original'), ...reasonsOfJudges(state)];
}

export async function startMeasuring(bench: Bench): Promise<void> {
  const state = bench.store.getState();
  if (reasonsAgainstMeasuring(state).length > 0 || activeEvaluation(state) !== null) return;
  const request = evaluateRequest(state);
  await submit(bench, request, {
    runId: null,
    kind: 'evaluate',
    column: 'original',
    model: openModel(state),
    given: state.given,
    prompts: [],
    seeds: request.seeds,
    signatures: Object.fromEntries(request.models.map(({ column }) => [column, measuredSignature(state, column)])),
    signature: null,
    victim: null,
    word: '',
  });
}

/** Asks the engine what the measurement as chosen would cost. */
export async function priceMeasuring(bench: Bench): Promise<void> {
  const state = bench.store.getState();
  if (reasonsAgainstMeasuring(state).length > 0) {
    chooseMetrics(bench, { seconds: null });
    return;
  }
  const request = evaluateRequest(state);
  try {
    const seconds = await bench.connection.engine.estimate(request);
    const isSame = JSON.stringify(evaluateRequest(bench.store.getState())) === JSON.stringify(request);
    if (isSame) chooseMetrics(bench, { seconds });
  } catch {
    // A cost is a courtesy; what keeps it from being known is reported when the measurement is asked for.
  }
}
