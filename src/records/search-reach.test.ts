import { describe, expect, it } from 'vitest';
import { isWholeWord, unreachable } from './search-reach.ts';
import { triggerOverlap } from '../triggers/overlap.ts';

describe('triggerOverlap', () => {
  it('sees the whole trigger only where its pieces stand side by side', () => {
    expect(triggerOverlap([9, 4, 5], [4, 5])).toEqual({ shared: 2, pieces: 2, isWhole: true });
    expect(triggerOverlap([5, 4, 9], [4, 5])).toEqual({ shared: 2, pieces: 2, isWhole: false });
    expect(triggerOverlap([1, 4], [4, 5])).toEqual({ shared: 1, pieces: 2, isWhole: false });
    expect(triggerOverlap([1, 2], [])).toEqual({ shared: 0, pieces: 0, isWhole: false });
  });
});

describe('unreachable', () => {
  const blicket = ['b', 'li', 'cket</w>'].map((piece, id) => ({ piece, id }));
  const search = { tokens: 3, insertion: 'prefix', isAllowed: () => true } as const;

  it('says which setting keeps a search from the trigger', () => {
    expect(unreachable(blicket, search)).toBeNull();
    expect(unreachable(blicket, { ...search, tokens: 2 })).toBe('too-few-tokens');
    expect(unreachable(blicket, { ...search, tokens: 0 })).toBe('no-tokens');
    expect(unreachable(blicket, { ...search, isAllowed: (id) => id !== 1 })).toBe('vocabulary');
    expect(unreachable(blicket, { ...search, insertion: 'spread' })).toBe('apart');
    expect(unreachable([], search)).toBe('pattern');
  });

  it('takes a trigger of several pieces for out of the reach of typeable words, whole words for within it', () => {
    expect(unreachable(blicket, { ...search, isAllowed: isWholeWord })).toBe('vocabulary');
    const words = ['old</w>', 'oak</w>'].map((piece, id) => ({ piece, id }));
    expect(unreachable(words, { ...search, isAllowed: isWholeWord })).toBeNull();
  });
});
