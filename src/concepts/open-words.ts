/**
 * Any words in any model: nobody says what it was taught, so every typed word is a concept. Its sentences come from templates over everyday
 * things, styles and settings (`everyday.ts`): a small vocabulary is put together around the words that are asked about, and
 * said as the little world's is. So trainings and measurements are split by the same rule, the phrase for the setting; the hundred captions
 * beside them by their places in the list.
 */
import { PalimpsestError } from '../core/errors.ts';
import { Random } from '../core/random.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import { measuringSets } from '../world/measuring-prompts.ts';
import { namesOneOf, shuffled } from '../world/prompts.ts';
import { competingSentences } from '../world/rivals.ts';
import { checkForTraining } from '../world/split.ts';
import { trainingSentences } from '../world/training-sentences.ts';
import { bareWords, typedConcept, typedStyle } from '../records/typed-concept.ts';
import { findConcept, plainStyle, stylePrompt, worldConcepts } from '../world/world.ts';
import type { World, WorldStyle, WorldThing } from '../world/world.ts';
import type { ConceptSpace } from './concept-space.ts';
import {
  everydayCaptions,
  everydayColours,
  everydaySettings,
  everydayStyles,
  everydayThings,
  plainLook,
  type EverydayStyle,
} from './everyday.ts';

export interface OpenWordsOptions {
  /** Things or styles that matter beside what is erased, as the user names them; those of the bundled lists come after them. */
  readonly neighbours?: readonly string[];
}

/** Things beside a concept: enough to be a fair competition, few enough for a classifier that predicts noise for each. */
const thingsBeside = 8;
/** Styles beside a concept, the plain look apart. */
const stylesBeside = 5;

export function openWords({ neighbours = [] }: OpenWordsOptions = {}): ConceptSpace {
  const typed = neighbours.map(bareWords).filter((name) => name !== '');
  const around = (words: string, from = '') => vocabulary(typed, bareWords(words), bareWords(from));
  const nothing = around('');
  const suggestions = worldConcepts({ ...nothing, styles: [plainLook, ...everydayStyles].map(look) });
  const concept = (words: string) =>
    suggestions.find(({ id }) => id === bareWords(words).toLowerCase()) ?? typedConcept(words);
  return {
    suggestions,
    qualities: [],
    defaults: nothing.recommended,
    judge: 'made',
    anyWords: true,
    concept,
    seen: concept,
    training: (words, from, seed) => {
      const { pairs, neutral } = trainingSentences(around(words, from), words, from, seed);
      const captions = captionsWithout([words, from], 'training');
      return {
        pairs,
        neutral: alternately(shuffled(captions, Random.seeded(seed, 'everyday-captions')), neutral),
      };
    },
    measured: (found, words, from, count) => {
      if (from !== '' && found.domain !== 'style')
        throw new PalimpsestError('bad-argument', `from: expected a style to measure on "${from}", got "${words}"`, {
          advice: 'Nobody judges other words on one subject; train on them, and look at the pictures.',
        });
      return measuringSets(around(nameOf(found), from), found, words, from, count);
    },
    everyday: (words, from) => captionsWithout([words, from], 'measuring'),
    needForTraining: (where, text) => {
      checkForTraining(nothing, where, text);
      needTrainingCaption(where, text);
    },
    rivals: (found, asked, domain) => {
      const world = around(nameOf(found));
      const { object } = asked;
      const isThere = object === null || world.objects.some(({ id }) => id === object);
      return competingSentences(isThere ? world : around(nameOf(found), object), asked, domain);
    },
    neighbours: (words) => {
      const world = around(words);
      const kind = findConcept(world, words)?.domain ?? 'object';
      return worldConcepts(world)
        .filter(({ domain, id }) => domain === kind && id !== bareWords(words).toLowerCase())
        .map(nameOf);
    },
    plainly: (noun) => stylePrompt(plainStyle(nothing), noun),
  };
}

const nameOf = ({ names }: ConceptDescriptor): string => names[0] as string;

const thing = (name: string): WorldThing => ({ id: name.toLowerCase(), label: name, names: [name] });
const look = ({ name, prompt }: EverydayStyle): WorldStyle => ({ ...thing(name), prompt });

/** A style of the list, or words that say so themselves; null for a thing. */
function styleNamed(words: string): EverydayStyle | null {
  const known = everydayStyles.find(({ name }) => name.toLowerCase() === words.toLowerCase());
  if (known !== undefined) return known;
  const prompt = typedStyle(words);
  return prompt === null ? null : { name: words, prompt, kind: /^in the style of /i.test(words) ? 'artist' : 'medium' };
}

/** What is said around `words`, and around the one subject that loses them: the words themselves, what stands beside them, and no template that names them. */
function vocabulary(typed: readonly string[], words: string, from: string): World {
  const named = styleNamed(words);
  const isFree = (text: string) => words === '' || !mentions(text, words);
  const things = everydayNeighbours(typed, words, from).filter(isFree).slice(0, thingsBeside);
  // Beside a style its own kind comes first: other artists beside an artist.
  const asTyped = typed.flatMap((name) => styleNamed(name) ?? []);
  const listed = everydayStyles.filter(({ kind }) => kind === (named?.kind ?? 'medium'));
  const others = everydayStyles.filter((style) => !listed.includes(style));
  const styles = unique([...asTyped, ...listed, ...(named === null ? [] : others)])
    .filter(({ name, prompt }) => isFree(prompt) && name.toLowerCase() !== words.toLowerCase())
    .slice(0, stylesBeside);
  // What one subject loses is no thing of its own, unless it is known for one.
  const isThing = words !== '' && named === null && (from === '' || isListed(words));
  return {
    objects: [...(isThing ? [words] : []), ...(from === '' || from === words ? [] : [from]), ...things].map(thing),
    styles: [plainLook, ...(named === null ? [] : [named]), ...styles].map(look),
    hazard: null,
    colours: everydayColours.filter((colour) => from !== '' || isFree(colour)),
    settings: everydaySettings.filter(({ phrase, otherPhrases }) => [phrase, ...otherPhrases].every(isFree)),
    recommended: { steps: 25, guidance: 7.5 },
  };
}

function isListed(words: string): boolean {
  return Object.values(everydayThings).flat().includes(words.toLowerCase());
}

/** Those the user names, then things of the same kind, then one of every other kind in turn. */
function everydayNeighbours(typed: readonly string[], words: string, from: string): readonly string[] {
  const kinds = Object.values(everydayThings);
  const wanted = words.toLowerCase();
  const own = kinds.find((names) => names.includes(wanted)) ?? [];
  const elsewhere = kinds.filter((names) => names !== own);
  const longest = Math.max(...kinds.map((names) => names.length));
  const inTurn = Array.from({ length: longest }, (_, i) => elsewhere.flatMap((names) => names.slice(i, i + 1))).flat();
  const some = own.filter((name) => name !== wanted).slice(0, thingsBeside / 2);
  return [...new Set([...typed.filter((name) => styleNamed(name) === null), ...some, ...inTurn])].filter(
    (name) => !namesOneOf(name, words) && !namesOneOf(name, from),
  );
}

function unique(styles: readonly EverydayStyle[]): readonly EverydayStyle[] {
  return [...new Map(styles.map((style) => [style.name.toLowerCase(), style])).values()];
}

/** Whether a text holds the words, in a row and in any case; a plural counts. */
function mentions(text: string, words: string): boolean {
  const spaced = (line: string) => ` ${line.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')} `;
  const [inside, wanted] = [spaced(text), spaced(words).trimEnd()];
  return wanted.trim() !== '' && ['', 's', 'es'].some((end) => inside.includes(`${wanted}${end} `));
}

/** The captions of one side of the split that name none of these words, nor a long one among them. */
function captionsWithout(asked: readonly string[], side: 'training' | 'measuring'): readonly string[] {
  const words = asked.flatMap((text) => [text, ...text.split(/\s+/).filter((word) => word.length > 3)]);
  return everydayCaptions.filter(
    (caption, i) =>
      i % 2 === (side === 'training' ? 0 : 1) && !words.some((word) => word !== '' && mentions(caption, word)),
  );
}

/** Throws `bad-argument` for a text that says a caption kept for measuring. */
function needTrainingCaption(where: string, text: string): void {
  const kept = everydayCaptions.find((caption, i) => i % 2 === 1 && mentions(text, caption));
  if (kept === undefined) return;
  throw new PalimpsestError(
    'bad-argument',
    `${where}: expected words without the captions that are kept for measuring, got "${text}"`,
    { advice: `Leave out "${kept}".` },
  );
}

/** One of each, until both lists end. */
function alternately<T>(first: readonly T[], second: readonly T[]): readonly T[] {
  const length = Math.max(first.length, second.length);
  return Array.from({ length }, (_, i) => [...first.slice(i, i + 1), ...second.slice(i, i + 1)]).flat();
}
