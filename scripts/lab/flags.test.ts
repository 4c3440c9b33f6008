/** What flags take for a number or a list of seeds, and what they refuse. */
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { number, seedList, wholeNumber } from './session.ts';

describe('--seeds', () => {
  it.each([
    ['40', [40]],
    ['40,41', [40, 41]],
    [' 40 , 41 ', [40, 41]],
    ['40-42', [40, 41, 42]],
    ['40 – 42', [40, 41, 42]],
    ['40，41、42', [40, 41, 42]],
    ['４０，４１', [40, 41]],
    ['0,4294967295', [0, 4294967295]],
  ])('%j is read', (text, seeds) => {
    expect(seedList(text)).toEqual(seeds);
  });

  it.each([
    '',
    ' ',
    '40,',
    ',40',
    '40,,41',
    '40-',
    '-40',
    '0x28',
    '1e3',
    '4.5',
    'Infinity',
    'NaN',
    '40 41',
    '4294967296',
    '4294967290-4294967299',
  ])('%j is refused', (text) => {
    expect(() => seedList(text)).toThrow(/^expected whole numbers from 0 to 4294967295, got/);
  });

  it('is refused where it falls, is endless or names a seed twice', () => {
    expect(() => seedList('43-40')).toThrow('expected a rising range');
    expect(() => seedList('0-10000')).toThrow('expected a rising range of at most 10000 seeds');
    expect(() => seedList('40-42,41')).toThrow('expected every seed once, got 41 twice');
  });
});

describe('a flag for a number', () => {
  const read = (parser: (text: string) => number, text: string) => {
    const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
    return command
      .option('--x <n>', '', parser)
      .parse([`--x=${text}`], { from: 'user' })
      .opts()['x'] as number;
  };
  it('takes decimal notation', () => {
    expect(read(number(0, 50), '3.5')).toBe(3.5);
    expect(read(number(0, 50), '３')).toBe(3);
    expect(Object.is(read(number(0, 50), '-0'), 0)).toBe(true);
    expect(read(wholeNumber(0, 2000), '1e3')).toBe(1000);
  });

  it.each(['', ' ', '0x10', 'Infinity', '1e999', 'NaN', '-1', '1e30', '3px'])('refuses %j', (text) => {
    expect(() => read(number(0, 50), text)).toThrow(/expected a number from 0 to 50/);
    expect(() => read(wholeNumber(0, 50), text)).toThrow(/expected a whole number from 0 to 50/);
  });

  it('refuses a part of a whole number', () => {
    expect(() => read(wholeNumber(0, 50), '1.5')).toThrow(/expected a whole number/);
  });
});
