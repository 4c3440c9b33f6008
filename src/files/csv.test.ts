import { describe, expect, it } from 'vitest';
import { csvFile, csvLines } from './csv.ts';

describe('CSV', () => {
  it('quotes what needs it and ends every line with CR LF', () => {
    expect(csvLines([['a,b', 'say "x"', 'two\nlines', null, true, 1.5]])).toBe(
      '"a,b","say ""x""","two\nlines",,true,1.5\r\n',
    );
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    ['+cmd|x', "'+cmd|x"],
    ['-dovark', "'-dovark"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', `"'\rx"`],
    ['＝1+1', "'＝1+1"],
    ['-', "'-"],
    ['-1-1', "'-1-1"],
    ['a=b', 'a=b'],
    ['教堂，梵高', '教堂，梵高'],
  ])('writes %j as %j, which no spreadsheet computes', (text, cell) => {
    expect(csvLines([[text]])).toBe(`${cell}\r\n`);
  });

  it('leaves numbers numbers, as values and as texts', () => {
    expect(csvLines([[-0.5, '-0.5', '+3', -1e-7, '-1e-7', '.5']])).toBe('-0.5,-0.5,+3,-1e-7,-1e-7,.5\r\n');
  });

  it('has nothing where a number is not finite', () => {
    expect(csvLines([['a', Number.NaN, Infinity, -Infinity, 0]])).toBe('a,,,,0\r\n');
  });

  it('begins a file with the byte order mark that Excel asks for', () => {
    const bytes = csvFile(csvLines([['é', '教']]));
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(new TextDecoder().decode(bytes)).toBe('é,教\r\n');
  });
});
