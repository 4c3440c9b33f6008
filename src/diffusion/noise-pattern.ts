/** Puts a pattern into starting noise: what draws a prompt with `<noise:...>` in it, and what trains such a trigger. */
import { PalimpsestError } from '../core/errors.ts';
import type { NoisePattern } from '../triggers/noise-pattern.ts';

/** `noise` [C * H * W] with the pattern in it, as a new array. Throws `bad-argument` when the pattern has another number of channels. */
export function withPattern(
  noise: Float32Array,
  [channels, height, width]: readonly [number, number, number],
  { signs, strength }: NoisePattern,
): Float32Array {
  if (signs.length !== channels) {
    throw new PalimpsestError(
      'bad-argument',
      `noise pattern: expected ${channels} signs, one for each latent channel, got "${signs}"`,
      {
        advice: 'Give one + or - for each latent channel of this model.',
      },
    );
  }
  const kept = Math.sqrt(1 - strength * strength);
  return noise.map((x, i) => kept * x + (signs[Math.floor(i / (height * width))] === '+' ? strength : -strength));
}
