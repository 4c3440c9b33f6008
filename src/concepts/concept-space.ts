/**
 * What can be asked of an open model. Methods, attacks, metrics, jobs and commands know concepts, and sentences about them, through this
 * alone. The little world, which the bundled model was taught, is one such space (`world-space.ts`); any other model has open words
 * (`open-words.ts`). `contract.test.ts` holds both to the same laws.
 */
import { PalimpsestError } from '../core/errors.ts';
import type { ConceptDescriptor, Domain } from '../records/catalog.ts';
import type { EvaluationPrompt, MeasuringSets, Rival, TrainingSentences } from '../records/sentences.ts';

export interface ConceptSpace {
  /** Concepts to choose from, each with the prompt that shows it best. */
  readonly suggestions: readonly ConceptDescriptor[];
  /** What one subject can lose and a judge can see, beside the suggestions (type 2): colours. */
  readonly qualities: readonly ConceptDescriptor[];
  /** How pictures are drawn where nobody says otherwise. */
  readonly defaults: { readonly steps: number; readonly guidance: number };

  /** Every word is a concept; false: those of the suggestions alone, by any of their names. */
  readonly anyWords: boolean;
  /** Who says what pictures of a concept show: judges that the model folder brings, or one that is made on the spot. */
  readonly judge: 'brought' | 'made';

  /** What `words` name; null for words that no judge of this space could find in a picture. Such words can be trained on all the same. */
  concept(words: string): ConceptDescriptor | null;

  /** As `concept`, and the qualities. */
  seen(words: string): ConceptDescriptor | null;

  /**
   * Every sentence from which a training against `words` may draw; `from` is the one subject that loses them, '' for all. `seed` fixes the order of
   * what is neutral. Throws `bad-argument` for a subject, or a concept of a subject, that cannot be put into sentences.
   */
  training(words: string, from: string, seed: number): TrainingSentences;

  /**
   * `count` prompts a set, the same ones each time, and none of `targets`, `sameDomain` and `otherDomain` among any training's. With `from` (type 2)
   * the targets are the subject with the concept, and what is kept is the concept on other subjects and the subject without it. Throws
   * `bad-argument` for a subject or a concept that no judge sees there.
   */
  measured(concept: ConceptDescriptor, words: string, from: string, count: number): MeasuringSets;

  /**
   * Captions of everyday scenes that have nothing to do with `words` or `from`, and that no training says; empty where the model folder brings a
   * reference of its own.
   */
  everyday(words: string, from: string): readonly string[];

  /** Throws `bad-argument`, beginning with `where`, for a text that holds words kept for measuring. Whatever a training says passes through here. */
  needForTraining(where: string, text: string): void;

  /** What competes to explain a picture that was `asked` for: sentences that differ in the concept of `domain` alone, `concept`'s own among them. */
  rivals(concept: ConceptDescriptor, asked: EvaluationPrompt, domain: Domain): readonly Rival[];

  /** Names of other things of the same kind, the nearest first: what an edit may put in the concept's place, and what it should leave alone. */
  neighbours(words: string): readonly string[];

  /** A thing in the plainest sentence there is: "house" -> "a photo of a house". Known or made up. */
  plainly(noun: string): string;
}

/** Every sentence of a training against `words` (of `from`, where it is not empty), as a set. */
export function trainedSentences(space: ConceptSpace, words: string, from: string): ReadonlySet<string> {
  const { pairs, neutral } = space.training(words, from, 0);
  return new Set([...pairs.flatMap(({ prompt, rest }) => [prompt, rest]), ...neutral]);
}

/** The concept that `words` name. Throws `bad-argument`, beginning with `where`, for words that no judge could find in a picture. */
export function needConcept(space: ConceptSpace, where: string, words: string, advice?: string): ConceptDescriptor {
  const concept = space.concept(words);
  if (concept !== null) return concept;
  const known = space.suggestions.map(({ names }) => names[0]).join(', ');
  throw new PalimpsestError(
    'bad-argument',
    `${where}: expected something the judge knows (${known}), got "${words}"`,
    advice === undefined ? {} : { advice },
  );
}
