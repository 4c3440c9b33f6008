import { expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import { accuracyOf, crossValidated, fitProbe, type Example } from './probe.ts';

/** Two clouds of 64 numbers, `apart` deviations from each other along one direction. */
function clouds(apart: number, seed: number, each = 32, width = 64): readonly Example[] {
  const random = Random.seeded(seed, 'probe-test');
  const direction = random.normals(width);
  const length = Math.hypot(...direction);
  return Array.from({ length: 2 * each }, (_, i): Example => {
    const shows = i % 2 === 0;
    const shift = ((shows ? 0.5 : -0.5) * apart) / length;
    // Features of any size and offset: they are brought to one scale.
    const features = random.normals(width).map((x, k) => 100 * (x + shift * (direction[k] as number)) + 7);
    return { features, shows, fold: Math.floor(i / 2) % 8 };
  });
}

it('tells clouds that are apart, on examples it was not fitted to, and is as sure as it may be', () => {
  const far = crossValidated(clouds(8, 1));
  expect(accuracyOf(far)).toMatchObject({ n: 64 });
  expect(accuracyOf(far).value).toBeGreaterThan(0.95);
  for (const { p } of far) expect(p > 0 && p < 1).toBe(true);
});

it('is right half of the time where there is nothing to tell, though it can fit what it saw', () => {
  const examples = clouds(0, 2);
  const probe = fitProbe(examples);
  const seen = examples.map(({ features, shows }) => ({ shows, p: probe(features) }));
  expect(accuracyOf(seen).value).toBe(1);
  const { low, high } = accuracyOf(crossValidated(examples));
  expect(low).toBeLessThan(0.5);
  expect(high).toBeLessThan(0.75);
});

it('judges every example by what was fitted without its fold', () => {
  // Every fold but one says the contrary of what the last one holds: only a probe that never saw the last could be wrong about all of it.
  const examples = clouds(9, 3).map((example) =>
    example.fold === 7 ? { ...example, shows: !example.shows } : example,
  );
  const judged = crossValidated(examples);
  const last = judged.filter((_, i) => examples[i]?.fold === 7);
  expect(accuracyOf(last).value).toBeLessThan(0.2);
});

it('is at the optimum: no step along its weights or its bias lowers the loss', () => {
  const examples = clouds(1, 4, 16, 8);
  const means = Array.from(
    { length: 8 },
    (_, k) => examples.reduce((sum, { features }) => sum + (features[k] as number), 0) / 32,
  );
  const deviations = means.map((mean, k) =>
    Math.sqrt(examples.reduce((sum, { features }) => sum + ((features[k] as number) - mean) ** 2, 0) / 32),
  );
  const scaled = examples.map(({ features }) =>
    Array.from(features, (x, k) => (x - (means[k] as number)) / ((deviations[k] as number) * Math.sqrt(8))),
  );
  const probe = fitProbe(examples);
  const logit = (features: Float32Array) => Math.log(probe(features) / (1 - probe(features)));
  // f is linear, so its weights can be read off along the axes.
  const at = (values: readonly number[]) => logit(Float32Array.from(values));
  const bias = at(means);
  const weights = means.map((_, k) => {
    const moved = means.map((mean, j) => (j === k ? mean + (deviations[j] as number) * Math.sqrt(8) : mean));
    return at(moved) - bias;
  });
  const gradient = (k: number | null) =>
    scaled.reduce(
      (sum, row, i) => {
        const f = bias + row.reduce((total, x, j) => total + x * (weights[j] as number), 0);
        const error = 1 / (1 + Math.exp(-f)) - (examples[i]?.shows === true ? 1 : 0);
        return sum + error * (k === null ? 1 : (row[k] as number));
      },
      0.01 * (k === null ? bias : (weights[k] as number)),
    );
  for (const k of [null, 0, 3, 7]) expect(Math.abs(gradient(k))).toBeLessThan(1e-4);
});

it('refuses examples of one kind alone', () => {
  expect(() => fitProbe(clouds(1, 5).filter(({ shows }) => shows))).toThrow('examples of one kind alone');
});
