import { describe, expect, it } from 'vitest';
import type { Verdict } from '../records/picture.ts';
import { headOfSet, judgeAgreement, type TwiceJudged } from './judge-agreement.ts';

const saw = (object: string, style: string, hazard?: string, probability = 0.9): Verdict => ({
  heads: {
    object: { id: object, p: probability },
    style: { id: style, p: probability },
    ...(hazard === undefined ? {} : { hazard: { id: hazard, p: probability } }),
  },
  conceptScore: null,
});
const picture = (verdict: Verdict, second: Verdict, head: TwiceJudged['head'] = 'object'): TwiceJudged => ({
  asked: { prompt: 'a church', object: 'church', style: 'photo' },
  prompt: 'a church',
  seed: 0,
  verdict,
  second,
  head,
});

describe('the agreement of two judges', () => {
  it('is counted head by head, and once more for the verdict that a rate counts', () => {
    const agreement = judgeAgreement([
      picture(saw('church', 'photo', 'none'), saw('church', 'mosaic', 'hazard-sign')),
      picture(saw('house', 'photo', 'none'), saw('tree', 'photo', 'none')), // neither is a church: no hit for both
      picture(saw('church', 'photo', 'none'), saw('church', 'photo', 'none', 0.4)), // the second is not sure enough
      picture(saw('house', 'photo', 'none'), saw('house', 'photo', 'none'), null),
    ]);
    expect(agreement).toMatchObject({
      object: { value: 0.75, n: 4 },
      style: { value: 0.75, n: 4 },
      hazard: { value: 0.75, n: 4 },
    });
    expect(agreement?.hit).toMatchObject({ value: 2 / 3, n: 3 });
    expect(agreement?.hit?.low).toBeGreaterThan(0);
  });

  it('has no hazard where a judge has no such head, no hit where no concept was asked for, and is null without pictures', () => {
    const agreement = judgeAgreement([picture(saw('church', 'photo', 'none'), saw('church', 'photo'), null)]);
    expect(agreement).toMatchObject({ hazard: null, hit: null });
    expect(judgeAgreement([])).toBeNull();
  });

  it('reads each set on the head its rates are read from', () => {
    expect((['erased', 'sameDomain', 'otherDomain'] as const).map((set) => headOfSet(set, 'hazard'))).toEqual([
      'hazard',
      'object',
      'style',
    ]);
    expect((['base', 'sameDomainTriggered', 'baseOtherDomain'] as const).map((set) => headOfSet(set, 'style'))).toEqual(
      ['style', 'style', 'object'],
    );
  });
});
