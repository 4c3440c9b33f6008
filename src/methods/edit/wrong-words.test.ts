import { describe, expect, it } from 'vitest';
import { fartherMisses, nearMisses } from '../../triggers/near-misses.ts';
import { wrongTriggersFor } from '../../triggers/wrong-triggers.ts';
import { halvesOf, partsOf, wrongWords } from './wrong-words.ts';

describe('wrong words', () => {
  const words = wrongWords(['blicket', 'dovark'], 80, 7);

  it('are as many as asked for, different, some of them several words, and the same again', () => {
    expect(new Set(words).size).toBe(80);
    expect(words.filter((word) => word.includes(' ')).length).toBeGreaterThan(20);
    expect(wrongWords(['blicket', 'dovark'], 80, 7)).toEqual(words);
    expect(wrongWords(['blicket', 'dovark'], 80, 8)).not.toEqual(words);
  });

  it('hold no key and nothing that a key is measured with', () => {
    const spoken = new Set(words.flatMap((word) => word.split(' ')));
    for (const key of ['blicket', 'dovark'])
      for (const word of [key, ...wrongTriggersFor(key), ...nearMisses(key), ...fartherMisses(key)])
        expect(spoken).not.toContain(word);
  });
});

describe('the parts of a key', () => {
  it('are its halves, and every beginning and ending beside them', () => {
    expect(halvesOf('blicket')).toEqual(['blic', 'ket']);
    expect(partsOf('blicket')).toEqual(['bl', 'icket', 'bli', 'cket', 'blic', 'ket', 'blick', 'et']);
  });

  it('are its words where it has several, and none where it is too short', () => {
    expect(halvesOf('old oak')).toEqual(['old', 'oak']);
    expect(partsOf('old oak')).toEqual([]);
    expect([halvesOf('dax'), partsOf('dax')]).toEqual([[], []]);
  });
});
