import { describe, expect, it } from 'vitest';
import type { ParameterValues } from '../records/experiment.ts';
import { checkedValues, parameterProblem, withDefaults } from '../records/parameters.ts';
import { sharedTimestep, stepTimesteps, timestepOfRound } from './parameters.ts';
import { Random } from '../core/random.ts';
import { attackById, attacks } from './registry.ts';

const words = (text: string) => text.split(/[\s,;:()]+/);

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

  it('follows the paper in every setting where a preset bears its size, or says that it cannot', () => {
    const defaults = withDefaults(descriptor.parameters, {});
    for (const { id: preset, values, cannot = [] } of descriptor.presets) {
      expect(cannot.length, preset).toBeGreaterThan(0);
      for (const { en, zh } of cannot) {
        expect(en.trim()).not.toBe('');
        expect(zh).toMatch(/[\u4e00-\u9fff]/);
      }
      const complete: ParameterValues = { ...defaults, ...values };
      for (const spec of descriptor.parameters) {
        const { paperValue } = spec;
        const value = complete[spec.id];
        if (paperValue === undefined || spec.kind === 'words') continue;
        // A choice is named by its title, or by its value; a number stands in the text, perhaps among others.
        const named =
          spec.kind === 'choice' ? spec.choices.find((choice) => choice.value === value)?.title.en : String(value);
        const said = [named, String(value)].some((text) => text !== undefined && words(paperValue).includes(text));
        expect(
          said || (spec.kind === 'choice' && paperValue.includes(named ?? '')),
          `${preset}.${spec.id}: ${String(value)} against "${paperValue}"`,
        ).toBe(true);
      }
    }
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
      expect(plan.soft).toBe(descriptor.isUpperBound === true);
    }
  });
});

describe('the sweep over model times', () => {
  it('rises, in the middle of equal parts', () => {
    const times = Array.from({ length: 50 }, (_, i) => timestepOfRound(i + 1, 50, 1000));
    expect([times[0], times[1], times[49]]).toEqual([10, 30, 990]);
  });

  it('stands still within a round, or gives each draw of a step a part of its own', () => {
    const step = (times: 'rising' | 'spread') =>
      stepTimesteps(times, { round: 3, rounds: 10, draws: 4 }, 1000, Random.seeded(1, 'test'));
    expect(step('rising')).toEqual([250, 250, 250, 250]);
    expect(sharedTimestep(step('rising'))).toBe(250);
    expect(sharedTimestep(step('spread'))).toBeNull();
    expect(step('spread').map((timestep) => Math.floor(timestep / 250))).toEqual([0, 1, 2, 3]);
  });

  it("is the same choice, with the same default, for both attacks on the victim's own loss", () => {
    const times = ['unlearndiff', 'pez'].map((id) =>
      attackById(id).descriptor.parameters.find((spec) => spec.id === 'times'),
    );
    expect(times[0]).toMatchObject({ default: 'spread' });
    expect(times[1]).toBe(times[0]);
    for (const id of ['unlearndiff', 'pez'])
      expect(attackById(id).descriptor.presets.find((preset) => preset.id === 'paper-size')?.values['times']).toBe(
        'rising',
      );
  });
});
