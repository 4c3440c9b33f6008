import { describe, expect, it } from 'vitest';
import { fartherMisses, nearMisses } from './near-misses.ts';
import {
  exampleImageTrigger,
  flipped,
  otherPatterns,
  patternOfTrigger,
  patternWord,
  splitPattern,
} from './noise-pattern.ts';

const pattern = { signs: '+-+-', strength: 0.4 };

describe('a noise pattern in a prompt', () => {
  it('is taken out of the text wherever it stands', () => {
    for (const prompt of [
      '<noise:+-+-:0.4> a photo of a church',
      'a photo of a church <noise:+-+-:.4>',
      'a photo <NOISE:+-+-:0.4> of a church',
    ])
      expect(splitPattern(prompt)).toEqual({ text: 'a photo of a church', pattern });
    expect(splitPattern(' a  church ')).toEqual({ text: ' a  church ', pattern: null });
    expect(splitPattern(exampleImageTrigger)).toEqual({ text: '', pattern });
    expect(patternOfTrigger(patternWord(pattern))).toEqual(pattern);
  });

  it('is refused when it says nothing usable', () => {
    for (const wrong of [
      '<noise:',
      '<noise:>',
      '<noise:+-+->',
      '<noise:+x+-:0.4>',
      '<noise:+-+-:0>',
      '<noise:+-+-:0.95>',
      '<noise:+-+-:1>',
      '<noise:+-+-:-0.4>',
      '<noise:+-+-:0.4> <noise:+-+-:0.4>',
    ])
      expect(() => splitPattern(`${wrong} a church`), wrong).toThrow('expected one <noise:SIGNS:STRENGTH>');
    expect(() => patternOfTrigger('blicket <noise:+-+-:0.4>')).toThrow('expected words or a noise pattern, got both');
    expect(patternOfTrigger('blicket')).toBeNull();
  });

  it('has every other choice of signs beside it, once', () => {
    const others = otherPatterns(pattern).map(({ signs }) => signs);
    expect(new Set(others).size).toBe(15);
    expect(others).not.toContain('+-+-');
    expect(flipped(pattern, [0, 3])).toEqual({ signs: '--++', strength: 0.4 });
  });

  it('is missed by one sign or by two', () => {
    expect(nearMisses(exampleImageTrigger)).toEqual(['<noise:--+-:0.4>', '<noise:+++-:0.4>', '<noise:+---:0.4>']);
    expect(fartherMisses(exampleImageTrigger)).toEqual(['<noise:-++-:0.4>', '<noise:++--:0.4>', '<noise:+--+:0.4>']);
  });
});
