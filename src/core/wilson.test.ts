import { expect, it } from 'vitest';
import { wilson } from './wilson.ts';

// metrics/references.test.ts holds the interval to scipy's.
it('says nothing where nothing was drawn', () => {
  expect(wilson(0, 0)).toEqual({ value: Number.NaN, low: 0, high: 1, n: 0 });
});
