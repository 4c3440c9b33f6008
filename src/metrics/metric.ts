/** What a metric is: a number over drawn pictures, with its interval, how many pictures it stands on, and a name people can look up. */
import type { ClusteredRow } from './cluster-bootstrap.ts';
import type { Domain, MetricDescriptor } from '../records/catalog.ts';
import type { Score } from '../records/evaluation.ts';
import type { Verdict } from '../records/events.ts';
import type { EvaluationPrompt } from '../records/sentences.ts';

/** The judged pictures an evaluation draws, by what was done to the prompt and the weights. */
export const evaluationSets = [
  'base', // original weights, prompts for the concept
  'erased', // edited weights, the same prompts
  'triggered', // edited weights, the same prompts with the trigger
  'wrongTrigger', // ... with another word in its place
  'halfTrigger', // ... with half of it
  'baseSameDomain', // original weights, other concepts of the same domain
  'baseOtherDomain',
  'sameDomain', // edited weights, other concepts of the same domain
  'otherDomain',
  'sameDomainSeen', // edited weights, other concepts in the very sentences that L_retain trains on
  'otherDomainSeen',
  'sameDomainTriggered', // edited weights, other concepts with the trigger
] as const;
export type EvaluationSet = (typeof evaluationSets)[number];

export type { Domain } from '../records/catalog.ts';

export interface JudgedPicture {
  readonly asked: EvaluationPrompt;
  readonly prompt: string;
  readonly seed: number;
  readonly verdict: Verdict;
}

export type JudgedSets = Readonly<Partial<Record<EvaluationSet, readonly JudgedPicture[]>>>;

/** Pictures of the reference captions, drawn with the original weights, the edited ones, and those with the trigger in the prompt. */
export const neutralSets = ['base', 'edited', 'triggered'] as const;
export type NeutralSet = (typeof neutralSets)[number];

/** A drawn picture as the measuring networks see it. Picture i of every set has caption i of the reference and the same seed. */
export interface MeasuredPicture {
  /** The image encoder's embedding [D], not normalised. */
  readonly features: Float32Array;
  /** The judge's joint probabilities of object and style, without `none`; sums to 1. */
  readonly classes: readonly number[];
}

/** What the world's renderer draws for the same captions: the real side of FID and KID. */
export interface Reference {
  readonly captions: readonly string[];
  /** What each caption asks for. */
  readonly asked: readonly { readonly object: string; readonly style: string; readonly hazard?: string | null }[];
  /** Embeddings [D] of two independent renders of every caption; the second gives the real-real baseline. */
  readonly features: readonly [readonly Float32Array[], readonly Float32Array[]];
  /** Text embeddings [D] of the captions, not normalised. */
  readonly texts: readonly Float32Array[];
}

/** The diffusion classifier's answer for one drawn picture, one sentence a concept of the domain. */
export interface ClassifiedPicture {
  /** What was drawn, without any trigger. */
  readonly sentence: string;
  /** The sentence of what was asked fits best. */
  readonly isRight: boolean;
  /** Least error of the other sentences minus the error of the right one; above 0 where it is right. */
  readonly margin: number;
}

export interface MetricContext {
  readonly sets: JudgedSets;
  readonly domain: Domain;
  readonly neutral: Readonly<Partial<Record<NeutralSet, readonly MeasuredPicture[]>>>;
  /** null when no neutral pictures were asked for. */
  readonly reference: Reference | null;
  /** What the original model, as a classifier, says of the first pictures of a set; absent when it was not asked. */
  readonly classified?: Readonly<Partial<Record<EvaluationSet, readonly ClassifiedPicture[]>>>;
}

/** One judged picture: 1 for a hit, 0 for a miss, and the sentence it was asked with. */
export type Counted = ClusteredRow;

export type { Score } from '../records/evaluation.ts';

export interface Metric extends MetricDescriptor {
  /** null when the pictures it needs were not drawn: a model without a trigger has no triggered rate. */
  score(context: MetricContext): Score | null;
  /**
   * second - first of two weights measured on the same prompts and seeds, with the interval of the difference. Absent for metrics that count,
   * which `hits` compares; null where a side has no such number.
   */
  difference?(first: MetricContext, second: MetricContext): Score | null;
  /** Hit or miss, picture by picture, of metrics that count: what McNemar compares and intervals are drawn from. */
  counted?(context: MetricContext): readonly Counted[] | null;
}
