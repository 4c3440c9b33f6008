/** A concept erased from one subject only (type 2): "red" from "car", "snow" from "church", Van Gogh's style from "boat". */
import { PalimpsestError } from '../core/errors.ts';
import { Random } from '../core/random.ts';
import type { ConceptPrompt, TrainingSentences } from '../records/sentences.ts';
import { conceptPrompts, neutralPrompts, shuffled, stylePhrase } from './prompts.ts';
import { findConcept, plainStyle, stylePrompt, withArticle, type World, type WorldThing } from './world.ts';

/** `words` as they join a subject: a style, a setting, or else a word before its name ("red car"). */
export type Quality =
  | { readonly kind: 'style'; readonly id: string; readonly prompt: string }
  | { readonly kind: 'setting'; readonly phrase: string }
  | { readonly kind: 'word'; readonly alone: string };

const nameOf = (thing: WorldThing): string => thing.names[0] as string;

/** Throws `bad-argument` where `words` name an object: an object is not something another one has. */
export function qualityOf(world: World, words: string): Quality {
  const concept = findConcept(world, words);
  if (concept?.domain === 'object')
    throw new PalimpsestError(
      'bad-argument',
      `concept: expected a style, a setting or a word like "red" to erase from one subject, got the object "${words}"`,
      {
        advice: 'Erase an object from everything, or name what the subject should lose.',
      },
    );
  const style = world.styles.find(({ id }) => id === concept?.id);
  if (style !== undefined) {
    const prompt = stylePhrase(style, words);
    return { kind: 'style', id: style.id, prompt };
  }
  if (concept?.domain === 'hazard') return { kind: 'setting', phrase: `with ${withArticle(words)}` };
  const wanted = words.trim().toLowerCase();
  const setting = world.settings.find(
    ({ id, phrase }) => id === wanted || phrase === wanted || phrase.endsWith(` ${wanted}`),
  );
  return setting === undefined ? { kind: 'word', alone: words.trim() } : { kind: 'setting', phrase: setting.phrase };
}

/** Throws `bad-argument` for what is no object of the world. */
export function subjectOf(world: World, words: string): WorldThing {
  const found = findConcept(world, words);
  const subject = world.objects.find(({ id }) => id === found?.id && found.domain === 'object');
  if (subject !== undefined) return subject;
  const known = world.objects.map(nameOf).join(', ');
  throw new PalimpsestError('bad-argument', `from: expected an object the model was taught (${known}), got "${words}"`);
}

/**
 * Pairs of the subject with the concept and without it. What must stay, in turn: the concept on other subjects (half of it), the subject
 * without the concept, and everything else.
 */
export function subjectPrompts(world: World, words: string, from: string, seed: number): TrainingSentences {
  const quality = qualityOf(world, words);
  const subject = subjectOf(world, from);
  const others = world.objects.filter(({ id }) => id !== subject.id).map(nameOf);
  const random = Random.seeded(seed, 'subject-prompts');
  const pairs = withQuality(world, quality, from);
  const joined = shuffled(
    others.flatMap((name) => withQuality(world, quality, name).map(({ prompt }) => prompt)),
    random,
  );
  const without = shuffled(plainPrompts(world, quality, from), random);
  const elsewhere = neutralPrompts(world, from, seed).filter((prompt) => !names(prompt, words));
  return { pairs, neutral: inTurn([half(joined, 0), without, half(joined, 1), elsewhere]) };
}

/** A name joined with the quality, in many prompts, each with what is left when the quality goes. */
function withQuality(world: World, quality: Quality, name: string): readonly ConceptPrompt[] {
  const plain = plainStyle(world);
  const photo = stylePrompt(plain, name);
  if (quality.kind === 'word') {
    const rests = conceptPrompts(world, name);
    const isColour = world.colours.includes(quality.alone.toLowerCase());
    const pairs = conceptPrompts(world, `${quality.alone} ${name}`).map(({ prompt }, i) => ({
      prompt,
      rest: (rests[i] as ConceptPrompt).prompt,
    }));
    return isColour ? pairs.slice(0, -world.colours.length) : pairs; // colours come last; none is "blue red"
  }
  if (quality.kind === 'setting') {
    const nouns = [name, ...world.colours.map((colour) => `${colour} ${name}`)];
    const inStyles = world.styles.map((style) => stylePrompt(style, name));
    return [...nouns.map((noun) => stylePrompt(plain, noun)), ...inStyles.slice(1)].map((rest) => ({
      prompt: `${rest} ${quality.phrase}`,
      rest,
    }));
  }
  const styled = (noun: string) => stylePrompt({ id: quality.id, label: '', names: [], prompt: quality.prompt }, noun);
  return [
    { prompt: styled(name), rest: photo },
    ...world.settings.map(({ phrase }) => ({ prompt: `${styled(name)} ${phrase}`, rest: `${photo} ${phrase}` })),
    ...world.colours.map((colour) => {
      const noun = `${colour} ${name}`;
      return { prompt: styled(noun), rest: stylePrompt(plain, noun) };
    }),
  ];
}

/** The subject in every style, setting and colour that is not the quality. */
function plainPrompts(world: World, quality: Quality, name: string): readonly string[] {
  const plain = plainStyle(world);
  const styles = world.styles.filter(({ id }) => quality.kind !== 'style' || id !== quality.id);
  const settings = world.settings.filter(({ phrase }) => quality.kind !== 'setting' || phrase !== quality.phrase);
  const colours = world.colours.filter((colour) => quality.kind !== 'word' || colour !== quality.alone);
  return [
    ...styles.map((style) => stylePrompt(style, name)),
    ...settings.map(({ phrase }) => `${stylePrompt(plain, name)} ${phrase}`),
    ...colours.map((colour) => stylePrompt(plain, `${colour} ${name}`)),
  ];
}

function names(prompt: string, words: string): boolean {
  return ` ${prompt.toLowerCase()} `.includes(` ${words.trim().toLowerCase()} `);
}

function half<T>(list: readonly T[], which: 0 | 1): readonly T[] {
  return list.filter((_, i) => i % 2 === which);
}

/** The first of each, the second of each, ...; every list to its end. */
function inTurn<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
}
