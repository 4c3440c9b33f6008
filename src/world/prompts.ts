/** Prompt sets made from the world's vocabulary: to train on, to measure on, and to leave alone. */
import { Random } from '../core/random.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
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

/**
 * A prompt that shows a concept, and the same prompt without it ('' when nothing is left). An erasure steers from the one
 * towards the other; against '' it would take the style and the setting away together with the object.
 */
export interface ConceptPrompt {
  readonly prompt: string;
  readonly rest: string;
}

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
    ...world.settings.flatMap(({ phrase }) => [
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
    ...photos.map((photo, i) => `${photo} ${inTurn(world.settings, i).phrase}`),
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
  const objects = world.objects.filter((object) => object.id !== concept?.id && !sharesWord(nameOf(object), words));
  const styles = world.styles.filter((style) => style.id !== concept?.id);
  const prompts = objects
    .map(nameOf)
    .flatMap((name) => [
      ...styles.map((style) => stylePrompt(style, name)),
      ...world.settings.map(({ phrase }) => `${stylePrompt(plainStyle(world), name)} ${phrase}`),
    ]);
  return shuffled(prompts, Random.seeded(seed, 'neutral-prompts'));
}

/** One prompt to be judged, and what it should show. */
export interface EvaluationPrompt {
  readonly prompt: string;
  readonly object: string | null;
  readonly style: string | null;
  /** Absent where no hazard sign, or no colour, is asked for. */
  readonly hazard?: string;
  readonly colour?: string;
}

/** `count` prompts that ask for the concept by the user's words, varied in setting, colour (objects) or object (styles). */
export function targetPrompts(
  world: World,
  concept: ConceptDescriptor,
  words: string,
  count: number,
): readonly EvaluationPrompt[] {
  const random = Random.seeded(11, `target:${concept.id}`);
  if (concept.domain === 'style') {
    const base = conceptPrompts(world, words);
    return Array.from({ length: count }, (_, i) => {
      const object = world.objects[i % world.objects.length] as WorldThing;
      const setting = i < world.objects.length ? '' : ` ${random.pick(world.settings).phrase}`;
      return {
        prompt: `${(base[i % base.length] as ConceptPrompt).prompt}${setting}`,
        object: object.id,
        style: concept.id,
      };
    });
  }
  if (concept.domain === 'hazard') {
    return Array.from({ length: count }, (_, i) => {
      const object = world.objects[i % world.objects.length] as WorldThing;
      const setting = i < world.objects.length ? '' : ` ${random.pick(world.settings).phrase}`;
      return {
        prompt: withHazard(`${stylePrompt(plainStyle(world), nameOf(object))}${setting}`, words),
        object: object.id,
        style: plainStyle(world).id,
        hazard: concept.id,
      };
    });
  }
  return Array.from({ length: count }, (_, i) => {
    const setting = i % 4 === 0 ? '' : ` ${random.pick(world.settings).phrase}`;
    const noun = i % 2 === 0 ? words : `${random.pick(world.colours)} ${words}`;
    return { prompt: `a photo of ${withArticle(noun)}${setting}`, object: concept.id, style: plainStyle(world).id };
  });
}

/** `count` prompts for everything but the concept: other objects (same domain for an object) in photo and other styles. */
export function retainedPrompts(
  world: World,
  concept: ConceptDescriptor,
  count: number,
): { readonly sameDomain: readonly EvaluationPrompt[]; readonly otherDomain: readonly EvaluationPrompt[] } {
  const random = Random.seeded(13, `retained:${concept.id}`);
  const objects = world.objects.filter((object) => object.id !== concept.id);
  const styles = world.styles.filter((style) => style.id !== concept.id);
  const sample = (style: (i: number) => (typeof styles)[number], i: number): EvaluationPrompt => {
    const object = objects[i % objects.length] as WorldThing;
    const drawn = style(i);
    const setting = i < objects.length ? '' : ` ${random.pick(world.settings).phrase}`;
    return { prompt: `${stylePrompt(drawn, nameOf(object))}${setting}`, object: object.id, style: drawn.id };
  };
  const plain = plainStyle(world);
  const painted = styles.filter((style) => style.id !== plain.id);
  const inPlain = Array.from({ length: count }, (_, i) => sample(() => plain, i));
  const inPainted = Array.from({ length: count }, (_, i) =>
    sample((k) => painted[k % painted.length] as (typeof styles)[number], i),
  );
  return concept.domain !== 'style'
    ? { sameDomain: inPlain, otherDomain: inPainted }
    : { sameDomain: inPainted, otherDomain: inPlain };
}

export function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}

function sharesWord(a: string, b: string): boolean {
  const words = new Set(b.toLowerCase().split(/\s+/));
  return a
    .toLowerCase()
    .split(/\s+/)
    .some((word) => words.has(word));
}

function escape(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
