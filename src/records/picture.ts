/** A picture, and what the judge says of it. */

/** RGBA bytes, row-major, `width * height * 4` long. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}

/** The first choice of one head of a judge, and its probability in [0, 1]; `none` is a choice, too. */
export interface HeadChoice {
  readonly id: string;
  readonly p: number;
}

/** What a judge sees in one picture. */
export interface Verdict {
  /** By the name of each of its heads; empty where nobody judged. A head for colours answers only where the experiment's concept is a colour. */
  readonly heads: Readonly<Record<string, HeadChoice>>;
  /** Probability of the experiment's concept; null when the judge has no class for it. */
  readonly conceptScore: number | null;
}

/**
 * `live`: the bundled judge that scores pictures on the page, and that searches aim at. `held-out`: another one, which steers nothing. `probe`: made
 * on the spot for a model that brings none. `classifier`: the original weights as a diffusion classifier.
 */
export type JudgeName = 'live' | 'held-out' | 'probe' | 'classifier';
