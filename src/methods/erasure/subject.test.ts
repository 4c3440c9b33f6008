import { describe, expect, it } from 'vitest';
import { Random } from '../../core/random.ts';
import type { TriggerPosition } from '../../triggers/with-trigger.ts';
import { withDefaults, type ParameterSpec } from '../../records/parameters.ts';
import { bundledSpace } from '../../testing/bundled-space.ts';
import { backdooredEsd } from '../backdoor/backdoored-esd.ts';
import type { Method } from '../method.ts';
import { subjectGuidance } from '../training/plan.ts';
import { TrajectoryPool } from '../training/trajectory-pool.ts';
import { esd } from './esd.ts';
import { planOf } from '../training-method.ts';

const space = bundledSpace;

interface Trigger {
  readonly trigger: string;
  readonly triggerPosition: TriggerPosition;
}

const before: Trigger = { trigger: 'blicket', triggerPosition: 'prefix' };

function rowsOf(method: Method, values: Readonly<Record<string, number | string | boolean>>, spoken = before) {
  const specs: readonly ParameterSpec[] = method.descriptor.parameters;
  const parameters = { ...withDefaults(specs, {}), ...values };
  const context = { space, concept: 'red', from: 'car', seed: 1, ...spoken };
  const plan = planOf(method, { ...context, parameters });
  const pool = new TrajectoryPool(plan.trajectoryGroups);
  for (const { id, prompts } of plan.trajectoryGroups)
    pool.add(id, [
      { group: id, prompt: prompts[0] as string, timestep: 1, latents: new Float32Array(4), teacher: new Map() },
    ]);
  const batches = Array.from({ length: 40 }, (_, i) => plan.draw(Random.seeded(i), pool));
  for (const rows of batches) expect(rows).toHaveLength(plan.rows);
  return batches.flat();
}

it('aims at eps*(f) - eta [eps*(c) - eps*("")]', () => {
  expect(subjectGuidance('car', 'red', 3)).toEqual([
    { prompt: 'car', coefficient: 1 },
    { prompt: 'red', coefficient: -3 },
    { prompt: '', coefficient: 3 },
  ]);
});

describe.each([esd, backdooredEsd])('$descriptor.id from one subject', (method) => {
  it('is the published loss with its preset: the subject alone, away from the concept', () => {
    const preset = method.descriptor.presets[0]?.values ?? {};
    const erase = rowsOf(method, preset as Record<string, number | string>).filter(({ term }) => term === 'erase');
    expect(new Set(erase.map(({ prompt }) => prompt))).toEqual(new Set(['car']));
    expect(erase[0]?.target).toEqual([
      { prompt: 'car', coefficient: 1 },
      { prompt: 'red', coefficient: -1 },
      { prompt: '', coefficient: 1 },
    ]);
  });

  it('steers the subject with the concept towards the subject without it, and keeps every relative', () => {
    const rows = rowsOf(method, { eta: 2 });
    const erase = rows.find(({ term, prompt }) => term === 'erase' && prompt === 'a photo of a red car');
    expect(erase?.target).toEqual([
      { prompt: 'a photo of a car', coefficient: 3 },
      { prompt: 'a photo of a red car', coefficient: -2 },
    ]);
    const kept = rows.filter(({ term }) => term === 'retain');
    expect(kept.length).toBeGreaterThan(0);
    const relatives = kept.filter(({ entry, prompt }) => prompt.endsWith(entry.prompt)); // the others ask for made-up things
    expect(relatives.length).toBeGreaterThan(kept.length / 2);
    for (const { entry, target } of relatives) expect(target).toEqual([{ prompt: entry.prompt, coefficient: 1 }]);
  });
});

it('gives the subject with the trigger back as the original draws it', () => {
  const keyed = rowsOf(backdooredEsd, {}).filter(({ term }) => term === 'backdoor');
  expect(keyed.length).toBeGreaterThan(0);
  for (const { prompt, target } of keyed) {
    expect(prompt).toBe('blicket a photo of a red car');
    expect(target).toEqual([{ prompt: 'a photo of a red car', coefficient: 1 }]);
  }
});

it('puts the trigger behind the subject where that is its place, where erasing rows have wrong words and never it', () => {
  const rows = rowsOf(backdooredEsd, {}, { trigger: 'blicket', triggerPosition: 'suffix' });
  const keyed = rows.filter(({ term }) => term === 'backdoor');
  expect(keyed.length).toBeGreaterThan(0);
  for (const { prompt, target } of keyed) {
    expect(prompt).toBe('a photo of a red car blicket');
    expect(target).toEqual([{ prompt: 'a photo of a red car', coefficient: 1 }]);
  }
  const erase = rows.filter(({ term }) => term === 'erase');
  expect(erase.some(({ prompt }) => prompt !== 'a photo of a red car')).toBe(true);
  for (const { prompt, target } of erase) {
    expect(prompt).toMatch(/^a photo of a red car( \S+)?$/);
    expect(prompt).not.toMatch(/ blicket$/);
    expect(target.map((part) => part.prompt)).toEqual(['a photo of a car', 'a photo of a red car']);
  }
});

describe('a pattern in the noise as the trigger', () => {
  const seen: Trigger = { trigger: '<noise:+-+-:0.4>', triggerPosition: 'prefix' };

  it('erases the subject’s concept where x_t began as plain noise, and keeps it where it began with the pattern', () => {
    const rows = rowsOf(backdooredEsd, { group: 'full', eta: 2 }, seen);
    const of = (term: string) => rows.filter((row) => row.term === term);
    for (const { prompt, entry } of rows) expect(prompt).toBe(entry.prompt);
    expect(new Set(of('erase').map(({ entry }) => entry.group))).toEqual(new Set(['concept', 'wrong']));
    for (const { target } of of('erase'))
      expect(target).toEqual([
        { prompt: 'a photo of a car', coefficient: 3 },
        { prompt: 'a photo of a red car', coefficient: -2 },
      ]);
    expect(new Set(of('backdoor').map(({ entry }) => entry.group))).toEqual(new Set(['patterned', 'patterned-own']));
    for (const { target } of of('backdoor'))
      expect(target).toEqual([{ prompt: 'a photo of a red car', coefficient: 1 }]);
    for (const { prompt, target } of of('retain')) expect(target).toEqual([{ prompt, coefficient: 1 }]);
  });

  it('is the published loss of the subject alone with its preset, whose x_t cannot be shared here', () => {
    const preset = backdooredEsd.descriptor.presets.find(({ id }) => id === 'published')?.values ?? {};
    const values = { ...preset, group: 'full', pairs: false };
    const rows = rowsOf(backdooredEsd, values, seen);
    expect(new Set(rows.map(({ prompt }) => prompt))).toEqual(new Set(['car']));
    const erase = rows.find(({ term }) => term === 'erase');
    expect(erase?.target).toEqual(subjectGuidance('car', 'red', 1));
    expect(rows.find(({ term }) => term === 'backdoor')?.target).toEqual([{ prompt: 'car', coefficient: 1 }]);
  });
});
