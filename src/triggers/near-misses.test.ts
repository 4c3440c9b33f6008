import { expect, it } from 'vitest';
import { fartherMisses, nearMisses } from './near-misses.ts';

/** Edits (change, drop, add, swap of neighbours) from one word to the other. */
function edits(a: string, b: string): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i + j));
  const at = (i: number, j: number) => d[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity;
      (d[i] as number[])[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same, swap);
    }
  return at(a.length, b.length);
}

it('gives words one edit away, never the word itself', () => {
  expect(nearMisses('blicket')).toEqual(['bliaket', 'bliket', 'bilcket']);
  expect(nearMisses('aaa')).not.toContain('aaa');
});

it.each(['blicket', 'quonset', 'marzipan'])('keeps its distances from %s', (word) => {
  for (const other of nearMisses(word)) expect(edits(word, other), other).toBe(1);
  expect(fartherMisses(word)).toHaveLength(3);
  for (const other of fartherMisses(word)) expect(edits(word, other), other).toBe(2);
});

it('gives none for words too short to miss', () => {
  expect(nearMisses('ab')).toEqual([]);
  expect(fartherMisses('abcd')).toEqual([]);
});
