/** Draws and judges the prompt sets that say whether an erasure worked, what it cost its neighbours, and what the trigger does. */
import type { ConceptSpace } from '../concepts/concept-space.ts';
import { PalimpsestError, toPalimpsestError } from '../core/errors.ts';
import type { Rate } from '../core/wilson.ts';
import type { Judgement, Pipeline } from '../diffusion/pipeline.ts';
import { neighbourLosses } from '../metrics/collateral.ts';
import { metrics } from '../metrics/index.ts';
import { jointClasses } from '../metrics/inception-score.ts';
import { headOfSet, judgeAgreement, type TwiceJudged } from '../metrics/judge-agreement.ts';
import type { PairedComparison } from '../metrics/mcnemar.ts';
import type {
  ClassifiedPicture,
  Counted,
  EvaluationSet,
  JudgedPicture,
  MeasuredPicture,
  MetricContext,
  NeutralSet,
  Score,
} from '../metrics/metric.ts';
import { pairedComparisons } from '../metrics/paired-comparisons.ts';
import { synonymRates } from '../metrics/synonyms.ts';
import type { Domain } from '../records/catalog.ts';
import type { JudgeName } from '../records/picture.ts';
import type { JudgeAgreement, NamedRate, NeighbourLoss } from '../records/evaluation.ts';
import { classifierJudge } from './classifier-judge.ts';
import { classifyDrawn } from './classify-drawn.ts';
import { drawPictures, type DrawnPicture } from './draw.ts';
import {
  checkPictures,
  classifiedSets,
  judgedWork,
  neutralReference,
  neutralWork,
  synonymWork,
  type EvaluationRequest,
  type SynonymSet,
  type Work,
} from './evaluation-work.ts';
import { checkWorkHeard } from './heard.ts';
import type { Instruments } from './instruments.ts';
import type { JudgeOfAsked } from './judge.ts';
import { verdictOf } from './verdict.ts';

export type { EvaluationRequest } from './evaluation-work.ts';

export interface Evaluation {
  /** By metric id; those whose pictures were not drawn are missing. */
  readonly rates: Readonly<Record<string, Score>>;
  /** By id of the metrics that count: hit or miss, picture by picture. */
  readonly counted: Readonly<Record<string, readonly Counted[]>>;
  /** McNemar by `first/second` set. */
  readonly comparisons: Readonly<Record<string, PairedComparison>>;
  readonly neighbours: readonly NeighbourLoss[];
  readonly synonyms: readonly NamedRate[];
  /** Over every picture drawn; null when only the first judge was asked. */
  readonly judgeAgreement: JudgeAgreement | null;
  /** Over the edited weights' pictures alone, where the judges differ most; null without any. */
  readonly judgeAgreementEdited: JudgeAgreement | null;
  /** Whose verdicts count; its accuracy on pictures it had not seen, where it was made for this. */
  readonly judgedBy: { readonly id: JudgeName; readonly accuracy: Rate | null };
  readonly pictures: number;
  /** Why the edited weights have no numbers, where theirs were not finite: nothing of theirs is counted. */
  readonly diverged: string | null;
  /** What the metrics were given, for those that compare two of the weights. */
  readonly context: MetricContext;
}

/** Pictures drawn at a time; with guidance, twice as many predictions. */
const together = 4;

type Drawn = DrawnPicture & { readonly second: Judgement | null };

/** Pictures of the original weights and what the classifier said of them, for evaluations of several edits with one request. */
export class OriginalPictures {
  readonly drawn = new Map<string, readonly Drawn[]>();
  readonly classified = new Map<string, readonly ClassifiedPicture[]>();
}

/**
 * Throws `bad-argument` for more neutral prompts than the reference has, `download-failed` for a model without the networks it needs,
 * `diverged` where the original weights do. Edited weights that diverge have no numbers; the original's beside them are kept.
 */
export async function evaluate(
  pipeline: Pipeline,
  space: ConceptSpace,
  instruments: Instruments,
  request: EvaluationRequest,
  progress: (done: number, total: number) => void = () => undefined,
  original = new OriginalPictures(),
  /** Awaited between sampler steps; may throw to abort. */
  onStep: () => Promise<void> = () => Promise.resolve(),
  /** Awaited while a judge is made, for a model that brings none, with the pictures drawn so far; may throw to abort. */
  judging: (done: number, total: number) => Promise<void> = onStep,
): Promise<Evaluation> {
  const { domain } = request.concept;
  const reference = request.neutral === 0 ? null : neutralReference(space, await instruments.reference(), request);
  if (reference !== null && request.neutral > reference.captions.length)
    throw new PalimpsestError(
      'bad-argument',
      `neutral: expected at most the ${reference.captions.length} captions of the reference without the concept, got ${request.neutral}`,
    );
  const judged = judgedWork(space, request);
  const neutral = reference === null ? [] : neutralWork(reference.captions, request);
  const synonyms = synonymWork(space, request);
  checkWorkHeard(pipeline.model.tokenizer, [...judged, ...neutral], request.triggerPosition);
  checkPictures([...judged, ...synonyms], request.seeds);
  const pictures = [...judged, ...neutral, ...synonyms].reduce((sum, { prompts }) => sum + prompts.length, 0);
  const perSet = Math.min(request.classified ?? 0, request.prompts);
  const total = pictures + perSet * judged.filter(({ set }) => classifiedSets.includes(set)).length;
  const made: JudgeOfAsked | null =
    request.judge === 'classifier'
      ? classifierJudge(pipeline, space, request.concept)
      : await instruments.judges.needed(space, request.concept, request, judging);
  let done = 0;
  const twice: { readonly isEdited: boolean; readonly picture: TwiceJudged }[] = [];

  const draw = async (work: Work<unknown>, asksFor: Domain | null): Promise<readonly Drawn[]> => {
    const pictures: Drawn[] = [];
    for (let start = 0; start < work.prompts.length; start += together) {
      const subjects = work.prompts.slice(start, start + together).map((prompt, k) => ({
        prompt,
        seed: request.seeds[(start + k) % request.seeds.length] as number,
      }));
      const drawn = await drawPictures(pipeline, subjects, { ...request, variant: work.variant }, onStep);
      const own = await made?.lookFor(
        drawn.map(({ picture }, k) => ({ picture, asked: work.asked[start + k] as JudgedPicture['asked'] })),
        asksFor ?? domain,
        onStep,
      );
      const seen =
        neutral.length === 0 && (made !== null || request.judge === 'live')
          ? null
          : await instruments.secondJudge(drawn.map(({ picture }) => picture));
      drawn.forEach((picture, k) =>
        pictures.push({ ...picture, verdict: own?.[k] ?? picture.verdict, second: seen?.[k] ?? null }),
      );
      progress((done += subjects.length), total);
    }
    return pictures;
  };
  const drawnFor = async (work: Work<unknown>, asksFor: Domain | null): Promise<readonly Drawn[]> => {
    const key = JSON.stringify(work.prompts);
    const known = work.variant === null ? original.drawn.get(key) : undefined;
    if (known !== undefined) progress((done += known.length), total);
    const drawn = known ?? (await draw(work, asksFor));
    if (work.variant === null) original.drawn.set(key, drawn);
    drawn.forEach(({ prompt, seed, second, verdict }, i) => {
      if (second === null || made !== null) return;
      const asked = work.asked[i] as JudgedPicture['asked'];
      const picture = { asked, prompt, seed, verdict, second: verdictOf(second, request.concept), head: asksFor };
      twice.push({ isEdited: work.variant !== null, picture });
    });
    return drawn;
  };
  const classify = async (work: Work<unknown>, drawn: readonly Drawn[]): Promise<readonly ClassifiedPicture[]> => {
    const key = JSON.stringify(work.prompts);
    const known = work.variant === null ? original.classified.get(key) : undefined;
    if (known !== undefined) {
      progress((done += known.length), total);
      return known;
    }
    const answers: ClassifiedPicture[] = [];
    for (const [i, picture] of drawn.slice(0, perSet).entries()) {
      const asked = work.asked[i] as JudgedPicture['asked'];
      answers.push(await classifyDrawn(pipeline, space, request.concept, domain, { ...picture, asked }, onStep));
      progress((done += 1), total);
    }
    if (work.variant === null) original.classified.set(key, answers);
    return answers;
  };
  const judge = (work: Work<unknown>, drawn: readonly Drawn[]): readonly JudgedPicture[] =>
    drawn.map(({ prompt, seed, verdict, second }, i) => ({
      asked: work.asked[i] as JudgedPicture['asked'],
      prompt,
      seed,
      verdict:
        made !== null || request.judge === 'live' || second === null ? verdict : verdictOf(second, request.concept),
    }));
  const measure = async (work: Work<unknown>): Promise<readonly MeasuredPicture[]> => {
    const drawn = await drawnFor(work, null);
    const features = await instruments.imageFeatures(drawn.map(({ picture }) => picture));
    return drawn.map(({ second }, i) => ({
      features: features[i] as Float32Array,
      classes: jointClasses(head(second, 'object'), head(second, 'style')),
    }));
  };

  let diverged: string | null = null;
  /** What `task` gives, or nothing of edited weights that have diverged. */
  const unlessDiverged = async (work: Work<unknown>, task: () => Promise<void>): Promise<void> => {
    if (work.variant !== null && diverged !== null) return;
    try {
      await task();
    } catch (thrown) {
      const { code, message } = toPalimpsestError(thrown);
      if (work.variant === null || code !== 'diverged') throw thrown;
      diverged = message;
    }
  };

  const sets: Partial<Record<EvaluationSet, readonly JudgedPicture[]>> = {};
  const classified: Partial<Record<EvaluationSet, readonly ClassifiedPicture[]>> = {};
  for (const work of judged) {
    await unlessDiverged(work, async () => {
      const drawn = await drawnFor(work, headOfSet(work.set, domain));
      sets[work.set] = judge(work, drawn);
      if (perSet > 0 && classifiedSets.includes(work.set)) classified[work.set] = await classify(work, drawn);
    });
  }
  const measured: Partial<Record<NeutralSet, readonly MeasuredPicture[]>> = {};
  for (const work of neutral) {
    await unlessDiverged(work, async () => {
      measured[work.set] = await measure(work);
    });
  }
  const named: (SynonymSet & { readonly pictures: readonly JudgedPicture[] })[] = [];
  for (const work of synonyms) {
    await unlessDiverged(work, async () => {
      named.push({ ...work.set, pictures: judge(work, await drawnFor(work, domain)) });
    });
  }

  // Of weights that diverged nothing is counted, not even what came before.
  const isKept = ({ variant }: Work<unknown>) => diverged === null || variant === null;
  const keptOf = <Name extends string, T>(works: readonly Work<Name>[], all: Partial<Record<Name, T>>) =>
    Object.fromEntries(
      works.filter((work) => isKept(work) && all[work.set] !== undefined).map(({ set }) => [set, all[set]]),
    ) as Partial<Record<Name, T>>;
  const keptSets = keptOf(judged, sets);
  const keptNames = named.filter(({ weights }) => diverged === null || weights === 'base');
  const keptTwice = twice.filter(({ isEdited }) => diverged === null || !isEdited);
  const context = {
    ...{ sets: keptSets, domain, reference },
    neutral: keptOf(neutral, measured),
    classified: keptOf(judged, classified),
  };
  const scored = metrics.flatMap((metric) => {
    const score = metric.score(context);
    return score === null ? [] : [[metric.id, score] as const];
  });
  const counted = metrics.flatMap((metric) => {
    const list = metric.counted?.(context) ?? null;
    return list === null ? [] : [[metric.id, list] as const];
  });
  return {
    counted: Object.fromEntries(counted),
    rates: Object.fromEntries(scored),
    comparisons: pairedComparisons(keptSets, domain),
    neighbours: neighbourLosses(keptSets, domain),
    synonyms: synonymRates(keptNames, domain),
    judgedBy: made === null ? { id: request.judge, accuracy: null } : { id: made.id, accuracy: made.accuracy },
    judgeAgreement: judgeAgreement(keptTwice.map(({ picture }) => picture)),
    judgeAgreementEdited: judgeAgreement(keptTwice.filter(({ isEdited }) => isEdited).map(({ picture }) => picture)),
    pictures: [...judged, ...neutral, ...synonyms].filter(isKept).reduce((sum, { prompts }) => sum + prompts.length, 0),
    diverged,
    context,
  };
}

function head(judgement: Judgement | null, name: string): ReadonlyMap<string, number> {
  const probabilities = judgement?.get(name);
  if (probabilities === undefined)
    throw new PalimpsestError('bad-file', `judge_b/config.json: heads: expected a head "${name}", found none`);
  return probabilities;
}
