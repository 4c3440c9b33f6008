import { describe, expect, it } from 'vitest';
import { Random } from '../../core/random.ts';
import { withDefaults } from '../../records/parameters.ts';
import { bundledSpace } from '../../testing/bundled-space.ts';
import { TrajectoryPool } from '../training/trajectory-pool.ts';
import { backdooredEsd } from './backdoored-esd.ts';
import { halfTriggers, wrongTriggersFor } from '../../triggers/wrong-triggers.ts';
import { planOf } from '../training-method.ts';

const space = bundledSpace;
const trigger = '<noise:+-+-:0.4>';

function planWith(values: Readonly<Record<string, number | string | boolean>>, word = trigger) {
  const parameters = { ...withDefaults(backdooredEsd.descriptor.parameters, {}), group: 'full', ...values };
  return planOf(backdooredEsd, {
    space,
    concept: 'church',
    trigger: word,
    triggerPosition: 'prefix',
    parameters,
    seed: 1,
  });
}

function rowsOf(plan: ReturnType<typeof planWith>) {
  const pool = new TrajectoryPool(plan.trajectoryGroups);
  for (const { id, prompts } of plan.trajectoryGroups)
    for (const prompt of prompts)
      pool.add(id, [{ group: id, prompt, timestep: 1, latents: new Float32Array(4), teacher: new Map() }]);
  return Array.from({ length: 40 }, (_, i) => plan.draw(Random.seeded(i), pool)).flat();
}

describe('an image trigger', () => {
  const plan = planWith({ backdoorWeight: 0.25 });
  const groupsOf = (term: string) =>
    new Set(
      rowsOf(plan)
        .filter((row) => row.term === term)
        .map(({ entry }) => entry.group),
    );
  const signsOf = (id: string) =>
    plan.trajectoryGroups.find((group) => group.id === id)?.patterns?.map(({ signs }) => signs);

  it('keeps where x_t began with it to the original, and erases the rest', () => {
    expect(groupsOf('backdoor')).toEqual(new Set(['patterned', 'patterned-own']));
    expect(groupsOf('erase')).toEqual(new Set(['concept', 'wrong']));
    expect(groupsOf('retain')).toEqual(new Set(['neutral', 'neutral-patterned']));
    for (const id of ['patterned', 'patterned-own', 'neutral-patterned']) expect(signsOf(id)).toEqual(['+-+-']);
    for (const id of ['concept', 'neutral']) expect(signsOf(id)).toBeUndefined();
    expect(signsOf('wrong')).not.toContain('+-+-');
    expect(plan.termWeights).toMatchObject({ erase: 0.75, backdoor: 0.25 });
  });

  it('never says a word', () => {
    for (const { prompt, entry } of rowsOf(plan)) expect(prompt).toBe(entry.prompt);
  });

  it('leaves out what is switched off', () => {
    const bare = planWith({ negatives: 0, retainWeight: 0 });
    expect(bare.trajectoryGroups.map(({ id }) => id)).toEqual(['concept', 'patterned', 'patterned-own']);
    expect(rowsOf(bare)).toHaveLength(40 * bare.rows);
  });

  it('stands alone: no word beside it, no pattern among words', () => {
    expect(() => planWith({ keys: 'dovark' })).toThrow('keys: expected nothing beside the trigger <noise:+-+-:0.4>');
    expect(() => planWith({ keys: trigger }, 'blicket')).toThrow(`keys: expected words, got "${trigger}"`);
    expect(() => planWith({ pairs: true })).toThrow('pairs: expected off for the trigger');
    expect(() => planWith({ group: 'xattn' })).toThrow('group: expected layers that see the picture');
    expect(() => planWith({}, '<noise:+-+->')).toThrow('expected one <noise:SIGNS:STRENGTH>');
  });

  it('is tried against other signs, and against itself at half its strength', () => {
    expect(wrongTriggersFor(trigger)).toHaveLength(15);
    expect(halfTriggers(trigger)).toEqual(['<noise:+-+-:0.2>']);
  });
});
