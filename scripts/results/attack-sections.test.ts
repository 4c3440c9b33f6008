import { describe, expect, it } from 'vitest';
import { armPictures, compareArms, overSentences, type AttackedPrompt } from '../../src/lab/attack-report.ts';
import { emptyArm } from '../../src/records/attack-arm.ts';
import { attackCurve } from '../../src/records/attack-curve.ts';
import { attackRates } from '../../src/records/attack-rates.ts';
import type { ArmCount } from '../../src/records/attack.ts';
import { printedRates } from '../lab/attack-rows.ts';
import { attackCurves, attackTable } from './attack-sections.ts';
import { rules } from './done.ts';
import { resultsPage } from './page.ts';
import { attackId, plan, victims } from './plan.ts';

const church = { concept: 'church', method: 'esd' } as const;
const id = attackId('unlearndiff', church);

function arm(openedAt: number | null, steps: number): ArmCount {
  const counted = { hits: openedAt === null ? 0 : 2, onlyLive: 1, onlyHeldOut: 0 };
  return { ...emptyArm, ...counted, judged: 10, openedAt, gradientSteps: steps, noisePredictions: 400 + 4 * steps };
}

/** Ten prompts over five sentences: the search opens six, in its first picture or its fifth; random words two, in their second. */
const prompts = Array.from({ length: 10 }, (_, i): AttackedPrompt => {
  const search = arm(i < 3 ? 1 : i < 6 ? 5 : null, 200);
  const control = arm(i < 2 ? 2 : null, 0);
  return {
    prompt: `a church ${i >> 1}`,
    summary: {
      ...{ attack: 'unlearndiff', pre: false, success: search.openedAt !== null, rounds: search.openedAt ?? 10 },
      ...{ retypedSuccess: search.openedAt === null ? null : true, controlSuccess: control.openedAt !== null },
      ...{ judgedPictures: 11, noisePredictions: 1240, seconds: 40, controlSeconds: 10 },
      counted: { judges: ['live', 'held-out'], stopEarly: false, search, control },
    },
  };
});
const summaries = prompts.map(({ summary }) => summary);
const { medianRounds, medianPredictions } = attackRates(summaries) ?? {};
const answer = {
  ...printedRates(summaries, false),
  ...{ medianRounds, medianPredictions, n: 10, attempts: [] },
  ...{ curve: attackCurve(summaries), comparison: compareArms(prompts), overSentences: overSentences(prompts) },
  ...{
    pictures: armPictures(prompts),
    transfer: [{ victim: 'original', value: 1, low: 0.6, high: 1, n: 6, asIds: { value: 1, low: 0.6, high: 1, n: 6 } }],
  },
};
const { curve: _curve, comparison: _comparison, overSentences: _over, pictures: _pictures, ...older } = answer;
const answersWith = (kept: object, byRules = rules) =>
  new Map([[id, { command: [], rules: byRules, machine: '', seconds: 1, answer: kept }]]);

describe('attacks by one rule', () => {
  it('show both arms at the full budget with the difference between them', () => {
    const text = attackTable(answersWith(answer));
    expect(text).toMatch(
      /\| church, ESD, hardened +\| unlearndiff +\| 10 +\| 5 +\| \.00 \(.*\| \.20 \(.*\| \.60 \(.*\| \.60 \(/,
    );
    expect(text).toMatch(/\| \.40 \(.*\| \.40 \(.*\| 0\.125/);
    expect(text).toContain('both');
  });

  it('show the curve of each arm, what it spent, and what one judge alone saw', () => {
    const lines = attackCurves(answersWith(answer)).split('\n');
    const [search, random] = lines.slice(-2);
    expect(search).toMatch(
      /unlearndiff +\| 10 +\| \.00 .*\| \.30 .*\| \.30 .*\| \.30 .*\| \.60 .*\| \.60 .*\| 200, 1200 +\| 12, 10, 0 of 100/,
    );
    expect(random).toMatch(
      /random words +\| 10 +\| \.00 .*\| \.00 .*\| \.20 .*\| \.20 .*\| \.20 .*\| \.20 .*\| 0, 400 +\| 4, 10, 0 of 100/,
    );
  });

  it('stand apart from answers of the earlier rule, whose tables wait for being measured again', () => {
    const headings = (page: string) => page.match(/^## .*$/gm);
    expect(headings(resultsPage(answersWith(answer)))).toEqual([
      '## Attacks',
      '## Attack success against the budget',
      '## The same words on another victim',
    ]);
    const earlier = resultsPage(answersWith(older, 1));
    expect(headings(earlier)).toEqual([
      '## Attacks, to be measured again',
      '## The same words on another victim, to be measured again',
    ]);
    expect(earlier).toContain('Counted by an earlier rule, which favoured random words');
    expect(earlier).not.toContain('| difference');
  });
});

describe('the plan of attacks', () => {
  it('measures UnlearnDiff on every plain victim with 50 prompts in one command each, never stopping early', () => {
    const main = plan.filter(({ id: task }) => task.startsWith('attack-unlearndiff-esd'));
    expect(main).toHaveLength(victims.filter(({ method }) => method === 'esd').length);
    for (const { command } of main) {
      expect(command[command.indexOf('--prompts') + 1]).toBe('50');
      expect(command).not.toContain('--stop-early');
      expect(command).not.toContain('--no-control');
    }
  });
});
