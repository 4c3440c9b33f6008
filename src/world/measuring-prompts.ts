/** What rates are measured on: sentences that no training sees (split.ts), and beside them the ones that trainings keep. */
import type { ConceptDescriptor } from '../records/catalog.ts';
import type { ConceptPrompt, EvaluationPrompt, KeptPrompts, MeasuringSets } from '../records/sentences.ts';
import { inPairs } from './in-pairs.ts';
import { conceptPrompts, namesOneOf } from './prompts.ts';
import { measuringPhrases, trainingPhrases } from './split.ts';
import { subjectSets } from './subject-sets.ts';
import { plainStyle, stylePrompt, withHazard, type World, type WorldThing } from './world.ts';

/**
 * `count` prompts a set, the same ones each time. With `from` (type 2) the targets are the subject with the concept, and what is kept is the concept on
 * other subjects and the subject without it. Throws `bad-argument` for a subject or a concept that no judge sees there.
 */
export function measuringSets(
  world: World,
  concept: ConceptDescriptor,
  words: string,
  from: string,
  count: number,
): MeasuringSets {
  if (from !== '') {
    const { targets, ...kept } = subjectSets(world, words, from, count, 'measuring');
    const { targets: _targets, ...seen } = subjectSets(world, words, from, count, 'training');
    return { targets, ...kept, seen };
  }
  return {
    targets: targetPrompts(world, concept, words, count),
    ...keptPrompts(world, concept, words, count, measuringPhrases(world)),
    seen: seenPrompts(world, concept, words, count),
  };
}

/** `count` prompts that ask for the concept by the user's words, varied in setting, and in colour (objects) or object (styles, hazard signs). */
function targetPrompts(
  world: World,
  concept: ConceptDescriptor,
  words: string,
  count: number,
): readonly EvaluationPrompt[] {
  const phrases = measuringPhrases(world);
  const plain = plainStyle(world);
  if (concept.domain === 'style') {
    const styled = conceptPrompts(world, words);
    const rows = world.objects.map(({ id }, i) => ({ object: id, prompt: (styled[i] as ConceptPrompt).prompt }));
    return inPairs(rows, phrases, count).map(([{ object, prompt }, phrase]) => ({
      prompt: `${prompt} ${phrase}`,
      object,
      style: concept.id,
    }));
  }
  if (concept.domain === 'hazard')
    return inPairs(world.objects, phrases, count).map(([object, phrase]) => ({
      prompt: withHazard(`${stylePrompt(plain, nameOf(object))} ${phrase}`, words),
      object: object.id,
      style: plain.id,
      hazard: concept.id,
    }));
  const nouns = [words, ...world.colours.map((colour) => `${colour} ${words}`)];
  return inPairs(nouns, phrases, count).map(([noun, phrase]) => ({
    prompt: `${stylePrompt(plain, noun)} ${phrase}`,
    object: concept.id,
    style: plain.id,
  }));
}

/** Everything but the concept: other objects as photos and in other styles, each in one of the settings. */
function keptPrompts(
  world: World,
  concept: ConceptDescriptor,
  words: string,
  count: number,
  phrases: readonly string[],
): KeptPrompts {
  const { photos, painted } = neighbours(world, concept, words);
  const placed = (rows: readonly EvaluationPrompt[]) =>
    inPairs(rows, phrases, count).map(([row, phrase]) => ({ ...row, prompt: `${row.prompt} ${phrase}` }));
  return byDomain(concept, placed(photos), placed(painted));
}

/** As `neutralPrompts` has them: photos plainly and in the settings, paintings plainly. */
function seenPrompts(world: World, concept: ConceptDescriptor, words: string, count: number): KeptPrompts {
  const { photos, painted } = neighbours(world, concept, words);
  const places = ['', ...trainingPhrases(world).map((phrase) => ` ${phrase}`)];
  const rows = inPairs(photos, places, count).map(([row, place]) => ({ ...row, prompt: `${row.prompt}${place}` }));
  return byDomain(
    concept,
    rows,
    inPairs(painted, [''], count).map(([row]) => row),
  );
}

/** Other objects as photos, and in every other style but the concept's. */
function neighbours(world: World, concept: ConceptDescriptor, words: string) {
  const plain = plainStyle(world);
  const objects = world.objects.filter((object) => object.id !== concept.id && !namesOneOf(nameOf(object), words));
  const styles = world.styles.filter(({ id }) => id !== concept.id && id !== plain.id);
  const row = (object: WorldThing, style: typeof plain): EvaluationPrompt => ({
    prompt: stylePrompt(style, nameOf(object)),
    object: object.id,
    style: style.id,
  });
  return {
    photos: objects.map((object) => row(object, plain)),
    painted: inPairs(objects, styles, objects.length * styles.length).map(([object, style]) => row(object, style)),
  };
}

/** Beside an erased style other styles are its own kind, beside anything else objects are. */
function byDomain(
  { domain }: ConceptDescriptor,
  photos: readonly EvaluationPrompt[],
  painted: readonly EvaluationPrompt[],
): KeptPrompts {
  return domain === 'style'
    ? { sameDomain: painted, otherDomain: photos }
    : { sameDomain: photos, otherDomain: painted };
}

const nameOf = ({ names }: WorldThing): string => names[0] as string;
