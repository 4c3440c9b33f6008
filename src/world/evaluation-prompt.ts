/** A prompt with what a judge should see in its pictures. */

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

/** `count` pairs, both lists in turn; none comes twice before every pair has come. */
export function inPairs<A, B>(first: readonly A[], second: readonly B[], count: number): readonly (readonly [A, B])[] {
  return Array.from({ length: count }, (_, i) => {
    const round = Math.floor(i / first.length);
    return [first[i % first.length] as A, second[((i % first.length) + round) % second.length] as B];
  });
}
