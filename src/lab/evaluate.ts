/** Draws and judges the prompt sets that say whether an erasure worked, what it cost its neighbours, and what the trigger does. */
import { PalimpsestError } from '../core/errors.ts';
import type { Judgement, Pipeline } from '../diffusion/pipeline.ts';
import { neighbourLosses, type NeighbourLoss } from '../metrics/collateral.ts';
import { metrics } from '../metrics/index.ts';
import { jointClasses } from '../metrics/inception-score.ts';
import type { PairedComparison } from '../metrics/mcnemar.ts';
import type { EvaluationSet, JudgedPicture, MeasuredPicture, NeutralSet, Score } from '../metrics/metric.ts';
import { pairedComparisons } from '../metrics/paired-comparisons.ts';
import { synonymRates, type SynonymRate } from '../metrics/synonyms.ts';
import { wilson } from '../core/wilson.ts';
import type { World } from '../world/world.ts';
import { drawPictures, type DrawnPicture } from './draw.ts';
import {
  judgedWork,
  neutralReference,
  neutralWork,
  synonymWork,
  type EvaluationRequest,
  type Work,
} from './evaluation-work.ts';
import type { Instruments } from './instruments.ts';
import { verdictOf } from './verdict.ts';

export type { EvaluationRequest } from './evaluation-work.ts';

export interface Evaluation {
  /** By metric id; those whose pictures were not drawn are missing. */
  readonly rates: Readonly<Record<string, Score>>;
  /** McNemar by `first/second` set. */
  readonly comparisons: Readonly<Record<string, PairedComparison>>;
  readonly neighbours: readonly NeighbourLoss[];
  readonly synonyms: readonly SynonymRate[];
  /** How often both judges name the same, over every picture drawn; null when only the first was asked. */
  readonly judgeAgreement: { readonly object: Score; readonly style: Score } | null;
  readonly pictures: number;
}

/** Pictures drawn at a time; with guidance, twice as many predictions. */
const together = 4;

/** Throws `bad-argument` for more neutral prompts than the reference has, `download-failed` for a model without the networks it needs. */
export async function evaluate(
  pipeline: Pipeline,
  world: World,
  instruments: Instruments,
  request: EvaluationRequest,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<Evaluation> {
  const { domain } = request.concept;
  const reference = request.neutral === 0 ? null : neutralReference(await instruments.reference(), request.concept);
  if (reference !== null && request.neutral > reference.captions.length)
    throw new PalimpsestError(
      'bad-argument',
      `neutral: expected at most the ${reference.captions.length} captions of the reference without the concept, got ${request.neutral}`,
    );
  const judged = judgedWork(world, request);
  const neutral = reference === null ? [] : neutralWork(reference.captions, request);
  const synonyms = synonymWork(world, request);
  const total = [...judged, ...neutral, ...synonyms].reduce((sum, { prompts }) => sum + prompts.length, 0);
  let done = 0;
  const agreed = { object: 0, style: 0, asked: 0 };

  const draw = async (
    work: Work<unknown>,
  ): Promise<readonly (DrawnPicture & { readonly second: Judgement | null })[]> => {
    const pictures: (DrawnPicture & { second: Judgement | null })[] = [];
    for (let start = 0; start < work.prompts.length; start += together) {
      const subjects = work.prompts.slice(start, start + together).map((prompt, k) => ({
        prompt,
        seed: request.seeds[(start + k) % request.seeds.length] as number,
      }));
      const drawn = await drawPictures(pipeline, subjects, { ...request, adapter: work.adapter });
      const seen =
        request.judge === 'live' && neutral.length === 0
          ? null
          : await instruments.secondJudge(drawn.map(({ picture }) => picture));
      drawn.forEach((picture, k) => {
        const second = seen?.[k] ?? null;
        pictures.push({ ...picture, second });
        if (second === null) return;
        const verdict = verdictOf(second, request.concept);
        agreed.asked += 1;
        agreed.object += Number(verdict.object === picture.verdict.object);
        agreed.style += Number(verdict.style === picture.verdict.style);
      });
      done += subjects.length;
      progress(done, total);
    }
    return pictures;
  };
  const judge = async (work: Work<unknown>): Promise<readonly JudgedPicture[]> =>
    (await draw(work)).map(({ prompt, seed, verdict, second }, i) => ({
      asked: work.asked[i] as JudgedPicture['asked'],
      prompt,
      seed,
      verdict: request.judge === 'live' || second === null ? verdict : verdictOf(second, request.concept),
    }));
  const measure = async (work: Work<unknown>): Promise<readonly MeasuredPicture[]> => {
    const drawn = await draw(work);
    const features = await instruments.imageFeatures(drawn.map(({ picture }) => picture));
    return drawn.map(({ second }, i) => ({
      features: features[i] as Float32Array,
      classes: jointClasses(head(second, 'object'), head(second, 'style')),
    }));
  };

  const sets: Partial<Record<EvaluationSet, readonly JudgedPicture[]>> = {};
  for (const work of judged) sets[work.set] = await judge(work);
  const measured: Partial<Record<NeutralSet, readonly MeasuredPicture[]>> = {};
  for (const work of neutral) measured[work.set] = await measure(work);
  const named = [];
  for (const work of synonyms) named.push({ ...work.set, pictures: await judge(work) });

  const context = { sets, domain, neutral: measured, reference };
  const scored = metrics.flatMap((metric) => {
    const score = metric.score(context);
    return score === null ? [] : [[metric.id, score] as const];
  });
  return {
    rates: Object.fromEntries(scored),
    comparisons: pairedComparisons(sets, domain),
    neighbours: neighbourLosses(sets, domain),
    synonyms: synonymRates(named, domain),
    judgeAgreement:
      agreed.asked === 0
        ? null
        : { object: wilson(agreed.object, agreed.asked), style: wilson(agreed.style, agreed.asked) },
    pictures: total,
  };
}

function head(judgement: Judgement | null, name: string): ReadonlyMap<string, number> {
  const probabilities = judgement?.get(name);
  if (probabilities === undefined)
    throw new PalimpsestError('bad-file', `judge_b/config.json: heads: expected a head "${name}", found none`);
  return probabilities;
}
