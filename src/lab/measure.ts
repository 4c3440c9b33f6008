/** An evaluation of several weights side by side, for the page: the original's pictures are drawn once and every pair is compared. */
import type { ConceptSpace } from '../concepts/concept-space.ts';
import { PalimpsestError } from '../core/errors.ts';
import { judgeThreshold } from '../records/shows-concept.ts';
import { metrics } from '../metrics/index.ts';
import { mcnemar } from '../metrics/mcnemar.ts';
import type { Counted, MetricContext } from '../metrics/metric.ts';
import { headOfSet } from '../metrics/judge-agreement.ts';
import { hitsOf, rateDifference } from '../metrics/cluster-bootstrap.ts';
import { classifierFree } from '../diffusion/guiders/classifier-free.ts';
import { predictionsOf } from '../diffusion/guiders/guider.ts';
import type { Pipeline } from '../diffusion/pipeline.ts';
import type { Variant } from '../diffusion/variant.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import type {
  EvaluateRequest,
  EvaluationReport,
  MeasuringProtocol,
  ModelComparison,
  ModelDifference,
  ModelEvaluation,
} from '../records/evaluation.ts';
import type { AdapterStore } from './adapters.ts';
import { classifierDraws } from './classify-drawn.ts';
import { evaluate, OriginalPictures } from './evaluate.ts';
import { classifiedSets, judgedWork, synonymWork, type EvaluationRequest } from './evaluation-work.ts';
import { checkEvaluationHeard } from './heard.ts';
import type { Instruments } from './instruments.ts';
import { choiceOf, variantOf } from './variants.ts';
import { weightsHash } from './weights-hash.ts';

interface MeasureHooks {
  /** Pictures drawn or classified, over all weights; the original's count again beside each edit. */
  readonly progress: (done: number, total: number) => void;
  /** After each of the weights, with what is known by then. */
  readonly report: (report: EvaluationReport) => void;
  /** Awaited while a judge is made for a model that brings none, with the pictures drawn so far; throws to abort. */
  readonly judging: (done: number, total: number) => Promise<void>;
  /** Awaited between sampler steps; throws to abort. */
  readonly proceed: () => Promise<void>;
}

/** Throws `bad-argument` for a concept no judge knows or sees on the subject it was erased from, and for a request without weights. */
export function checkEvaluation(space: ConceptSpace, request: EvaluateRequest): ConceptDescriptor {
  const concept = space.concept(request.concept);
  if (concept === null)
    throw new PalimpsestError(
      'bad-argument',
      `evaluate: expected a concept the judge knows, got "${request.concept}"`,
      {
        advice: 'Choose one of the model’s own concepts; there is no judge for others.',
      },
    );
  if (request.models.length === 0 || request.prompts < 1 || request.seeds.length === 0)
    throw new PalimpsestError(
      'bad-argument',
      `evaluate: expected weights, prompts and seeds, got ${request.models.length}, ${request.prompts} and ${request.seeds.length}`,
    );
  space.measured(concept, request.concept, request.from, 1);
  return concept;
}

const protocol = { threshold: judgeThreshold, sampler: 'ddim' };

/** The request of one of the weights. */
function evaluationOf(
  concept: ConceptDescriptor,
  { models: _models, kind: _kind, concept: words, perName, ...request }: EvaluateRequest,
  variant: Variant | null,
): EvaluationRequest {
  return { ...request, concept, words, variant, perSynonym: perName, judge: 'held-out' };
}

export interface EvaluationSize {
  /** Pictures to draw; the original's once. */
  readonly pictures: number;
  /** What `progress` counts to. */
  readonly steps: number;
  /** Predicted rows: of the pictures, and of the diffusion classifier. */
  readonly predictions: number;
}

/** What all of a request costs. */
export function evaluationSize(space: ConceptSpace, request: EvaluateRequest, adapters: AdapterStore): EvaluationSize {
  const concept = checkEvaluation(space, request);
  const seen = new Set<string>();
  const size = { pictures: 0, steps: 0, predictions: 0 };
  for (const model of request.models) {
    const variant = variantOf(space, adapters, model);
    const asked = evaluationOf(concept, request, variant);
    const work = judgedWork(space, asked);
    const count = (pictures: number, drawnBy: Variant | null) => {
      size.pictures += pictures;
      size.predictions += pictures * predictionsOf(drawnBy?.guider ?? classifierFree, request);
    };
    for (const { set, prompts, asked, variant: drawnBy } of work) {
      const judged = classifiedSets.includes(set) ? Math.min(request.classified, prompts.length) : 0;
      size.steps += prompts.length + judged;
      if (drawnBy === null && seen.has(set)) continue;
      if (drawnBy === null) seen.add(set);
      count(prompts.length, drawnBy);
      const first = asked[0];
      // A made judge asks the classifier of all pictures that were not asked for the concept.
      const head = headOfSet(set, concept.domain);
      if (space.judge === 'made' && first !== undefined && first[concept.domain] !== concept.id)
        size.predictions += prompts.length * space.rivals(concept, first, head).length * classifierDraws;
      if (judged > 0 && first !== undefined)
        size.predictions += judged * space.rivals(concept, first, concept.domain).length * classifierDraws;
    }
    for (const { set, prompts, variant: drawnBy } of synonymWork(space, asked)) {
      size.steps += prompts.length;
      const name = `${set.weights}/${set.name}`;
      if (set.weights === 'edited' || !seen.has(name)) count(prompts.length, drawnBy);
      seen.add(name);
    }
    const hasTrigger = variant !== null && request.trigger.trim() !== '';
    const editedSets = (variant === null ? 0 : 1) + (hasTrigger ? 1 : 0);
    size.steps += (editedSets + 1) * request.neutral;
    count(editedSets * request.neutral, variant);
    if (!seen.has('neutral')) count(request.neutral, null);
    seen.add('neutral');
  }
  return size;
}

export async function measure(
  pipeline: Pipeline,
  space: ConceptSpace,
  instruments: Instruments,
  adapters: AdapterStore,
  request: EvaluateRequest,
  { progress, report, judging, proceed }: MeasureHooks,
): Promise<void> {
  const concept = checkEvaluation(space, request);
  const original = new OriginalPictures();
  const { steps } = evaluationSize(space, request, adapters);
  if (request.models.some((model) => variantOf(space, adapters, model) !== null))
    checkEvaluationHeard(pipeline.model.tokenizer, space, evaluationOf(concept, request, null));
  const models: ModelEvaluation[] = [];
  const earlier: Readonly<Record<string, readonly Counted[]>>[] = [];
  const contexts: MetricContext[] = [];
  const comparisons: ModelComparison[] = [];
  const differences: ModelDifference[] = [];
  let before = 0;
  for (const model of request.models) {
    const { column, adapterStrength } = model;
    const variant = variantOf(space, adapters, model);
    let done = 0;
    const { judgedBy, rates, counted, neighbours, synonyms, judgeAgreement, judgeAgreementEdited, context, diverged } =
      await evaluate(
        pipeline,
        space,
        instruments,
        evaluationOf(concept, request, variant),
        (now) => {
          done = now;
          progress(before + done, steps);
        },
        original,
        proceed,
        judging,
      );
    before += done;
    const own = byColumn(rates, variant === null);
    const ownCounted = byColumn(counted, variant === null);
    models.forEach((other, i) => {
      const pair = { first: other.column, second: column };
      for (const [metric, list] of Object.entries(ownCounted)) {
        const first = earlier[i]?.[metric];
        if (first === undefined) continue;
        comparisons.push({ metric, ...pair, ...mcnemar(hitsOf(first), hitsOf(list)) });
        differences.push({ metric, ...pair, score: rateDifference(list, first) });
      }
      for (const { id, difference } of metrics) {
        if (own[id] === undefined || other.scores[id] === undefined) continue;
        const score = difference?.(contexts[i] as MetricContext, context) ?? null;
        if (score !== null) differences.push({ metric: id, ...pair, score });
      }
    });
    const theta = variant?.adapter?.theta;
    const hash = await weightsHash(theta === undefined ? pipeline.model.unet.weights : [theta]);
    // An edit's evaluation draws the original's pictures beside its own; the second judge saw them all.
    const agreement = variant === null ? judgeAgreement : judgeAgreementEdited;
    const guider = choiceOf(adapters, model);
    const measured = { column, strength: adapterStrength, hash, ...(guider === undefined ? {} : { guider }) };
    models.push(
      diverged === null
        ? { ...measured, scores: own, neighbours, names: synonyms, agreement }
        : { ...measured, scores: {}, neighbours: [], names: [], agreement: null, diverged },
    );
    earlier.push(ownCounted);
    contexts.push(context);
    const { id, accuracy } = judgedBy;
    const whole: MeasuringProtocol = { judge: id, ...(accuracy === null ? {} : { accuracy }), ...protocol };
    report({ protocol: whole, models: [...models], comparisons: [...comparisons], differences: [...differences] });
  }
}

/** Under the ids of the registry that are not the base of another: for the original the base's value stands there. */
function byColumn<T>(values: Readonly<Record<string, T>>, isOriginal: boolean): Readonly<Record<string, T>> {
  const bases = new Set(metrics.map(({ base }) => base));
  return Object.fromEntries(
    metrics.flatMap(({ id, base }) => {
      if (bases.has(id)) return [];
      const value = isOriginal ? (base === null ? undefined : values[base]) : values[id];
      return value === undefined ? [] : [[id, value] as const];
    }),
  );
}
