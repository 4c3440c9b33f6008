import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

describe('Random', () => {
  it('repeats for a seed and differs between seeds and streams', () => {
    const bits = (seed: number, stream?: string) =>
      Array.from(
        { length: 4 },
        (
          (random) => () =>
            random.bits()
        )(Random.seeded(seed, stream)),
      );
    expect(bits(40)).toEqual(bits(40));
    expect(bits(40)).not.toEqual(bits(41));
    expect(bits(40)).not.toEqual(bits(40, 'latents'));
    expect(bits(40)).toEqual([3956223739, 2547559147, 4187229875, 225275411]); // pinned: pictures of a seed must stay the same for ever
  });

  it('continues from its state, between the two numbers of a normal pair too', () => {
    const random = Random.seeded(3);
    random.normal();
    const copy = Random.restored(random.state());
    expect(copy.normals(5)).toEqual(random.normals(5));
  });

  it('draws normals of mean 0 and variance 1', () => {
    const n = 100_000;
    const values = Random.seeded(9).normals(n);
    const mean = values.reduce((sum, x) => sum + x, 0) / n;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n)); // four standard errors
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  });

  it('draws integers evenly', () => {
    const random = Random.seeded(1);
    const counts = new Map<number, number>();
    for (let i = 0; i < 50_000; i++) {
      const value = random.integer(5);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4]);
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(400); // about four standard deviations
  });
});
