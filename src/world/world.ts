/** What the bundled model was taught, read from the world.json beside it: names of objects and styles, colours, settings. */
import { PalimpsestError } from '../core/errors.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';

export interface WorldThing {
  readonly id: string;
  readonly label: string;
  /** The canonical name first, then synonyms and hypernyms. */
  readonly names: readonly string[];
}

export interface WorldStyle extends WorldThing {
  /** A prompt with `{object}` where the object with its article goes. */
  readonly prompt: string;
}

export interface WorldSetting {
  readonly id: string;
  /** How trainings say it. */
  readonly phrase: string;
  /** How else the model was taught to say it; kept for measuring (split.ts). Never empty. */
  readonly otherPhrases: readonly string[];
}

export interface World {
  readonly objects: readonly WorldThing[];
  readonly styles: readonly WorldStyle[];
  /** The sign that may stand in any scene; null for a world without one. */
  readonly hazard: WorldThing | null;
  readonly colours: readonly string[];
  readonly settings: readonly WorldSetting[];
  readonly recommended: { readonly steps: number; readonly guidance: number };
}

/** Throws `bad-file` when a part is missing or of another kind. */
export function parseWorld(json: unknown): World {
  const root = record(json, 'world.json');
  const things = (key: string) =>
    list(root[key], `world.json.${key}`).map((item, i) => thing(item, `world.json.${key}[${i}]`));
  const recommended = record(root['recommended'], 'world.json.recommended');
  return {
    objects: things('objects'),
    styles: list(root['styles'], 'world.json.styles').map((item, i) => {
      const where = `world.json.styles[${i}]`;
      return { ...thing(item, where), prompt: text(record(item, where)['prompt'], `${where}.prompt`) };
    }),
    hazard: root['hazard'] === undefined ? null : thing(root['hazard'], 'world.json.hazard'),
    colours: list(root['colours'], 'world.json.colours').map((item, i) => text(item, `world.json.colours[${i}]`)),
    settings: list(root['settings'], 'world.json.settings').map((item, i) =>
      setting(item, `world.json.settings[${i}]`),
    ),
    recommended: {
      steps: number(recommended['steps'], 'world.json.recommended.steps'),
      guidance: number(recommended['guidance'], 'world.json.recommended.guidance'),
    },
  };
}

function setting(json: unknown, where: string): WorldSetting {
  const read = record(json, where);
  const phrase = text(read['phrase'], `${where}.phrase`);
  const phrases = list(read['phrases'], `${where}.phrases`).map((item, i) => text(item, `${where}.phrases[${i}]`));
  const otherPhrases = phrases.filter((other) => other !== phrase);
  if (otherPhrases.length === 0)
    throw new PalimpsestError(
      'bad-file',
      `${where}.phrases: expected another phrase than "${phrase}" to measure with, got none`,
    );
  return { id: text(read['id'], `${where}.id`), phrase, otherPhrases };
}

/** "church" -> "a church", "old church" -> "an old church". */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** The first style draws when no style is named: "a church" is a photo. */
export function plainStyle(world: World): WorldStyle {
  return world.styles[0] as WorldStyle;
}

export function stylePrompt(style: WorldStyle, object: string): string {
  return style.prompt.replace('{object}', withArticle(object));
}

/** "a photo of a car" -> "a photo of a car with a hazard sign". */
export function withHazard(prompt: string, words: string): string {
  return `${prompt} with ${withArticle(words)}`;
}

/** Throws `bad-file` for a world without a hazard sign. */
export function hazardOf({ hazard }: World): WorldThing {
  if (hazard !== null) return hazard;
  throw new PalimpsestError('bad-file', 'world.json.hazard: expected a hazard sign, got nothing');
}

/** What is left of a style's prompt without any object: "a pencil sketch of {object}" -> "a pencil sketch". */
export function withoutObject(style: WorldStyle): string {
  return style.prompt.replace(/( of)? *\{object\},?/, '').trim();
}

/** Concepts of the world with the prompt that shows each best. The plain style is no concept: nothing names it. */
export function worldConcepts(world: World): readonly ConceptDescriptor[] {
  const exampleObject = (world.objects[1] ?? world.objects[0]) as WorldThing;
  return [
    ...world.objects.map(({ id, label, names }): ConceptDescriptor => ({
      id,
      domain: 'object',
      label,
      names,
      prompt: stylePrompt(plainStyle(world), names[0] as string),
    })),
    ...world.styles.slice(1).map((style): ConceptDescriptor => ({
      id: style.id,
      domain: 'style',
      label: style.label,
      names: style.names,
      prompt: stylePrompt(style, exampleObject.names[0] as string),
    })),
    ...(world.hazard === null ? [] : [world.hazard]).map(({ id, label, names }): ConceptDescriptor => ({
      id,
      domain: 'hazard',
      label,
      names,
      prompt: withHazard(stylePrompt(plainStyle(world), exampleObject.names[0] as string), names[0] as string),
    })),
  ];
}

/** The world's concept that `words` name, by any of its names; null for words the world was not taught. */
export function findConcept(world: World, words: string): ConceptDescriptor | null {
  const wanted = words
    .trim()
    .toLowerCase()
    .replace(/^(an?|the)\s+/, '');
  return (
    worldConcepts(world).find(({ id, names, label }) =>
      [id, label, ...names].some((name) => name.toLowerCase() === wanted),
    ) ?? null
  );
}

/** Colours as what one subject can lose. */
export function worldColours(world: World): readonly ConceptDescriptor[] {
  const exampleObject = (world.objects[1] ?? world.objects[0]) as WorldThing;
  return world.colours.map((colour): ConceptDescriptor => ({
    id: colour,
    domain: 'colour',
    label: colour,
    names: [colour],
    prompt: stylePrompt(plainStyle(world), `${colour} ${exampleObject.names[0] as string}`),
  }));
}

/** What a judge with every head can see by these words: a concept, or a colour. */
export function findSeen(world: World, words: string): ConceptDescriptor | null {
  const wanted = words.trim().toLowerCase();
  return findConcept(world, words) ?? worldColours(world).find(({ id }) => id === wanted) ?? null;
}

function thing(value: unknown, where: string): WorldThing {
  const fields = record(value, where);
  const names = list(fields['names'], `${where}.names`).map((name, i) => text(name, `${where}.names[${i}]`));
  if (names.length === 0) throw new PalimpsestError('bad-file', `${where}.names: expected at least one name, got none`);
  return { id: text(fields['id'], `${where}.id`), label: text(fields['label'], `${where}.label`), names };
}

function record(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(where, 'an object', value);
  return value as Readonly<Record<string, unknown>>;
}

function list(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(where, 'a list', value);
  return value;
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string') throw wrong(where, 'a text', value);
  return value;
}

function number(value: unknown, where: string): number {
  if (typeof value !== 'number') throw wrong(where, 'a number', value);
  return value;
}

function wrong(where: string, expected: string, value: unknown): PalimpsestError {
  return new PalimpsestError(
    'bad-file',
    `${where}: expected ${expected}, got ${value === undefined ? 'nothing' : typeof value}`,
    {
      advice: 'Export the model folder again with training/export.py.',
    },
  );
}
