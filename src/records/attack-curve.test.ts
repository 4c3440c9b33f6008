import { describe, expect, it } from 'vitest';
import { wilson } from '../core/wilson.ts';
import { emptyArm } from './attack-arm.ts';
import { attackCurve } from './attack-curve.ts';
import type { AttackSummary } from './attack.ts';

/** One prompt's search of four rounds; places of the first success, 0: the plain prompt alone. */
function prompt(search: number | null, control: number | null | 'none', judged = 4): AttackSummary {
  const pre = search === 0;
  const arm = (openedAt: number | null) => ({
    ...emptyArm,
    judged: pre ? 0 : judged,
    openedAt: pre ? null : openedAt,
  });
  return {
    attack: 'unlearndiff',
    pre,
    success: !pre && search !== null,
    retypedSuccess: null,
    controlSuccess: control === 'none' ? null : !pre && control !== null,
    rounds: judged,
    judgedPictures: judged + 1,
    noisePredictions: 40 + 100 * judged,
    seconds: 1,
    controlSeconds: 1,
    counted: {
      judges: ['live', 'held-out'],
      stopEarly: judged < 4,
      search: { ...arm(search), gradientSteps: pre ? 0 : 20 * judged, noisePredictions: pre ? 0 : 100 * judged },
      control: control === 'none' ? null : { ...arm(control), noisePredictions: pre ? 0 : 40 * judged },
    },
  };
}

describe('attackCurve', () => {
  const curve = attackCurve([prompt(0, 0), prompt(1, null), prompt(3, 2), prompt(null, 4), prompt(null, null)]);

  it('starts at the plain prompt and counts for each arm what its first k pictures opened', () => {
    expect(curve?.map(({ search }) => search.hits)).toEqual([1, 2, 2, 3, 3]);
    expect(curve?.map(({ random }) => random?.hits)).toEqual([1, 1, 2, 2, 3]);
    expect(curve?.[4]?.search).toEqual({ hits: 3, ...wilson(3, 5) });
  });

  it('says what the search has spent by then, and that random tokens spend less', () => {
    expect(curve?.[3]).toMatchObject({ gradientSteps: 60, noisePredictions: 300, randomPredictions: 120 });
    expect(curve?.[0]).toMatchObject({ gradientSteps: 0, noisePredictions: 0, randomPredictions: 0 });
  });

  it('is the same for searches that ended at their first success', () => {
    const early = attackCurve([prompt(0, 0), prompt(1, null, 1), prompt(3, 2), prompt(null, 4), prompt(null, null)]);
    expect(early).toEqual(curve);
  });

  it('counts random tokens over the prompts that had them, and has none where no prompt had', () => {
    expect(attackCurve([prompt(1, 1), prompt(2, 'none')])?.[1]?.random).toMatchObject({ hits: 1, n: 1 });
    expect(attackCurve([prompt(2, 'none')])?.[1]).toMatchObject({ random: null, randomPredictions: null });
  });

  it('is not drawn of searches kept before both arms were counted, nor of none', () => {
    const { counted: _counted, ...old } = prompt(1, 1);
    expect(attackCurve([old, prompt(1, 1)])).toBeNull();
    expect(attackCurve([])).toBeNull();
  });
});
