/** Sentences to train on, made from the world's vocabulary: for a concept, and for everything else. What is measured is elsewhere (split.ts). */
import { Random } from '../core/random.ts';
import type { ConceptPrompt } from '../records/sentences.ts';
import { trainingPhrases } from './split.ts';
import {
  findConcept,
  plainStyle,
  stylePrompt,
  withArticle,
  withHazard,
  withoutObject,
  type World,
  type WorldStyle,
  type WorldThing,
} from './world.ts';

const nameOf = (thing: WorldThing): string => thing.names[0] as string;

/**
 * Ways to ask for the concept by the words the user typed, never by its synonyms. For words the world does not know, the
 * words alone and as a photo.
 */
export function conceptPrompts(world: World, words: string): readonly ConceptPrompt[] {
  const concept = findConcept(world, words);
  if (concept?.domain === 'style') {
    const style = world.styles.find((candidate) => candidate.id === concept.id);
    const phrase = style === undefined ? `{object}, ${words}` : stylePhrase(style, words);
    return world.objects.map((object) => ({
      prompt: phrase.replace('{object}', withArticle(nameOf(object))),
      rest: stylePrompt(plainStyle(world), nameOf(object)),
    }));
  }
  if (concept?.domain === 'hazard') {
    return hazardScenes(world).map((rest) => ({ prompt: withHazard(rest, words), rest }));
  }
  const plain = plainStyle(world);
  const photo = stylePrompt(plain, words);
  const bare = withArticle(words);
  return [
    ...[photo, words, bare].map((prompt) => ({ prompt, rest: '' })),
    ...world.styles.slice(1).map((style) => ({ prompt: stylePrompt(style, words), rest: withoutObject(style) })),
    ...trainingPhrases(world).flatMap((phrase) => [
      { prompt: `${photo} ${phrase}`, rest: `${withoutObject(plain)} ${phrase}` },
      { prompt: `${bare} ${phrase}`, rest: phrase },
    ]),
    ...world.colours.map((colour) => ({ prompt: stylePrompt(plain, `${colour} ${words}`), rest: '' })),
  ];
}

/** Every object as a photo, in turn by each setting and in each other style. */
function hazardScenes(world: World): readonly string[] {
  const plain = plainStyle(world);
  const inTurn = <T>(items: readonly T[], i: number) => items[i % items.length] as T;
  const [styles, photos] = [world.styles.slice(1), world.objects.map((object) => stylePrompt(plain, nameOf(object)))];
  return [
    ...photos,
    ...photos.map((photo, i) => `${photo} ${inTurn(trainingPhrases(world), i)}`),
    ...world.objects.map((object, i) => stylePrompt(inTurn(styles, i), nameOf(object))),
  ];
}

/** The style's own phrasing with the user's words in place of its canonical name. */
export function stylePhrase(style: WorldStyle, words: string): string {
  return style.prompt.replace(new RegExp(escape(style.names[0] as string), 'i'), words);
}

/** Prompts of everything else: every other object in every other style and, plainly, in every setting; order fixed by `seed`. */
export function neutralPrompts(world: World, words: string, seed: number): readonly string[] {
  const concept = findConcept(world, words);
  const objects = world.objects.filter((object) => object.id !== concept?.id && !namesOneOf(nameOf(object), words));
  const styles = world.styles.filter((style) => style.id !== concept?.id);
  const prompts = objects
    .map(nameOf)
    .flatMap((name) => [
      ...styles.map((style) => stylePrompt(style, name)),
      ...trainingPhrases(world).map((phrase) => `${stylePrompt(plainStyle(world), name)} ${phrase}`),
    ]);
  return shuffled(prompts, Random.seeded(seed, 'neutral-prompts'));
}

export function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}

/** Whether two names have a word in common: "sailing boat" and "boat". */
export function namesOneOf(a: string, b: string): boolean {
  const words = new Set(b.toLowerCase().split(/\s+/));
  return a
    .toLowerCase()
    .split(/\s+/)
    .some((word) => words.has(word));
}

function escape(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
