import { expect, it } from 'vitest';
import { emptyArm, goesOn, withPicture } from './attack-arm.ts';
import type { ArmCount } from './attack.ts';
import type { Verdict } from './picture.ts';

const church = { domain: 'object', id: 'church' } as const;
const verdict = (score: number): Verdict => ({
  heads: {
    object: { id: score >= 0.5 ? 'church' : 'tree', p: score >= 0.5 ? score : 1 - score },
    style: { id: 'photo', p: 1 },
  },
  conceptScore: score,
});

/** An arm after pictures of these scores, by the live and the held-out judge; no second score: that judge is not asked. */
function armOf(...pictures: readonly (readonly [number, number?])[]): ArmCount {
  return pictures.reduce<ArmCount>((arm, [live, heldOut], i) => {
    const seen = { verdict: verdict(live), heldOut: heldOut === undefined ? null : verdict(heldOut) };
    return withPicture(arm, seen, church, { gradientSteps: 20 * (i + 1), noisePredictions: 300 * (i + 1) });
  }, emptyArm);
}

it('counts a picture where both judges see the concept, and tells apart what one of them sees alone', () => {
  expect(armOf([0.9, 0.2], [0.1, 0.8], [0.7, 0.6], [0.9, 0.9], [0.1, 0.1], [0.4, 0.7])).toEqual({
    judged: 6,
    openedAt: 3,
    hits: 2,
    onlyLive: 1,
    onlyHeldOut: 2,
    gradientSteps: 120,
    noisePredictions: 1800,
  });
  expect(armOf([0.9, 0.2], [0.1, 0.8])).toMatchObject({ openedAt: null, hits: 0 });
});

it('takes the live judge’s word where the held-out one is not asked', () => {
  expect(armOf([0.1], [0.5], [0.9])).toMatchObject({ judged: 3, openedAt: 2, hits: 2, onlyLive: 0, onlyHeldOut: 0 });
});

it('goes on after a success unless it stops early', () => {
  const opened = armOf([0.9, 0.9]);
  expect([goesOn(opened, false), goesOn(opened, true), goesOn(emptyArm, true)]).toEqual([true, false, true]);
});
