/** What a metric is: a rate over judged pictures, with a name people can look up. */
import type { MetricDescriptor } from '../records/catalog.ts';
import type { Verdict } from '../records/events.ts';
import type { EvaluationPrompt } from '../world/prompts.ts';
import type { Rate } from './wilson.ts';

/** The pictures an evaluation draws, by what was done to the prompt and the weights. */
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
  'sameDomainTriggered', // edited weights, other concepts with the trigger
] as const;
export type EvaluationSet = (typeof evaluationSets)[number];

export interface JudgedPicture {
  readonly asked: EvaluationPrompt;
  readonly prompt: string;
  readonly seed: number;
  readonly verdict: Verdict;
}

export type JudgedSets = Readonly<Partial<Record<EvaluationSet, readonly JudgedPicture[]>>>;

export interface MetricContext {
  readonly sets: JudgedSets;
  /** Which head of the judge the concept belongs to. */
  readonly domain: 'object' | 'style';
}

export interface Metric extends MetricDescriptor {
  /** null when the sets it needs were not drawn: a model without a trigger has no triggered rate. */
  score(context: MetricContext): Rate | null;
}
