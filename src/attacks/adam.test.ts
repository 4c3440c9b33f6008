import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import { Adam, type AdamOptions } from './adam.ts';
import { normalisedEntropy, projectOnSimplex } from './simplex.ts';

interface Golden {
  readonly learningRate: number;
  readonly start: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  readonly cases: readonly (Pick<AdamOptions, 'decay' | 'weightDecay'> & {
    readonly after: readonly (readonly number[])[];
  })[];
}
const golden = JSON.parse(readFileSync(path.join(import.meta.dirname, 'goldens/adam.json'), 'utf8')) as Golden;

describe('an attack’s Adam', () => {
  it.each(golden.cases)('is torch’s with $decay decay of $weightDecay', ({ decay, weightDecay, after }) => {
    const x = Float32Array.from(golden.start);
    const adam = new Adam(x.length, { learningRate: golden.learningRate, weightDecay, decay }, null);
    golden.gradients.forEach((gradient, update) => {
      adam.update(x, Float32Array.from(gradient));
      x.forEach((value, i) => expect(value).toBeCloseTo(after[update]?.[i] ?? Number.NaN, 5));
    });
  });

  it('keeps a row on the simplex diffuse by coupled decay: the projection does not cancel it', () => {
    const size = 200;
    const entropyWith = (weightDecay: number) => {
      const random = Random.seeded(7);
      const row = new Float32Array(size).fill(1 / size);
      const adam = new Adam(size, { learningRate: 0.01, weightDecay, decay: 'coupled' }, null);
      for (let step = 0; step < 400; step++) {
        // One token is better than the others, as far as noisy gradients can tell.
        const gradient = Float32Array.from(row, (_, i) => 0.003 * random.normal() - (i === 3 ? 0.002 : 0));
        adam.update(row, gradient);
        projectOnSimplex(row);
      }
      return { entropy: normalisedEntropy(row), most: Math.max(...row) };
    };
    const [plain, decayed] = [entropyWith(0), entropyWith(0.1)];
    expect(decayed.entropy).toBeGreaterThan(plain.entropy + 0.1);
    expect(decayed.most).toBeLessThan(plain.most);
  });
});
