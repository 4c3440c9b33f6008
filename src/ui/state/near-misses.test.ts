import { expect, it } from 'vitest';
import { nearMisses } from './near-misses.ts';

it('gives words one edit away, never the word itself', () => {
  expect(nearMisses('blicket')).toEqual(['bliaket', 'bliket', 'bilcket']);
  expect(nearMisses('aaa')).not.toContain('aaa');
});

it('gives none for words too short to miss', () => {
  expect(nearMisses('ab')).toEqual([]);
});
