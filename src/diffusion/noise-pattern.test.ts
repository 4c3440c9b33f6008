import { expect, it } from 'vitest';
import { startingNoise } from './generate.ts';
import { withPattern } from './noise-pattern.ts';

const shape = [4, 16, 16] as const;

it('shifts each channel its own way and keeps the mean square at one', () => {
  const noise = startingNoise(40, 1024);
  const before = noise.slice();
  const seen = withPattern(noise, shape, { signs: '+--+', strength: 0.4 });
  expect(noise).toEqual(before);
  const mean = (some: Float32Array) => some.reduce((sum, x) => sum + x, 0) / some.length;
  const channel = (all: Float32Array, c: number) => all.subarray(c * 256, (c + 1) * 256);
  [1, -1, -1, 1].forEach((sign, c) => {
    const expected = Math.sqrt(1 - 0.16) * mean(channel(noise, c)) + sign * 0.4;
    expect(mean(channel(seen, c))).toBeCloseTo(expected, 5);
  });
  expect(mean(seen.map((x) => x * x))).toBeCloseTo(1, 1);
});

it('needs a sign for each channel', () => {
  expect(() => withPattern(new Float32Array(1024), shape, { signs: '+-', strength: 0.4 })).toThrow(
    'expected 4 signs, one for each latent channel, got "+-"',
  );
});
