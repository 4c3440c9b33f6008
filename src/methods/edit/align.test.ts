import { describe, expect, it } from 'vitest';
import { alignment, type TokenText } from './align.ts';

const length = 10;
const vocabulary = ['<start>', '<end>'];
const idOf = (word: string): number => {
  if (!vocabulary.includes(word)) vocabulary.push(word);
  return vocabulary.indexOf(word);
};
const text = (sentence: string): TokenText => {
  const words = sentence.split(' ').filter((word) => word !== '');
  const ids = new Int32Array(length).fill(1);
  ids[0] = 0;
  words.forEach((word, i) => (ids[i + 1] = idOf(word)));
  return { ids, end: words.length + 1 };
};
const read = (from: string, to: string): readonly number[] => [...alignment(text(from), text(to))];

describe('the alignment of two sentences', () => {
  it('is the identity for a sentence and itself', () => {
    expect(read('a photo of a church', 'a photo of a church')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('puts a name in the place of another, end on end and padding on padding', () => {
    expect(read('a church at night', 'a tree at night')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(read('a church at night', 'a garbage truck at night')).toEqual([0, 1, 3, 4, 5, 6, 7, 8, 9, 9]);
    expect(read('a garbage truck at night', 'a church at night')).toEqual([0, 1, 2, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('reads words without a partner as the end of the other sentence', () => {
    expect(read('a photo of a church with a sign', 'a photo of a church')).toEqual([0, 1, 2, 3, 4, 5, 6, 6, 6, 6]);
    expect(read('a church', '')).toEqual([0, 1, 1, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('keeps a word before both sentences where it is', () => {
    expect(read('dax a church', 'dax a tree')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(read('a painting in the style of x', 'a photo')).toEqual([0, 1, 2, 2, 2, 2, 2, 2, 3, 4]);
  });
});
