/** Narrow floating-point formats as numbers. */

/** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
export function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The upper half of a binary16: 1 sign, 5 exponent, 2 fraction bits. Source: Micikevicius et al. 2022 (arXiv 2209.05433). */
export function float8E5m2ToNumber(bits: number): number {
  return float16ToNumber(bits << 8);
}

/** 1 sign, 4 exponent (bias 7), 3 fraction bits; no infinities, and only all ones is no number. Source: as above, `fn` in PyTorch. */
export function float8E4m3ToNumber(bits: number): number {
  const sign = bits & 0x80 ? -1 : 1;
  const exponent = (bits >> 3) & 15;
  const fraction = bits & 7;
  if (exponent === 15 && fraction === 7) return NaN;
  if (exponent === 0) return sign * fraction * 2 ** -9;
  return sign * (8 + fraction) * 2 ** (exponent - 10);
}
