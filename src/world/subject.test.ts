import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { subjectSets } from './subject-sets.ts';
import { subjectPrompts } from './subject.ts';
import { parseWorld } from './world.ts';

const world = parseWorld(
  JSON.parse(readFileSync(path.join(import.meta.dirname, '../../public/models/palimpsest-world/world.json'), 'utf8')),
);

describe.each([
  { words: 'red', from: 'car', pair: ['a photo of a red car', 'a photo of a car'] },
  { words: 'snow', from: 'church', pair: ['a photo of a church in the snow', 'a photo of a church'] },
  { words: 'Van Gogh', from: 'boat', pair: ['a painting of a boat in the style of Van Gogh', 'a photo of a boat'] },
])('$words from $from', ({ words, from, pair }) => {
  const { pairs, neutral } = subjectPrompts(world, words, from, 1);

  it('pairs the subject with the concept and the same without it', () => {
    expect(pairs).toContainEqual({ prompt: pair[0], rest: pair[1] });
    for (const { prompt, rest } of pairs) {
      expect(prompt).toContain(from);
      expect(prompt).toContain(words);
      expect(rest).toContain(from);
      expect(rest).not.toContain(words);
    }
  });

  it('keeps the concept on others and the subject without it, and never the two together', () => {
    const first = neutral.slice(0, 12); // what a small pool holds
    expect(first.some((prompt) => prompt.includes(words) && !prompt.includes(from))).toBe(true);
    expect(first.some((prompt) => prompt.includes(from) && !prompt.includes(words))).toBe(true);
    expect(first.some((prompt) => !prompt.includes(from) && !prompt.includes(words))).toBe(true);
    expect(neutral.filter((prompt) => prompt.includes(from) && prompt.includes(words))).toEqual([]);
    expect(subjectPrompts(world, words, from, 1).neutral).toEqual(neutral);
  });
});

it('refuses an object as what a subject loses, an unknown subject, and what no judge can see', () => {
  expect(() => subjectPrompts(world, 'church', 'car', 1)).toThrow('concept: expected a style, a setting or a word');
  expect(() => subjectPrompts(world, 'red', 'teapot', 1)).toThrow(
    'from: expected an object the model was taught (church',
  );
  expect(() => subjectSets(world, 'snow', 'car', 4, 'measuring')).toThrow(
    'from: expected a style or a colour to measure on "car", got "snow"',
  );
  expect(() => subjectSets(world, 'shiny', 'car', 4, 'measuring')).toThrow(
    'expected a style or a colour to measure on "car", got "shiny"',
  );
});

it('measures the subject in the style, the style on others, and the subject in other styles', () => {
  const { targets, sameDomain, otherDomain } = subjectSets(world, 'Van Gogh', 'church', 20, 'measuring');
  expect([targets, sameDomain, otherDomain].map((set) => set.length)).toEqual([20, 20, 20]);
  for (const { object, style } of targets) expect([object, style]).toEqual(['church', 'van-gogh']);
  for (const { object, style } of sameDomain) expect([object === 'church', style]).toEqual([false, 'van-gogh']);
  for (const { object, style } of otherDomain) expect([object, style === 'van-gogh']).toEqual(['church', false]);
});

it('measures a colour on the subject, on others, and the subject’s other colours', () => {
  const { targets, sameDomain, otherDomain } = subjectSets(world, 'Red', 'car', 20, 'measuring');
  expect([targets, sameDomain, otherDomain].map((set) => set.length)).toEqual([20, 20, 20]);
  expect(targets[0]).toEqual({
    prompt: 'a photo of a red car in daylight',
    object: 'car',
    style: 'photo',
    colour: 'red',
  });
  for (const { object, colour, prompt } of targets) {
    expect([object, colour]).toEqual(['car', 'red']);
    expect(prompt).toContain('red car');
  }
  for (const { object, colour, prompt } of sameDomain) {
    expect([object === 'car', colour]).toEqual([false, 'red']);
    expect(prompt).toMatch(/^a photo of a red /);
  }
  for (const { object, colour, prompt } of otherDomain) {
    expect([object, colour === 'red']).toEqual(['car', false]);
    expect(prompt).toContain(`${colour ?? ''} car`);
  }
  expect(new Set(otherDomain.map(({ colour }) => colour)).size).toBe(world.colours.length - 1);
});
