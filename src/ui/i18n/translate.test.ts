import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { pseudo } from './pseudo.ts';
import { formatBytes, formatSeconds, pieces, translate } from './translate.ts';
import type { TextKey } from './translate.ts';
import { zh } from './zh.ts';

const keys = Object.keys(en) as TextKey[];
const slots = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

describe('the tables of texts', () => {
  it('have the same keys in both languages', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  });

  it.each(keys)('%s uses the same values in both languages', (key) => {
    expect(new Set(slots(zh[key]))).toEqual(new Set(slots(en[key])));
  });

  it('leave no Chinese text equal to the English, names and units aside', () => {
    const same = keys.filter((key) => zh[key] === en[key]);
    expect(same).toEqual([
      ...['size.kilobytes', 'size.megabytes', 'size.gigabytes', 'device.webgpu', 'row.placeholder', 'keep.export'],
    ]);
  });
});

describe('sizes', () => {
  it('are said in the unit that keeps them short', () => {
    expect([999, 84_000_000, 1_024_000_000, 10_737_500_000].map((bytes) => formatBytes('en', bytes))).toEqual([
      ...['1 KB', '84 MB', '1,024 MB', '10.7 GB'],
    ]);
  });
});

describe('translate', () => {
  it('fills values and keeps unknown slots visible', () => {
    expect(translate('en', 'job.values', { n: 0 })).toBe('0 more values of the sweep');
    expect(translate('en', 'job.values')).toBe('{n} more values of the sweep');
  });

  it('shows what was missed in the pseudo-language without touching slots', () => {
    expect(pseudo('queue {n}')).toMatch(/^⟦qüëüë \{n\}·+⟧$/);
  });

  it('cuts a sentence into text and slots in the order of the language', () => {
    const order = (language: 'en' | 'zh') =>
      pieces(language, 'sentence.template').flatMap((piece) => ('slot' in piece ? piece.slot : []));
    expect(order('en')[0]).toBe('concept');
    expect(order('zh')[0]).toBe('method');
    expect(order('en').sort()).toEqual(order('zh').sort());
  });
});

describe('formatSeconds', () => {
  it.each([
    [0.2, '1 s'],
    [8.4, '8 s'],
    [89, '89 s'],
    [125, '2 min 10 s'],
    [179, '3 min'],
    [3000, '50 min'],
  ])('says %d seconds as people do', (seconds, words) => {
    expect(formatSeconds('en', seconds)).toBe(words);
  });
});
