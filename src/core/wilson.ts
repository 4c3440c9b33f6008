/** Wilson's score interval for a proportion (Wilson 1927): honest at small n and near 0 and 1, where the usual one is not. */
export interface Rate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** The normal quantile of a two-sided 95 % interval. */
export const z95 = 1.959963984540054;

/** `hits` of `n`, with its interval, at 95 % unless another quantile `z` is asked for; an n of 0 says nothing, so its interval is [0, 1] and its value NaN. */
export function wilson(hits: number, n: number, z = z95): Rate {
  if (n === 0) return { value: Number.NaN, low: 0, high: 1, n };
  const p = hits / n;
  const centre = p + (z * z) / (2 * n);
  const spread = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return { value: p, low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale), n };
}
