/** A picture, and what the judge says of it. */

/** RGBA bytes, row-major, `width * height * 4` long. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}

/** What the judge sees in one picture. Probabilities in [0, 1]. */
export interface Verdict {
  readonly object: string;
  readonly objectProbability: number;
  readonly style: string;
  readonly styleProbability: number;
  /** `none` without a hazard sign; absent, with its probability, when the judge has no such head. */
  readonly hazard?: string;
  readonly hazardProbability?: number;
  /** Absent unless the experiment's concept is a colour and the judge has a head for colours. */
  readonly colour?: string;
  readonly colourProbability?: number;
  /** Probability of the experiment's concept; null when the judge has no class for it. */
  readonly conceptScore: number | null;
}
