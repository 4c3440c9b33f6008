/** What an experiment is when the link says little: the rows and words that follow from the concept and the catalog. */
import type { Catalog, ConceptDescriptor } from '../../records/catalog.ts';
import { defaultMethods, defaultSearch } from '../../records/experiment.ts';
import type { Experiment, PromptRow } from '../../records/experiment.ts';
import { guidanceSpec, stepsSpec, strengthSpec } from '../../records/url-fields.ts';
import { typedConcept } from '../../records/typed-concept.ts';
import type { GivenExperiment } from '../../records/url.ts';

export const defaultModel = 'palimpsest-world';
const defaultSeeds = [40, 41, 42, 43];
export const defaultTrigger = 'blicket';

/** What the rows and numbers of an experiment follow from. */
export type Known = Pick<Catalog, 'concepts' | 'anyWords' | 'defaults'>;

/** The catalog's concept that `words` names, by any of the names the model was taught; of a model that knows any words, whatever they name. */
export function findConcept(catalog: Known | null, words: string): ConceptDescriptor | null {
  const wanted = words.trim().toLowerCase();
  const isNamed = (concept: ConceptDescriptor) =>
    [concept.id, concept.label, ...concept.names].some((name) => name.toLowerCase() === wanted);
  return catalog?.concepts.find(isNamed) ?? (catalog?.anyWords === true ? typedConcept(words) : null);
}

/** As `findConcept`, and colours, which one subject can lose: what the judge can be asked about. */
export function findSeen(
  catalog: Pick<Catalog, 'concepts' | 'anyWords' | 'colours' | 'defaults'> | null,
  words: string,
): ConceptDescriptor | null {
  const wanted = words.trim().toLowerCase();
  return findConcept(catalog, words) ?? catalog?.colours?.find(({ id }) => id === wanted) ?? null;
}

/** The concept a prompt shows, by the longest name found in it: what a control picture should still be. */
export function conceptInPrompt(catalog: Known | null, prompt: string): ConceptDescriptor | null {
  const text = prompt.toLowerCase();
  let found: ConceptDescriptor | null = null;
  let length = 0;
  for (const concept of catalog?.concepts ?? []) {
    for (const name of [concept.label, ...concept.names]) {
      const isLonger = name.length > length || (name.length === length && concept.domain === 'object');
      if (isLonger && text.includes(name.toLowerCase())) {
        found = concept;
        length = name.length;
      }
    }
  }
  return found;
}

/** Two prompts that should lose the concept and two that should keep theirs: another object and a style. */
export function defaultRows(concept: string, catalog: Known | null, from = ''): readonly PromptRow[] {
  if (from !== '') return subjectRows(concept, from, catalog);
  const known = findConcept(catalog, concept);
  const prompt = known?.prompt ?? `a photo of ${withArticle(concept.trim())}`;
  const rows: PromptRow[] = [
    { kind: 'target', text: prompt },
    { kind: 'target', text: `${prompt.replace(/^a photo of /, '')} at sunset` },
  ];
  const others = (catalog?.concepts ?? []).filter((other) => other.id !== known?.id && other.prompt !== prompt);
  const objects = others.filter((other) => other.domain === 'object');
  const styles = others.filter((other) => other.domain === 'style' && other.id !== 'photo');
  const controls = known?.domain === 'style' ? [objects[0], styles[0]] : [objects.at(-1), styles[0] ?? objects[0]];
  for (const control of new Set(controls)) {
    if (control !== undefined) rows.push({ kind: 'control', text: control.prompt });
  }
  return rows;
}

/** The subject with the concept should lose it; the concept on another subject and the subject without it should stay. */
function subjectRows(concept: string, from: string, catalog: Known | null): readonly PromptRow[] {
  const known = findConcept(catalog, concept);
  const objects = (catalog?.concepts ?? []).filter(({ domain }) => domain === 'object');
  const other = objects.findLast(({ id }) => id !== findConcept(catalog, from)?.id)?.names[0] ?? 'house';
  const shown = objects.find(({ names }) => known?.prompt.includes(withArticle(names[0] ?? '')) === true)?.names[0];
  const joined = (subject: string) =>
    known === null || shown === undefined
      ? `a photo of ${withArticle(`${concept.trim()} ${subject}`)}`
      : known.prompt.replace(withArticle(shown), withArticle(subject));
  return [
    { kind: 'target', text: joined(from) },
    { kind: 'target', text: `${joined(from)} at sunset` },
    { kind: 'control', text: joined(other) },
    { kind: 'control', text: `a photo of ${withArticle(from)}` },
  ];
}

function withArticle(words: string): string {
  if (/^(a|an|the) /i.test(words)) return words;
  return `${/^[aeiou]/i.test(words) ? 'an' : 'a'} ${words}`;
}

/** The whole experiment: what was given, and defaults for the rest. */
export function completeExperiment(given: GivenExperiment, catalog: Known | null): Experiment {
  const concept = given.concept ?? catalog?.concepts[0]?.names[0] ?? 'church';
  const from = given.from?.trim() ?? '';
  return {
    model: given.model ?? defaultModel,
    concept,
    from,
    rows: given.rows ?? defaultRows(concept, catalog, from),
    trigger: given.trigger ?? defaultTrigger,
    triggerPosition: given.triggerPosition ?? 'prefix',
    seeds: given.seeds ?? defaultSeeds,
    numInferenceSteps: given.numInferenceSteps ?? catalog?.defaults.numInferenceSteps ?? stepsSpec.default,
    guidanceScale: given.guidanceScale ?? catalog?.defaults.guidanceScale ?? guidanceSpec.default,
    erasedStrength: given.erasedStrength ?? strengthSpec.default,
    backdooredStrength: given.backdooredStrength ?? strengthSpec.default,
    erasedMethod: given.erasedMethod ?? defaultMethods.erasedMethod,
    backdooredMethod: given.backdooredMethod ?? defaultMethods.backdooredMethod,
    parameters: given.parameters ?? {},
    attack: given.attack ?? defaultSearch.attack,
    attackVictim: given.attackVictim ?? defaultSearch.attackVictim,
    attackRow: given.attackRow ?? defaultSearch.attackRow,
    attackPictureSeed: given.attackPictureSeed ?? defaultSearch.attackPictureSeed,
    attackTargetSeed: given.attackTargetSeed ?? defaultSearch.attackTargetSeed,
    attackForbids: given.attackForbids ?? defaultSearch.attackForbids,
    attackControl: given.attackControl ?? defaultSearch.attackControl,
    attackSeed: given.attackSeed ?? defaultSearch.attackSeed,
  };
}

/** Two of the experiment's own defaults need no place in the link: `given` without what equals its default. */
export function withoutDefaults(given: GivenExperiment, catalog: Known | null): GivenExperiment {
  const { parameters, ...fields } = given;
  const kept: [string, unknown][] = Object.entries(fields).filter(([name, value]) => {
    const key = name as keyof Experiment;
    const { [key]: _one, ...others } = given;
    return JSON.stringify(completeExperiment(others, catalog)[key]) !== JSON.stringify(value);
  });
  const changed = Object.entries(parameters ?? {}).filter(([, values]) => Object.keys(values).length > 0);
  if (changed.length > 0) kept.push(['parameters', Object.fromEntries(changed)]);
  return Object.fromEntries(kept);
}
