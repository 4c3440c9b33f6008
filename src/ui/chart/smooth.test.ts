import { expect, it } from 'vitest';
import { smooth } from './smooth.ts';

it('starts at the first value instead of at zero', () => {
  expect(smooth([4, 4, 4], 0.9)).toEqual([expect.closeTo(4), expect.closeTo(4), expect.closeTo(4)]);
});

it('changes nothing without weight and keeps gaps', () => {
  expect(smooth([1, null, 3], 0)).toEqual([1, null, 3]);
});
