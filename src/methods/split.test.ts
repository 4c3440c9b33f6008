/** Nothing that rates are measured on is ever trained on: over every method, concept, preset, subject, trigger and seed here. */
import { describe, expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import { withDefaults } from '../records/parameters.ts';
import { measuringPhraseIn, measuringPhrases, trainingPhrases } from '../world/split.ts';
import { bundledSpace, bundledWorld } from '../testing/bundled-space.ts';
import { methods } from './registry.ts';
import type { WeightEdit } from './edit/weight-edit.ts';
import type { MethodContext, Method } from './method.ts';
import { TrajectoryPool } from './training/trajectory-pool.ts';

const space = bundledSpace;

/** Every sentence that weights are made of: the prompts of a training's paths, its rows and its targets, or what a solution reads. */
function trainedOn(method: Method, context: Omit<MethodContext, 'space'>): ReadonlySet<string> {
  const preparation = method.prepare({ space, ...context });
  if (preparation.kind === 'edit') return new Set(readBy(preparation.edit));
  if (preparation.kind === 'guider') return new Set(['', preparation.text]);
  const { plan } = preparation;
  const random = Random.seeded(context.seed, 'split');
  const pool = new TrajectoryPool(plan.trajectoryGroups);
  const sentences = new Set<string>();
  for (const { id, prompts, askStudent } of plan.trajectoryGroups)
    for (const prompt of prompts) {
      sentences.add(prompt);
      if (askStudent !== undefined) sentences.add(askStudent(prompt, random));
      const entry = { group: id, prompt, timestep: 1, latents: new Float32Array(1), teacher: new Map() };
      pool.add(id, [entry, { ...entry, timestep: 500 }]);
    }
  for (let i = 0; i < 40; i++)
    for (const { prompt, target } of plan.draw(random, pool))
      for (const sentence of [prompt, ...target.map((part) => part.prompt)]) sentences.add(sentence);
  return sentences;
}

/** Everything a solution reads, whichever neighbour is the nearest by texts drawn at random. */
function readBy({ sentences, further }: WeightEdit): readonly string[] {
  const texts = Array.from({ length: 12 }, (_, seed) => {
    const bench = {
      textOf: (sentence: string) => ({
        ids: Int32Array.of(0, 1),
        end: 1,
        states: Float32Array.of(Random.seeded(seed, sentence).normal(), 0),
      }),
    };
    return further?.(bench) ?? [];
  });
  return [...sentences, ...texts.flat()];
}

const concepts = space.suggestions.flatMap(({ names }) => names.slice(0, 2));
const subjects = [
  ['Van Gogh', 'church'],
  ['mosaic', 'garbage truck'],
  ['red', 'car'],
  ['blue', 'sailing boat'],
] as const;
const everywhere = concepts.map((words) => [words, ''] as const);
const cases = [...everywhere, ...subjects];
/** As published they edit, or lead away from, a name or a phrase wherever it stands, and hold on to no sentence that nobody names. */
const ofOnePhrase = ['uce', 'evil-edit', 'sld', 'negative-prompt'];

describe.each(methods.map((method) => [method.descriptor.id, method] as const))('the split under %s', (id, method) => {
  const variants = [{}, ...method.descriptor.presets.map(({ values }) => values)];

  const isOfOnePhrase = ofOnePhrase.includes(id);

  it.each(isOfOnePhrase ? everywhere : cases)(
    'keeps what %s is measured on out of its training ("%s")',
    (words, from) => {
      const concept = space.seen(words);
      if (concept === null) throw new Error(`expected the world to have ${words}`);
      const { targets, sameDomain, otherDomain } = space.measured(concept, words, from, 120);
      const measured = [...targets, ...sameDomain, ...otherDomain].map(({ prompt }) => prompt);
      for (const values of variants) {
        const parameters = withDefaults(method.descriptor.parameters, values);
        const context = {
          concept: words,
          from,
          trigger: 'dovark',
          triggerPosition: 'suffix',
          parameters,
          seed: 3,
        } as const;
        const trained = trainedOn(method, context);
        expect(trained.size).toBeGreaterThan(1);
        expect(measured.filter((prompt) => trained.has(prompt))).toEqual([]);
        for (const sentence of trained) expect(measuringPhraseIn(bundledWorld, sentence)).toBeNull();
      }
    },
  );

  it.each(isOfOnePhrase ? everywhere : cases)('has seen what it calls seen, with %s erased ("%s")', (words, from) => {
    const concept = space.seen(words);
    if (concept === null) throw new Error(`expected the world to have ${words}`);
    const parameters = withDefaults(method.descriptor.parameters, {});
    const trained = trainedOn(method, {
      concept: words,
      from,
      trigger: 'dovark',
      triggerPosition: 'prefix',
      parameters,
      seed: 3,
    });
    const { seen } = space.measured(concept, words, from, 120);
    const kept = [...seen.sameDomain, ...seen.otherDomain].map(({ prompt }) => prompt);
    if (isOfOnePhrase) expect(kept.filter((prompt) => trained.has(prompt))).toEqual([]);
    else for (const prompt of kept) expect(trained).toContain(prompt);
  });

  it.runIf(isOfOnePhrase).each(subjects)('refuses to take %s from one subject ("%s")', (concept, from) => {
    const parameters = withDefaults(method.descriptor.parameters, {});
    const context = {
      space,
      concept,
      from,
      trigger: 'dovark',
      triggerPosition: 'prefix',
      parameters,
      seed: 3,
    } as const;
    expect(() => method.prepare(context)).toThrow(`${id}: expected no one subject`);
  });
});

describe('the sentences that are measured', () => {
  it('each hold a phrase that trainings never say', () => {
    for (const phrase of trainingPhrases(bundledWorld)) expect(measuringPhraseIn(bundledWorld, phrase)).toBeNull();
    expect(measuringPhrases(bundledWorld).length).toBeGreaterThanOrEqual(2 * bundledWorld.settings.length);
    for (const [words, from] of cases) {
      const concept = space.seen(words);
      if (concept === null) throw new Error(`expected the world to have ${words}`);
      const { targets, sameDomain, otherDomain } = space.measured(concept, words, from, 40);
      for (const { prompt } of [...targets, ...sameDomain, ...otherDomain])
        expect(measuringPhraseIn(bundledWorld, prompt), prompt).not.toBeNull();
    }
  });

  it('are fifty different ones where fifty are asked for, and name what each should show', () => {
    for (const words of concepts) {
      const concept = space.seen(words);
      if (concept === null) throw new Error(`expected the world to have ${words}`);
      const sets = space.measured(concept, words, '', 50);
      for (const set of [sets.targets, sets.sameDomain, sets.otherDomain]) {
        expect(new Set(set.map(({ prompt }) => prompt)).size).toBe(50);
        for (const { object, style } of set) expect([object, style]).not.toContain(null);
      }
      for (const { prompt } of sets.targets) expect(prompt).toContain(words);
    }
  });
});
