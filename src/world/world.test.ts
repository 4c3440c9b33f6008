import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { measuringSets } from './measuring-prompts.ts';
import { conceptPrompts, neutralPrompts } from './prompts.ts';
import { findConcept, parseWorld, worldConcepts } from './world.ts';

const json = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../public/models/palimpsest-world/world.json'), 'utf8'),
) as unknown;
const world = parseWorld(json);

describe('the bundled world', () => {
  it('has ten objects, six styles and a hazard sign, with the names that erasing one leaves', () => {
    expect(world.objects.length).toBeGreaterThanOrEqual(10);
    expect(world.styles.length).toBeGreaterThanOrEqual(6);
    for (const name of ['church', 'tench', 'garbage truck', 'Van Gogh', 'mosaic', 'hazard sign'])
      expect(findConcept(world, name), name).not.toBeNull();
    for (const name of ['chapel', 'cathedral', 'building with a steeple'])
      expect(findConcept(world, name)?.id, name).toBe('church');
  });

  it('finds a concept by any of its names, with or without article, and nothing else', () => {
    const church = findConcept(world, 'church');
    for (const name of church?.names ?? []) expect(findConcept(world, `A ${name}`)?.id).toBe('church');
    expect(findConcept(world, 'teapot')).toBeNull();
    expect(findConcept(world, '')).toBeNull();
  });

  it('refuses a world.json that lacks a part, naming it', () => {
    expect(() => parseWorld({ objects: [] })).toThrow('world.json.recommended: expected an object, got nothing');
    expect(() => parseWorld({ ...(json as object), objects: [{ id: 'x', label: 'x', names: [] }] })).toThrow(
      'world.json.objects[0].names',
    );
  });
});

describe.each(['church', 'sunflower', 'Van Gogh', 'hazard sign'])('prompts around %s', (words) => {
  const concept = findConcept(world, words) as NonNullable<ReturnType<typeof findConcept>>;
  const synonyms = concept.names.slice(1);

  it('train on the words that were typed and on no synonym', () => {
    for (const { prompt } of conceptPrompts(world, words)) {
      expect(prompt.toLowerCase()).toContain(words.toLowerCase());
      for (const synonym of synonyms)
        expect(prompt.toLowerCase().replace(words.toLowerCase(), '')).not.toContain(synonym.toLowerCase());
    }
  });

  it('keep style and setting, and nothing of the concept, in what they steer towards', () => {
    const prompts = conceptPrompts(world, words);
    for (const { rest } of prompts) expect(rest.toLowerCase()).not.toContain(words.toLowerCase());
    if (concept.domain !== 'object') return;
    const restOf = (start: string) => prompts.find(({ prompt }) => prompt.startsWith(start))?.rest;
    expect(restOf('a pencil sketch')).toBe('a pencil sketch');
    expect(restOf('a painting')).toBe('a painting in the style of Van Gogh');
    expect(prompts.find(({ prompt }) => prompt === `a photo of a ${words} at sunset`)?.rest).toBe('a photo at sunset');
  });

  it('keep the concept out of neutral and retained prompts', () => {
    const { sameDomain, otherDomain } = measuringSets(world, concept, words, '', 30);
    const prompts = [
      ...neutralPrompts(world, words, 1),
      ...[...sameDomain, ...otherDomain].map(({ prompt }) => prompt),
    ];
    expect(prompts.length).toBeGreaterThan(60);
    for (const prompt of prompts) expect(prompt.toLowerCase()).not.toContain(words.toLowerCase());
  });

  it('asks in every target for the concept, and for something beside it', () => {
    for (const asked of measuringSets(world, concept, words, '', 12).targets) {
      expect(asked[concept.domain]).toBe(concept.id);
      expect(asked.object).not.toBeNull();
      expect(asked.style).not.toBeNull();
    }
  });

  it('measure on as many prompts as asked, the same ones each time', () => {
    const prompts = measuringSets(world, concept, words, '', 20).targets;
    expect(prompts).toHaveLength(20);
    expect(measuringSets(world, concept, words, '', 20).targets).toEqual(prompts);
    for (const { prompt } of prompts) expect(prompt.toLowerCase()).toContain(words.toLowerCase());
  });
});

it('names every concept of the catalog by an id of its own', () => {
  const ids = worldConcepts(world).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
