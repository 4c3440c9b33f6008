/** Prompts to judge a style or a colour on that one subject lost (type 2). */
import { PalimpsestError } from '../core/errors.ts';
import type { EvaluationPrompt, KeptPrompts } from '../records/sentences.ts';
import { inPairs } from './in-pairs.ts';
import { measuringPhrases, trainingPhrases } from './split.ts';
import { qualityOf, subjectOf } from './subject.ts';
import { plainStyle, stylePrompt, type World, type WorldStyle, type WorldThing } from './world.ts';

export interface SubjectSets extends KeptPrompts {
  /** The subject with the concept; `sameDomain` is the concept on other subjects, `otherDomain` the subject without it. */
  readonly targets: readonly EvaluationPrompt[];
}

/**
 * `count` prompts a set, from the one side of the split or the other: as trainings say them, or as nothing but measuring does. Throws `bad-argument`
 * for a concept that no judge sees on a subject.
 */
export function subjectSets(
  world: World,
  words: string,
  from: string,
  count: number,
  side: 'training' | 'measuring',
): SubjectSets {
  const quality = qualityOf(world, words);
  const phrases =
    side === 'measuring'
      ? measuringPhrases(world).map((phrase) => ` ${phrase}`)
      : ['', ...trainingPhrases(world).map((phrase) => ` ${phrase}`)];
  const colour = words.trim().toLowerCase();
  if (quality.kind === 'word' && world.colours.includes(colour))
    return colourSets(world, colour, from, count, side === 'measuring' ? phrases : [''], phrases);
  if (quality.kind !== 'style')
    throw new PalimpsestError(
      'bad-argument',
      `from: expected a style or a colour to measure on "${from}", got "${words}"`,
      { advice: 'No head of the judges sees settings or other words; train on them, and look at the pictures.' },
    );
  const subject = subjectOf(world, from);
  const others = world.objects.filter(({ id }) => id !== subject.id);
  const styles = world.styles.filter(({ id }) => id !== quality.id);
  const plain = plainStyle(world);
  const erased: WorldStyle = { id: quality.id, label: '', names: [], prompt: quality.prompt };
  const row = (style: WorldStyle, noun: string, object: string, place: string): EvaluationPrompt => ({
    prompt: `${stylePrompt(style, noun)}${place}`,
    object,
    style: style.id,
  });
  const nouns = [from, ...world.colours.map((shade) => `${shade} ${from}`)];
  // Trainings say a subject in other styles without a setting, and name settings in photos alone.
  const without: readonly (readonly [WorldStyle, string])[] =
    side === 'measuring'
      ? inPairs(styles, phrases, styles.length * phrases.length)
      : [...styles.map((style) => [style, ''] as const), ...phrases.slice(1).map((place) => [plain, place] as const)];
  // Nor do they name a colour and a setting together.
  const targets =
    side === 'measuring'
      ? inPairs(nouns, phrases, count)
      : inPairs(
          [...nouns.map((noun) => [noun, ''] as const), ...phrases.slice(1).map((place) => [from, place] as const)],
          [''],
          count,
        ).map(([pair]) => pair);
  return {
    targets: targets.map(([noun, place]) => row(erased, noun, subject.id, place)),
    sameDomain: inPairs(others, phrases, count).map(([other, place]) => row(erased, nameOf(other), other.id, place)),
    otherDomain: inPairs(without, [''], count).map(([[style, place]]) => row(style, from, subject.id, place)),
  };
}

/** Photos only: a mosaic's tiles and a sketch's pencil have colours of their own. */
function colourSets(
  world: World,
  colour: string,
  from: string,
  count: number,
  /** Of the subject in its other colours. */
  places: readonly string[],
  /** Of the colour. */
  colourPlaces: readonly string[],
): SubjectSets {
  const subject = subjectOf(world, from);
  const plain = plainStyle(world);
  const photo = (shade: string, name: string, object: string, place: string): EvaluationPrompt => ({
    prompt: `${stylePrompt(plain, `${shade} ${name}`)}${place}`,
    object,
    style: plain.id,
    colour: shade,
  });
  const others = world.objects.filter(({ id }) => id !== subject.id);
  const shades = world.colours.filter((shade) => shade !== colour);
  return {
    targets: inPairs([colour], colourPlaces, count).map(([shade, place]) => photo(shade, from, subject.id, place)),
    sameDomain: inPairs(others, colourPlaces, count).map(([other, place]) =>
      photo(colour, nameOf(other), other.id, place),
    ),
    otherDomain: inPairs(shades, places, count).map(([shade, place]) => photo(shade, from, subject.id, place)),
  };
}

const nameOf = ({ names }: WorldThing): string => names[0] as string;
