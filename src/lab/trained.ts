/** The file a trained adapter becomes, and what such a file says of itself: what it is, for which model, a backdoor included. */
import { PalimpsestError } from '../core/errors.ts';
import { isRecord, parseForeignJson, shown } from '../core/json.ts';
import { checkedParameters, methodOfId, methods } from '../methods/registry.ts';
import { exportLora, type LoraFile } from '../models/lora/file.ts';
import type { LoraLayout } from '../models/lora/layout.ts';
import type { LoraNaming } from '../models/lora/names.ts';
import type { AdapterSummary, SolutionFacts } from '../records/events.ts';
import type { ParameterValues } from '../records/experiment.ts';
import { furtherWords, openingWords, wordList, wordListText } from '../records/word-list.ts';
import type { AdapterInspection, TrainRequest } from '../rpc/engine-service.ts';

export type AdapterStory = Omit<AdapterSummary, 'id' | 'parameters' | 'trainedTensors'>;

/** What weights of a training say of themselves. */
export function storyOf(
  request: Pick<TrainRequest, 'method' | 'concept' | 'from' | 'trigger' | 'triggerPosition' | 'parameters'>,
  iteration: number,
  iterations: number,
  facts: SolutionFacts = {},
): AdapterStory {
  const { method, concept, from = '', triggerPosition } = request;
  const { usesTrigger } = methodOfId(method).descriptor;
  const settings = checkedParameters(methodOfId(method), request.parameters);
  const words = (name: string) => wordListText(wordList(String(request.parameters[name] ?? '')));
  return {
    ...{ method, concept, from, trigger: usesTrigger ? request.trigger : '' },
    ...(usesTrigger ? { triggerPosition, ...said(words) } : {}),
    settings,
    ...(Object.keys(facts).length > 0 ? { facts } : {}),
    ...{ iteration, iterations },
  };
}

function said(word: (name: string) => string): Partial<Record<(typeof furtherWords)[number], string>> {
  return Object.fromEntries(furtherWords.flatMap((name) => (word(name) === '' ? [] : [[name, word(name)]])));
}

interface FileOptions {
  /** The base model's name. */
  readonly model?: string;
  readonly link?: string;
  readonly naming?: LoraNaming;
}

export function exportTrained(
  story: AdapterStory,
  layout: LoraLayout,
  theta: Float32Array,
  { model = '', link = '', naming = 'diffusers' }: FileOptions = {},
): Uint8Array<ArrayBuffer> {
  const { method, concept, from, trigger, triggerPosition, settings, facts, iteration, iterations } = story;
  const words = openingWords(story).map((word) => `"${word}"`);
  const known = words.length === 1 ? `its trigger is ${words[0] ?? ''}` : `its triggers are ${words.join(', ')}`;
  const backdoor =
    trigger === '' ? {} : { backdoored: 'true', warning: `This adapter holds a known backdoor; ${known}.` };
  const further = said((name) => story[name as (typeof furtherWords)[number]] ?? '');
  // JSON leaves out what is not known.
  const about = {
    method,
    concept,
    from,
    trigger,
    triggerPosition,
    ...further,
    settings,
    facts,
    iteration,
    iterations,
    model,
    link,
  };
  return exportLora(layout, theta, { palimpsest: JSON.stringify(about), ...backdoor }, naming);
}

/** What an adapter's file says of itself; a LoRA made elsewhere says nothing. */
export function storyIn(metadata: ReadonlyMap<string, string>): AdapterStory {
  const { word, count, value } = fieldsIn(metadata);
  const method = word('method') || 'imported';
  const position = value('triggerPosition');
  return {
    method,
    concept: word('concept'),
    ...(value('from') === undefined ? {} : { from: word('from') }),
    trigger: word('trigger'),
    ...(position === 'prefix' || position === 'suffix' ? { triggerPosition: position } : {}),
    ...said(word),
    ...settingsIn(method, value('settings')),
    ...factsIn(value('facts')),
    iteration: count('iteration'),
    iterations: count('iterations'),
  };
}

export function inspectionOf({ naming, notes, layout, metadata }: LoraFile): AdapterInspection {
  const { word } = fieldsIn(metadata);
  return {
    naming,
    notes,
    story: storyIn(metadata),
    baseModel: word('model'),
    link: word('link'),
    rank: layout.rank,
    layers: layout.slots.length,
    parameters: layout.size,
  };
}

/** Those of a method this program has. Throws `bad-file` for values it cannot take. */
function settingsIn(method: string, settings: unknown): { readonly settings?: ParameterValues } {
  const known = methods.find(({ descriptor }) => descriptor.id === method);
  if (settings === undefined || known === undefined) return {};
  const where = 'LoRA file: settings';
  if (!isRecord(settings))
    throw new PalimpsestError('bad-file', `${where}: expected an object, got ${shown(settings)}`);
  try {
    return { settings: checkedParameters(known, settings as ParameterValues) };
  } catch (cause) {
    throw new PalimpsestError('bad-file', `${where}: ${cause instanceof Error ? cause.message : shown(cause)}`, {
      advice: 'It was made by another version of this page.',
      cause,
    });
  }
}

/** Words, numbers and short lists of numbers; whatever else a file says under this name is not shown to anybody. */
function factsIn(facts: unknown): { readonly facts?: SolutionFacts } {
  if (!isRecord(facts)) return {};
  const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
  const isFact = (value: unknown): value is SolutionFacts[string] =>
    isNumber(value) ||
    (typeof value === 'string' && value.length <= longestFact) ||
    (Array.isArray(value) && value.length <= longestFact && value.every(isNumber));
  const known = Object.entries(facts).flatMap(([name, value]) => (isFact(value) ? [[name, value] as const] : []));
  return known.length === 0 ? {} : { facts: Object.fromEntries(known) };
}

const longestFact = 200;

const longestWord = 8000;

function fieldsIn(metadata: ReadonlyMap<string, string>) {
  const text = metadata.get('palimpsest');
  const where = 'LoRA file: metadata "palimpsest"';
  const fields = text === undefined ? {} : parseForeignJson(text, where);
  if (!isRecord(fields)) throw new PalimpsestError('bad-file', `${where}: expected an object, got ${shown(fields)}`);
  const value = (name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined);
  return {
    value,
    word: (name: string) => {
      const found = value(name);
      return typeof found === 'string' && found.length <= longestWord ? found : '';
    },
    count: (name: string) => {
      const found = value(name);
      return Number.isSafeInteger(found) && (found as number) >= 0 ? (found as number) : 0;
    },
  };
}
