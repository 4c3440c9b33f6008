/** What a closed-form edit is asked for, before any text is encoded: sentences, and what they shall read as. */

/** The text states of `from` shall be those of `to`, position by position (align.ts). */
export interface ReadAs {
  readonly from: string;
  readonly to: string;
  /** s, of its term in the sum of squares; above 0. */
  readonly weight: number;
}

export function asItself(sentence: string, weight: number): ReadAs {
  return { from: sentence, to: sentence, weight };
}

/** Every sentence of `readings`, each once. */
export function sentencesIn(readings: readonly ReadAs[]): readonly string[] {
  return [...new Set(readings.flatMap(({ from, to }) => [from, to]))];
}
