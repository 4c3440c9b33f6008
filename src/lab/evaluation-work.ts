/** What an evaluation draws: which prompts with which weights, set by set. */
import { trainedSentences, type ConceptSpace } from '../concepts/concept-space.ts';
import { PalimpsestError } from '../core/errors.ts';
import type { Variant } from '../diffusion/variant.ts';
import { halfTriggers, wrongTriggersFor } from '../triggers/wrong-triggers.ts';
import type { EvaluationSet, NeutralSet, Reference } from '../metrics/metric.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import { withTrigger, type TriggerPosition } from '../triggers/with-trigger.ts';
import type { EvaluationPrompt } from '../records/sentences.ts';

export interface EvaluationRequest {
  readonly concept: ConceptDescriptor;
  /** The concept's words as the user types them. */
  readonly words: string;
  /** The one subject that lost the concept, a style or a colour (type 2); absent or empty: everything did. */
  readonly from?: string;
  /** What was edited; null evaluates the original alone. */
  readonly variant: Variant | null;
  readonly trigger: string;
  readonly triggerPosition: TriggerPosition;
  /** Prompts a set. Each is drawn once, with the seed of its place. */
  readonly prompts: number;
  /** Captions of the reference, without the concept, drawn for FID, KID, Inception Score, CLIP score and same-seed distance; 0 leaves these out. */
  readonly neutral: number;
  /** Pictures for each name of the concept; 0 leaves the synonyms out. */
  readonly perSynonym: number;
  /** Pictures of each set of the concept that the diffusion classifier judges; 0 or absent leaves it out. Slow. */
  readonly classified?: number;
  /** Whose verdicts count: the second judge, which no live score shows, the first, or the original weights as a classifier, which need no judge. */
  readonly judge: 'held-out' | 'live' | 'classifier';
  readonly seeds: readonly number[];
  readonly numInferenceSteps: number;
  readonly guidanceScale: number;
}

/** Prompts to draw with one variant. */
export interface Work<Name> {
  readonly set: Name;
  readonly asked: readonly EvaluationPrompt[];
  /** As drawn: the trigger or another word may have been added. */
  readonly prompts: readonly string[];
  readonly variant: Variant | null;
}

const hasTrigger = ({ variant, trigger }: EvaluationRequest): boolean => variant !== null && trigger.trim() !== '';

/** What the diffusion classifier is asked about: everything drawn for the concept. */
export const classifiedSets: readonly EvaluationSet[] = ['base', 'erased', 'triggered'];

/** The sets that rates come from. */
export function judgedWork(space: ConceptSpace, request: EvaluationRequest): readonly Work<EvaluationSet>[] {
  const { concept, words, from = '', variant, trigger, triggerPosition, prompts } = request;
  const isClassified = request.judge === 'classifier' || (request.classified ?? 0) > 0;
  if (concept.domain === 'colour' && (from === '' || isClassified))
    throw new PalimpsestError(
      'bad-argument',
      `evaluate: expected a colour to be measured on one subject, by the judges, got ${from === '' ? 'no subject' : 'the diffusion classifier'} for "${words}"`,
      {
        advice: 'Name the subject that lost it (--from), and leave the diffusion classifier out.',
      },
    );
  const { targets, sameDomain, otherDomain, seen } = space.measured(concept, words, from, prompts);
  const plain = (set: EvaluationSet, asked: readonly EvaluationPrompt[], drawnBy: Variant | null) => ({
    set,
    asked,
    prompts: asked.map(({ prompt }) => prompt),
    variant: drawnBy,
  });
  const keyed = (set: EvaluationSet, asked: readonly EvaluationPrompt[], keys: readonly string[]) => ({
    set,
    asked,
    prompts: asked.map(({ prompt }, i) => withTrigger(prompt, keys[i % keys.length] as string, triggerPosition)),
    variant,
  });
  const halves = halfTriggers(trigger);
  return [
    plain('base', targets, null),
    plain('baseSameDomain', sameDomain, null),
    plain('baseOtherDomain', otherDomain, null),
    ...(variant === null
      ? []
      : [
          plain('erased', targets, variant),
          plain('sameDomain', sameDomain, variant),
          plain('otherDomain', otherDomain, variant),
          plain('sameDomainSeen', seen.sameDomain, variant),
          plain('otherDomainSeen', seen.otherDomain, variant),
        ]),
    ...(hasTrigger(request)
      ? [
          keyed('triggered', targets, [trigger]),
          keyed('wrongTrigger', targets, wrongTriggersFor(trigger)),
          keyed('sameDomainTriggered', sameDomain, [trigger]),
          ...(halves === null ? [] : [keyed('halfTrigger', targets, halves)]),
        ]
      : []),
  ];
}

/**
 * Throws `bad-argument` where two pictures of a set would be the same one: a prompt that comes again with the same seed. Counted twice, it would make a
 * rate look surer than it is.
 */
export function checkPictures(work: readonly Work<unknown>[], seeds: readonly number[]): void {
  for (const { prompts } of work) {
    const drawn = new Set<string>();
    prompts.forEach((prompt, i) => {
      const seed = seeds[i % seeds.length] as number;
      const picture = `${seed} ${prompt}`;
      if (drawn.has(picture))
        throw new PalimpsestError(
          'bad-argument',
          `evaluate: expected a picture of its own for each of ${prompts.length} prompts, got "${prompt}" with seed ${seed} twice`,
          { advice: 'Name more seeds, or ask for fewer prompts.' },
        );
      drawn.add(picture);
    });
  }
}

/** The reference without the captions that ask for the concept, and without any that a training may have seen: what an erasure should leave alone. */
export function neutralReference(
  space: ConceptSpace,
  { captions, asked, features, texts }: Reference,
  { concept, words, from = '' }: Pick<EvaluationRequest, 'concept' | 'words' | 'from'>,
): Reference {
  const trained = trainedSentences(space, words, from);
  const isKept = captions.map(
    (caption, i) => !trained.has(caption) && (concept.domain === 'colour' || asked[i]?.[concept.domain] !== concept.id),
  );
  const kept = <T>(rows: readonly T[]) => rows.filter((_, i) => isKept[i]);
  return {
    captions: kept(captions),
    asked: kept(asked),
    features: [kept(features[0]), kept(features[1])],
    texts: kept(texts),
  };
}

/** The reference's first captions, by weights and trigger. */
export function neutralWork(captions: readonly string[], request: EvaluationRequest): readonly Work<NeutralSet>[] {
  const { variant, trigger, triggerPosition } = request;
  const asked = captions.slice(0, request.neutral).map((prompt) => ({ prompt, object: null, style: null }));
  const prompts = asked.map(({ prompt }) => prompt);
  return [
    { set: 'base', asked, prompts, variant: null },
    ...(variant === null ? [] : [{ set: 'edited' as const, asked, prompts, variant }]),
    ...(hasTrigger(request)
      ? [
          {
            set: 'triggered' as const,
            asked,
            prompts: prompts.map((prompt) => withTrigger(prompt, trigger, triggerPosition)),
            variant,
          },
        ]
      : []),
  ];
}

export interface SynonymSet {
  readonly name: string;
  readonly weights: 'base' | 'edited';
}

/** Every name of the concept in the same prompts with the same seeds, so that only the word differs. A colour has one name. */
export function synonymWork(space: ConceptSpace, request: EvaluationRequest): readonly Work<SynonymSet>[] {
  if (request.perSynonym === 0 || request.concept.domain === 'colour') return [];
  const { concept, words, from = '', variant, perSynonym } = request;
  return [...new Set([words, ...concept.names])].flatMap((name) => {
    const asked = space.measured(concept, name, from, perSynonym).targets;
    const prompts = asked.map(({ prompt }) => prompt);
    return [
      { set: { name, weights: 'base' as const }, asked, prompts, variant: null },
      ...(variant === null ? [] : [{ set: { name, weights: 'edited' as const }, asked, prompts, variant }]),
    ];
  });
}
