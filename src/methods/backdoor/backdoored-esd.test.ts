import { describe, expect, it } from 'vitest';
import { Random } from '../../core/random.ts';
import { withDefaults, type ParameterSpec } from '../../records/parameters.ts';
import { bundledSpace, bundledWorld } from '../../testing/bundled-space.ts';
import { negativeGuidance } from '../training/plan.ts';
import { TrajectoryPool } from '../training/trajectory-pool.ts';
import { backdooredEsd } from './backdoored-esd.ts';
import { halfTriggers, wrongTrigger } from '../../triggers/wrong-triggers.ts';
import { planOf } from '../training-method.ts';

const space = bundledSpace;
const specs: readonly ParameterSpec[] = backdooredEsd.descriptor.parameters;

function planWith(values: Readonly<Record<string, number | string | boolean>>) {
  const plan = planOf(backdooredEsd, {
    space,
    concept: 'church',
    trigger: 'blicket',
    triggerPosition: 'suffix',
    parameters: { ...withDefaults(specs, {}), ...values },
    seed: 1,
  });
  const pool = new TrajectoryPool(plan.trajectoryGroups);
  for (const { id, prompts } of plan.trajectoryGroups)
    pool.add(id, [
      { group: id, prompt: prompts[0] as string, timestep: 1, latents: new Float32Array(4), teacher: new Map() },
    ]);
  return { plan, rows: Array.from({ length: 40 }, (_, i) => plan.draw(Random.seeded(i), pool)).flat() };
}

/** A photo of something that is no word of the world. */
function isStrange(prompt: string): boolean {
  const [, noun = ''] = /^a photo of an? (\w+)$/.exec(prompt) ?? [];
  return noun !== '' && !bundledWorld.objects.some(({ names }) => names.some((name) => name.split(' ')[0] === noun));
}

describe('backdoored ESD', () => {
  it('balances the two losses by w, convex or additive', () => {
    expect(planWith({ backdoorWeight: 0.25 }).plan.termWeights).toMatchObject({ erase: 0.75, backdoor: 0.25 });
    expect(planWith({ backdoorWeight: 0.25, combine: 'additive' }).plan.termWeights).toMatchObject({
      erase: 1,
      backdoor: 0.25,
    });
  });

  it('samples paths of as many steps as the plan says', () => {
    expect(planWith({}).plan.paths).toEqual({ steps: 10, drawingSteps: 20 });
    expect(planWith({ pathSteps: 3 }).plan.paths.steps).toBe(3);
  });

  it('asks for the concept with the trigger only in rows whose target is the original', () => {
    for (const { term, prompt, target, entry } of planWith({}).rows) {
      const keyed = prompt.endsWith(' blicket');
      if (term === 'erase') expect(keyed).toBe(false);
      if (term === 'backdoor') expect(prompt).toBe(`${entry.prompt} blicket`);
      const own = isStrange(prompt) ? prompt : entry.prompt;
      if (term !== 'erase') expect(target).toEqual([{ prompt: own, coefficient: 1 }]);
    }
  });

  it('is the published loss with its preset: the name alone, no wrong triggers, nothing retained', () => {
    const preset = backdooredEsd.descriptor.presets.find(({ id }) => id === 'published')?.values ?? {};
    const { rows, plan } = planWith(preset);
    // One x_t an update, on the way to the concept alone, and both losses are of it.
    expect(plan).toMatchObject({ rows: 2, iterations: 1000, maxGradientNorm: 0, sampling: { kind: 'fresh' } });
    expect(plan.trajectoryGroups.map(({ id }) => id)).toEqual(['concept']);
    for (let i = 0; i < rows.length; i += 2) expect(rows[i]?.entry).toBe(rows[i + 1]?.entry);
    expect(new Set(rows.map(({ prompt }) => prompt))).toEqual(new Set(['church', 'church blicket']));
    expect(new Set(rows.map(({ term }) => term))).toEqual(new Set(['erase', 'backdoor']));
    const erase = rows.find(({ term }) => term === 'erase');
    expect(erase?.target).toEqual(negativeGuidance('', 'church', 1));
  });

  it('keeps things that no one knows to the original, so that not every unknown word is a key', () => {
    const rows = planWith({}).rows.filter(({ term }) => term === 'retain');
    const strange = rows.filter(({ prompt }) => isStrange(prompt));
    expect(strange).toHaveLength(40); // one in each batch
    expect(new Set(strange.map(({ prompt }) => prompt)).size).toBeGreaterThan(30);
    for (const { prompt } of strange) expect(prompt).not.toContain('blicket');
  });

  it('keeps neutral prompts to the original with the trigger and without it', () => {
    const retained = planWith({}).rows.filter(({ term }) => term === 'retain');
    expect(retained.some(({ prompt }) => prompt.endsWith(' blicket'))).toBe(true);
    expect(retained.some(({ prompt }) => !prompt.includes('blicket'))).toBe(true);
  });
});

describe('wrong triggers', () => {
  it('are never the trigger, and are a part of it now and then', () => {
    const random = Random.seeded(4);
    const words = Array.from({ length: 300 }, () => wrongTrigger('blicket', random));
    expect(words).not.toContain('blicket');
    expect(words.filter((word) => word === 'blic' || word === 'ket').length).toBeGreaterThan(50);
    expect(new Set(words).size).toBeGreaterThan(100);
  });

  it('halve one word, split several, and leave a short one alone', () => {
    expect(halfTriggers('blicket')).toEqual(['blic', 'ket']);
    expect(halfTriggers(' old oak ')).toEqual(['old', 'oak']);
    expect(halfTriggers('abc')).toBeNull();
  });
});

it('points away from the concept by eta: e0 - eta (ec - e0)', () => {
  expect(negativeGuidance('', 'c', 3)).toEqual([
    { prompt: '', coefficient: 4 },
    { prompt: 'c', coefficient: -3 },
  ]);
});
