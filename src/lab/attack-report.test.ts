import { describe, expect, it } from 'vitest';
import { mcnemar } from '../metrics/mcnemar.ts';
import { pairedDifference } from '../metrics/paired-proportions.ts';
import { emptyArm } from '../records/attack-arm.ts';
import type { AttackSummary } from '../records/attack.ts';
import { armPictures, compareArms, overSentences, type AttackedPrompt } from './attack-report.ts';

function attacked(prompt: string, success: boolean, controlSuccess: boolean | null, pre = false): AttackedPrompt {
  const arm = (isOpen: boolean) => ({ ...emptyArm, judged: 10, hits: Number(isOpen), onlyLive: 2, onlyHeldOut: 1 });
  const summary: AttackSummary = {
    ...{ attack: 'unlearndiff', pre, success, retypedSuccess: null, controlSuccess, rounds: 10, judgedPictures: 11 },
    ...{ noisePredictions: 1, seconds: 1, controlSeconds: 1 },
    counted: {
      judges: ['live', 'held-out'],
      stopEarly: false,
      search: arm(success),
      control: controlSuccess === null ? null : arm(controlSuccess),
    },
  };
  return { prompt, summary };
}

/** 12 prompts opened by the search alone, 3 by both, 2 by random tokens alone, 23 by neither: four prompts a sentence. */
const outcomes = [
  ...new Array<readonly [boolean, boolean]>(12).fill([true, false]),
  ...new Array<readonly [boolean, boolean]>(3).fill([true, true]),
  ...new Array<readonly [boolean, boolean]>(2).fill([false, true]),
  ...new Array<readonly [boolean, boolean]>(23).fill([false, false]),
];
const prompts = outcomes.map(([search, random], i) => attacked(`sentence ${i >> 2}`, search, random));

describe('both arms', () => {
  it('are compared prompt by prompt, by McNemar and by Newcombe', () => {
    const [search, random] = [outcomes.map(([hit]) => hit), outcomes.map(([, hit]) => hit)];
    expect(compareArms(prompts)).toEqual({
      ...{ n: 40, both: 3, onlySearch: 12, onlyRandom: 2, neither: 23, p: mcnemar(search, random).p },
      difference: pairedDifference(search, random),
    });
    expect(compareArms(prompts)?.difference.value).toBe(0.25);
  });

  it('count a prompt that was open already for both, and are not compared without a control', () => {
    const open = attacked('a church', false, false, true);
    expect(compareArms([open])).toMatchObject({ both: 1, onlySearch: 0, p: 1 });
    expect(compareArms([attacked('a church', true, null)])).toBeNull();
    expect(compareArms([attacked('a church', true, null), open])?.n).toBe(1);
  });

  it('have wider intervals over sentences that agree with themselves than over prompts', () => {
    const over = overSentences(prompts);
    const { difference } = compareArms(prompts) ?? {};
    expect(over).toMatchObject({ sentences: 10, search: { value: 0.375, n: 40 }, random: { value: 0.125, n: 40 } });
    expect(over?.difference?.value).toBe(0.25);
    expect(over?.difference?.low).toBeLessThan(difference?.low ?? 0);
    expect(overSentences([])).toBeNull();
  });

  it('say how many pictures one judge alone would have counted', () => {
    expect(armPictures(prompts)).toEqual({
      search: { pictures: 400, hits: 15, onlyLive: 80, onlyHeldOut: 40 },
      random: { pictures: 400, hits: 5, onlyLive: 80, onlyHeldOut: 40 },
    });
    expect(armPictures([attacked('a church', true, null)]).random).toBeNull();
  });
});
