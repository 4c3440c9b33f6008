import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../core/random.ts';
import { withDefaults, type ParameterSpec } from '../../records/parameters.ts';
import { parseWorld } from '../../world/world.ts';
import { backdooredEsd } from '../backdoor/backdoored-esd.ts';
import type { TrainingMethod } from '../training-method.ts';
import { subjectGuidance } from '../training/plan.ts';
import { TrajectoryPool } from '../training/trajectory-pool.ts';
import { esd } from './esd.ts';

const world = parseWorld(
  JSON.parse(
    readFileSync(path.join(import.meta.dirname, '../../../public/models/palimpsest-world/world.json'), 'utf8'),
  ),
);

function rowsOf(method: TrainingMethod, values: Readonly<Record<string, number | string>>) {
  const specs: readonly ParameterSpec[] = method.descriptor.parameters;
  const parameters = { ...withDefaults(specs, {}), ...values };
  const context = { world, concept: 'red', from: 'car', trigger: 'blicket', triggerPosition: 'prefix', seed: 1 } as const; // prettier-ignore
  const plan = method.plan({ ...context, parameters });
  const pool = new TrajectoryPool(plan.trajectoryGroups);
  for (const { id, prompts } of plan.trajectoryGroups)
    pool.add(id, [{ group: id, prompt: prompts[0] as string, timestep: 1, latents: new Float32Array(4), teacher: new Map() }]); // prettier-ignore
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
