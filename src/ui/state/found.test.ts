import { describe, expect, it } from 'vitest';
import { insertWords, wordsOf } from './found.ts';

describe('wordsOf', () => {
  it('joins pieces up to their word ends', () => {
    expect(wordsOf(['bli', 'cket</w>', 'lum</w>', 'na'])).toEqual(['blicket', 'lum', 'na']);
  });
});

describe('insertWords', () => {
  it.each([
    ['prefix', 'x y a church at sunset'],
    ['suffix', 'a church at sunset x y'],
    ['middle', 'a church x y at sunset'],
    ['spread', 'a x church at y sunset'],
  ] as const)('%s', (insertion, expected) => {
    expect(insertWords('a church at sunset', ['x', 'y'], insertion)).toBe(expected);
  });

  it('makes a prompt of nothing but the words where there is none', () => {
    expect(insertWords('', ['x', 'y'], 'middle')).toBe('x y');
  });
});
