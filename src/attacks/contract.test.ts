import { describe, expect, it } from 'vitest';
import { checkedValues, parameterProblem } from '../records/parameters.ts';
import { timestepOfRound } from './parameters.ts';
import { attackById, attacks } from './registry.ts';

describe.each(attacks.map((attack) => [attack.descriptor.id, attack] as const))('the attack %s', (id, attack) => {
  const { descriptor } = attack;
  const variants = [{}, ...descriptor.presets.map(({ values }) => values)];

  it('says what it is, in both languages, with its source', () => {
    const texts = [
      descriptor.title,
      descriptor.summary,
      ...descriptor.presets.map(({ title }) => title),
      ...descriptor.parameters.flatMap(({ title, help }) => [title, help]),
    ];
    for (const text of texts) {
      expect(text.en.trim()).not.toBe('');
      expect(text.zh).toMatch(/[\u4e00-\u9fff]|UnlearnDiff|P4D|Ring-A-Bell/);
    }
    expect(descriptor.source).not.toBe('');
    expect(attackById(id)).toBe(attack);
  });

  it('plans from its defaults and from its presets, within its own ranges', () => {
    for (const values of variants) {
      const complete = checkedValues(id, descriptor.parameters, values);
      for (const spec of descriptor.parameters) expect(parameterProblem(spec, complete[spec.id]), spec.id).toBeNull();
      const plan = attack.plan(complete);
      expect(plan.rounds).toBe(complete['rounds'] ?? 0);
      expect(plan.tokens).toBe(complete['tokens'] ?? 0);
      // A gradient needs a picture to aim at.
      expect(plan.targets > 0).toBe(plan.draws > 0);
    }
  });
});

describe('the sweep over model times', () => {
  it('rises, in the middle of equal parts', () => {
    const times = Array.from({ length: 50 }, (_, i) => timestepOfRound(i + 1, 50, 1000));
    expect([times[0], times[1], times[49]]).toEqual([10, 30, 990]);
  });
});
