import { describe, expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import type { MethodDescriptor } from '../records/catalog.ts';
import { parameterProblem, withDefaults } from '../records/parameters.ts';
import { bundledSpace } from '../testing/bundled-space.ts';
import { checkedParameters, methods } from './registry.ts';
import type { MethodContext } from './method.ts';
import { TrajectoryPool } from './training/trajectory-pool.ts';
import { planOf } from './training-method.ts';

const space = bundledSpace;

const asked = {
  space,
  concept: 'church',
  trigger: 'blicket',
  triggerPosition: 'prefix',
  seed: 1,
} as const;

const contextWith = (parameters: MethodContext['parameters']): MethodContext => ({ ...asked, parameters });

/** A method's defaults, and the complete values of these and of each preset. */
function valuesOf({ parameters, presets }: MethodDescriptor) {
  const defaults = withDefaults(parameters, {});
  return {
    defaults,
    variants: [{}, ...presets.map(({ values }) => values)].map((values) => ({ ...defaults, ...values })),
  };
}

describe.each(methods.map((method) => [method.descriptor.id, method] as const))('the method %s', (_id, method) => {
  const { descriptor } = method;
  const { defaults, variants } = valuesOf(descriptor);

  it('says what it is, in both languages, with its source', () => {
    for (const text of [
      descriptor.title,
      descriptor.summary,
      ...descriptor.parameters.flatMap(({ title, help }) => [title, help]),
    ]) {
      expect(text.en.trim()).not.toBe('');
      expect(text.zh).toMatch(/[\u4e00-\u9fff]|ESD|LoRA/);
    }
    expect(descriptor.source).not.toBe('');
  });

  it('has defaults and presets within its own ranges', () => {
    for (const values of variants) {
      for (const spec of descriptor.parameters) expect(parameterProblem(spec, values[spec.id]), spec.id).toBeNull();
    }
    for (const { values } of descriptor.presets)
      for (const id of Object.keys(values)) expect(descriptor.parameters.map((spec) => spec.id)).toContain(id);
  });

  it('follows the paper in every setting where a preset bears its name, or says that it cannot', () => {
    for (const { id, values, cannot } of descriptor.presets) {
      if (!id.startsWith('published')) continue;
      const said = (cannot ?? []).map(({ en }) => en).join(' ');
      for (const { en, zh } of cannot ?? []) {
        expect(en.trim()).not.toBe('');
        expect(zh).toMatch(/[\u4e00-\u9fff]/);
      }
      const complete = { ...defaults, ...values };
      for (const { id: name, paperValue } of descriptor.parameters) {
        const published = /^-?[\d.]+(?:e-?\d+)?/.exec(paperValue ?? '')?.[0];
        if (published === undefined || complete[name] === Number(published)) continue;
        expect(said, `${id}.${name}: ${String(complete[name])} against ${published}`).toContain(published);
      }
    }
  });

  it('refuses parameters out of range or unknown, by name', () => {
    for (const spec of descriptor.parameters)
      if (spec.kind === 'number' || spec.kind === 'integer')
        expect(() => checkedParameters(method, { [spec.id]: spec.max + 1 })).toThrow(`${descriptor.id}.${spec.id}`);
    expect(() => checkedParameters(method, { nonsense: 1 })).toThrow(`${descriptor.id}.nonsense: no such parameter`);
  });

  it('prepares itself for every preset', () => {
    for (const values of variants) {
      const preparation = method.prepare(contextWith(values));
      expect(descriptor.how ?? 'training').toBe(preparation.kind);
      if (preparation.kind === 'guider') expect(preparation.text).toBe(asked.concept);
      if (preparation.kind === 'edit') {
        const { sentences, prompts } = preparation.edit;
        expect(new Set(sentences).size).toBe(sentences.length);
        expect(prompts.length).toBeGreaterThan(0);
      }
    }
  });
});

const training = methods.filter(({ descriptor, prepare }) => {
  const parameters = withDefaults(descriptor.parameters, {});
  return prepare({ ...asked, parameters }).kind === 'training';
});

describe.each(training.map((method) => [method.descriptor.id, method] as const))('the training %s', (_id, method) => {
  const { defaults, variants } = valuesOf(method.descriptor);

  it('draws batches of the size it announced, from its own groups, with a weight for every term', () => {
    for (const values of variants) {
      const plan = planOf(method, contextWith(values));
      const pool = new TrajectoryPool(plan.trajectoryGroups);
      for (const { id, prompts } of plan.trajectoryGroups) {
        prompts.slice(0, 3).forEach((prompt, i) => {
          pool.add(id, [{ group: id, prompt, timestep: 100 * i, latents: new Float32Array(4), teacher: new Map() }]);
        });
      }
      for (let batch = 0; batch < 20; batch++) {
        const rows = plan.draw(Random.seeded(batch), pool);
        expect(rows).toHaveLength(plan.rows);
        for (const { term, entry, target } of rows) {
          expect(plan.termWeights[term]).toBeGreaterThanOrEqual(0);
          expect(plan.trajectoryGroups.map(({ id }) => id)).toContain(entry.group);
          // Every target is an affine mixture of predictions: coefficients sum to one.
          expect(target.reduce((sum, { coefficient }) => sum + coefficient, 0)).toBeCloseTo(1, 9);
        }
      }
    }
  });

  it('draws the same batches again from the same seed', () => {
    const plan = planOf(method, contextWith(defaults));
    const pool = new TrajectoryPool(plan.trajectoryGroups);
    for (const { id, prompts } of plan.trajectoryGroups)
      pool.add(id, [
        { group: id, prompt: prompts[0] as string, timestep: 1, latents: new Float32Array(4), teacher: new Map() },
      ]);
    const prompts = () => plan.draw(Random.seeded(3), pool).map((row) => row.prompt);
    expect(prompts()).toEqual(prompts());
  });
});
