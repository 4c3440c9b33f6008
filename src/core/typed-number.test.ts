import { describe, expect, it } from 'vitest';
import { unwritable, needPlainText } from './plain-text.ts';
import { listParts, readDigits, readNumber } from './typed-number.ts';

describe('a number that somebody typed', () => {
  it.each([
    ['3', 3],
    [' 0.5 ', 0.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e-3', 1e-3],
    ['1E3', 1000],
    ['+2', 2],
    ['-2', -2],
    ['１．５', 1.5],
    ['−2', -2],
  ])('%j is read', (text, value) => {
    expect(readNumber(text)).toBe(value);
  });

  it.each(['-0', '-0.0', '－０'])('%j is 0, without a sign', (text) => {
    expect(Object.is(readNumber(text), 0)).toBe(true);
  });

  it.each(['', ' ', '\t', '0x10', '0b1', 'Infinity', '-Infinity', 'NaN', '1_000', '1,5', '1 2', 'e3', '.', '1e', '٣'])(
    '%j is none',
    (text) => {
      expect(readNumber(text)).toBeNaN();
    },
  );

  it('is out of every range where it is beyond all numbers', () => {
    expect(readNumber('1e999')).toBe(Infinity);
  });

  it('has digits alone where it is a seed', () => {
    expect(['40', '４０', ' 7 '].map(readDigits)).toEqual([40, 40, 7]);
    for (const text of ['', '4.0', '1e3', '-1', '+1', '0x1', '9'.repeat(16)]) expect(readDigits(text)).toBeNaN();
  });

  it('stands in lists with any comma', () => {
    expect(listParts('1,2，3、4')).toEqual(['1', '2', '3', '4']);
  });
});

describe('a text that can be written', () => {
  it('holds whole characters, blanks and any script', () => {
    for (const text of ['blicket', 'a photo\tof\na church', '教堂', 'Ὀδυσσεύς', '⛪🎨', ''])
      expect(unwritable(text)).toBeNull();
  });

  it.each([
    ['bli\uD83Dcket', 'U+D83D'],
    ['\uDE00', 'U+DE00'],
    ['bli\u0000cket', 'U+0000'],
    ['bell\u0007', 'U+0007'],
    ['\u001b[31m', 'U+001B'],
    ['a\u009f', 'U+009F'],
  ])('%j is none', (text, code) => {
    expect(unwritable(text)).toBe(code);
    expect(() => needPlainText('trigger', text)).toThrow(
      `trigger: expected characters that can be written, got ${code}`,
    );
  });
});
