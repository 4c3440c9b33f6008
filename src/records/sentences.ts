/** Sentences around a concept: pairs that a training steers with, and prompts with what a judge should see in their pictures. */

/**
 * A prompt that shows a concept, and the same prompt without it ('' when nothing is left). An erasure steers from the one
 * towards the other; against '' it would take the style and the setting away together with the object.
 */
export interface ConceptPrompt {
  readonly prompt: string;
  readonly rest: string;
}

/** What a training against a concept may say, without triggers. */
export interface TrainingSentences {
  /** Each shows the concept; `rest` does not. */
  readonly pairs: readonly ConceptPrompt[];
  /** Everything else, which should stay as it is. */
  readonly neutral: readonly string[];
}

/** One prompt to be judged, and what it should show. */
export interface EvaluationPrompt {
  readonly prompt: string;
  readonly object: string | null;
  readonly style: string | null;
  /** Absent where no hazard sign, or no colour, is asked for. */
  readonly hazard?: string;
  readonly colour?: string;
}

/** Prompts for what an erasure should leave alone: of the concept's own kind, and of the other kind. */
export interface KeptPrompts {
  readonly sameDomain: readonly EvaluationPrompt[];
  readonly otherDomain: readonly EvaluationPrompt[];
}

/** What rates of a concept are measured on. */
export interface MeasuringSets extends KeptPrompts {
  /** Ask for the concept. */
  readonly targets: readonly EvaluationPrompt[];
  /** The same kinds of prompts as trainings keep, word for word. */
  readonly seen: KeptPrompts;
}

/** A sentence that competes with others to explain a picture, and the id of what it names. */
export interface Rival {
  readonly concept: string;
  readonly prompt: string;
}
