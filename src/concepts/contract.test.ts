/** The laws of a concept space, over every space there is. */
import { describe, expect, it } from 'vitest';
import { bundledSpace } from '../testing/bundled-space.ts';
import { conceptSpaceOf } from './choose-space.ts';
import { needConcept, trainedSentences, type ConceptSpace } from './concept-space.ts';
import { openWords } from './open-words.ts';

interface Subject {
  readonly space: ConceptSpace;
  /** Words to ask about, beyond the suggestions. */
  readonly words: readonly string[];
  readonly subjects: readonly (readonly [words: string, from: string])[];
}

const spaces: Readonly<Record<string, Subject>> = {
  'the little world': {
    space: bundledSpace,
    words: ['chapel', 'hazard sign'],
    subjects: [
      ['Van Gogh', 'church'],
      ['red', 'car'],
    ],
  },
  'open words': {
    space: openWords(),
    words: [
      'blicket',
      'golden retriever',
      'The Eiffel Tower',
      'red',
      'in the style of Ada',
      'a manga drawing',
      '教堂',
      'snow',
    ],
    subjects: [
      ['Van Gogh', 'church'],
      ['pixel art', 'golden retriever'],
    ],
  },
  'open words with neighbours': {
    space: openWords({ neighbours: ['a chapel', 'Rothko style', 'dog', ' '] }),
    words: ['church', 'Monet', 'dog'],
    subjects: [['Monet', 'dog']],
  },
};

const said = (text: string) => ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')} `;
/** The words without their article, as sentences say them. */
const spoken = (words: string) => words.replace(/^(?:an?|the) /i, '');
const holds = (text: string, words: string) => said(text).includes(said(spoken(words)));

describe.each(Object.entries(spaces))('%s', (_name, { space, words, subjects }) => {
  const all = [...space.suggestions.map(({ names }) => names[0] as string), ...words];
  const cases = [...all.map((asked) => [asked, ''] as const), ...subjects];

  it('suggests concepts that it finds by their names, each once', () => {
    expect(space.suggestions.length).toBeGreaterThan(5);
    expect(new Set(space.suggestions.map(({ id }) => id)).size).toBe(space.suggestions.length);
    for (const concept of space.suggestions) {
      expect(space.concept(concept.names[0] as string)?.id).toBe(concept.id);
      expect(holds(concept.prompt, concept.names[0] as string)).toBe(true);
    }
    for (const { id } of space.qualities) expect(space.seen(id)?.domain).toBe('colour');
    expect(space.concept('')).toBeNull();
    expect(() => needConcept(space, '--concept', ' ')).toThrow('--concept: expected something the judge knows');
  });

  it.each(all)('shows %s in the first sentence of each pair, and not in the second', (asked) => {
    const { pairs } = space.training(asked, '', 7);
    expect(pairs.length).toBeGreaterThanOrEqual(8);
    for (const { prompt, rest } of pairs) {
      expect(holds(prompt, asked), prompt).toBe(true);
      expect(holds(rest, asked), rest).toBe(false);
    }
  });

  it.each(cases)('keeps the words apart from what is neutral to them (%s, "%s")', (asked, from) => {
    const { pairs, neutral } = space.training(asked, from, 7);
    expect(neutral.length).toBeGreaterThanOrEqual(12);
    const shown = new Set(pairs.map(({ prompt }) => prompt));
    expect(neutral.filter((sentence) => shown.has(sentence))).toEqual([]);
    if (from === '') expect(neutral.filter((sentence) => holds(sentence, asked))).toEqual([]);
  });

  it.each(cases)('measures on nothing that a training may say (%s, "%s")', (asked, from) => {
    const concept = from === '' ? space.concept(asked) : space.seen(asked);
    if (concept === null) throw new Error(`expected the space to find ${asked}`);
    const { targets, sameDomain, otherDomain, seen } = space.measured(concept, asked, from, 50);
    const trained = trainedSentences(space, asked, from);
    for (const set of [targets, sameDomain, otherDomain]) {
      expect(set).toHaveLength(50);
      for (const { prompt } of set) {
        expect(trained.has(prompt), prompt).toBe(false);
        expect(() => space.needForTraining('prompt', prompt), prompt).toThrow('prompt: expected words without');
      }
    }
    for (const { prompt } of [...seen.sameDomain, ...seen.otherDomain]) expect([...trained]).toContain(prompt);
    for (const sentence of trained) expect(() => space.needForTraining('prompt', sentence)).not.toThrow();
    for (const caption of space.everyday(asked, from)) {
      expect(trained.has(caption)).toBe(false);
      expect(() => space.needForTraining('caption', caption)).toThrow('caption: expected words without');
    }
  });

  it.each(all)('asks for %s in every target and in nothing that should be kept, fifty sentences of each', (asked) => {
    const concept = needConcept(space, 'test', asked);
    const { targets, sameDomain, otherDomain } = space.measured(concept, asked, '', 50);
    for (const set of [targets, sameDomain, otherDomain])
      expect(new Set(set.map(({ prompt }) => prompt)).size).toBe(50);
    for (const target of targets) {
      expect(holds(target.prompt, asked), target.prompt).toBe(true);
      expect(target[concept.domain]).toBe(concept.id);
    }
    for (const kept of [...sameDomain, ...otherDomain]) {
      expect(holds(kept.prompt, asked), kept.prompt).toBe(false);
      expect(kept[concept.domain]).not.toBe(concept.id);
    }
    for (const n of [1, 3, 200]) expect(space.measured(concept, asked, '', n).targets).toHaveLength(n);
  });

  it.each(cases)('says the same to the same seed, and orders what is neutral by it (%s, "%s")', (asked, from) => {
    expect(space.training(asked, from, 5)).toEqual(space.training(asked, from, 5));
    const [one, other] = [space.training(asked, from, 5), space.training(asked, from, 6)];
    expect(other.pairs).toEqual(one.pairs);
    expect(other.neutral).not.toEqual(one.neutral);
    expect([...other.neutral].sort()).toEqual([...one.neutral].sort());
    const concept = from === '' ? space.concept(asked) : space.seen(asked);
    if (concept === null) throw new Error(`expected the space to find ${asked}`);
    expect(space.measured(concept, asked, from, 20)).toEqual(space.measured(concept, asked, from, 20));
  });

  it.each(all)('lets %s compete with others of its kind, in sentences that differ in it alone', (asked) => {
    const concept = needConcept(space, 'test', asked);
    const { targets, sameDomain } = space.measured(concept, asked, '', 12);
    for (const target of targets) {
      const rivals = space.rivals(concept, target, concept.domain);
      expect(rivals.length).toBeGreaterThanOrEqual(2);
      expect(new Set(rivals.map(({ prompt }) => prompt)).size).toBe(rivals.length);
      expect(rivals.filter((rival) => rival.concept === concept.id)).toHaveLength(1);
    }
    const head = concept.domain === 'style' ? 'style' : 'object';
    for (const kept of sameDomain)
      expect(space.rivals(concept, kept, head).filter((rival) => rival.concept === kept[head])).toHaveLength(1);
  });

  it.each(all)('names neighbours of %s that are not it', (asked) => {
    const neighbours = space.neighbours(asked);
    expect(neighbours.length).toBeGreaterThanOrEqual(4);
    expect(new Set(neighbours).size).toBe(neighbours.length);
    for (const name of neighbours) expect(holds(name, asked), name).toBe(false);
  });

  it('draws with a whole number of steps, and says made-up things plainly', () => {
    expect(Number.isInteger(space.defaults.steps) && space.defaults.steps > 0).toBe(true);
    expect(space.defaults.guidance).toBeGreaterThan(1);
    expect(space.plainly('kelvado')).toBe('a photo of a kelvado');
  });
});

describe('the space of a folder', () => {
  it('is its world, or open words where it brings none, with the neighbours that are typed', () => {
    expect(conceptSpaceOf(null).concept('a teapot')).toMatchObject({ id: 'teapot', domain: 'object' });
    expect(conceptSpaceOf(null, { neighbours: ['kettle'] }).neighbours('teapot')[0]).toBe('kettle');
    expect(() => conceptSpaceOf({ objects: [] })).toThrow('world.json.recommended');
  });
});

describe('typed words', () => {
  const space = openWords();

  it('are a style where they say so or are known for one, and a thing elsewhere', () => {
    for (const words of ['Van Gogh', 'pixel art', 'a manga drawing', 'in the style of Ada', 'ukiyo-e print'])
      expect(space.concept(words)?.domain, words).toBe('style');
    for (const words of ['church', 'Ada Lovelace', 'red', 'artichoke'])
      expect(space.concept(words)?.domain).toBe('object');
  });

  it('never stand in a template of what should stay: no setting, style, thing or caption that names them', () => {
    const sentences = (words: string) => {
      const { pairs, neutral } = space.training(words, '', 1);
      return [...pairs.map(({ rest }) => rest), ...neutral, ...space.everyday(words, '')];
    };
    for (const words of ['snow', 'city', 'dog', 'bench', 'lamp', 'boat', 'pencil', 'night', 'tower'])
      for (const sentence of sentences(words)) expect(holds(sentence, words), sentence).toBe(false);
  });

  it('are kept as they are typed where one subject loses a word that is no style', () => {
    const { pairs, neutral } = space.training('rusty', 'bicycle', 1);
    expect(pairs).toContainEqual({ prompt: 'a photo of a rusty bicycle', rest: 'a photo of a bicycle' });
    expect(neutral).toContain('a photo of a rusty car');
    expect(() => space.training('church', 'bicycle', 1)).toThrow('got the object "church"');
    for (const words of ['rusty', 'red'])
      expect(() => space.measured(needConcept(space, 'test', words), words, 'bicycle', 2)).toThrow(
        `from: expected a style to measure on "bicycle", got "${words}"`,
      );
  });
});
