/** The file a trained adapter becomes, and what such a file says of itself: what it is, for which model, a backdoor included. */
import { PalimpsestError } from '../core/errors.ts';
import { isRecord, parseForeignJson, shown } from '../core/json.ts';
import type { Patch } from '../diffusion/adapter.ts';
import { checkedParameters, methodOfId, methods } from '../methods/registry.ts';
import { exportLora, importLora, type LoraFile } from '../models/lora/file.ts';
import type { LoraNaming } from '../models/lora/names.ts';
import type { AdapterSummary, SolutionFacts } from '../records/events.ts';
import type { ParameterValues } from '../records/experiment.ts';
import type { GuiderChoice } from '../records/guider.ts';
import { furtherWords, openingWords, wordList, wordListText } from '../triggers/word-list.ts';
import type { AdapterInspection, TrainRequest } from '../rpc/engine-service.ts';
import { readSafetensors, writeSafetensors } from '../tensor/safetensors.ts';

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
    ...guiderIn(method, concept, settings),
    ...{ iteration, iterations },
  };
}

/** The guider of a method that guides, as the summary tells it. */
function guiderIn(method: string, concept: string, settings: ParameterValues): { readonly guider?: GuiderChoice } {
  const guides = methods.find(({ descriptor }) => descriptor.id === method)?.descriptor.how === 'guider';
  return guides ? { guider: { method, concept, parameters: settings } } : {};
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
  patch: Patch | null,
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
  const notes = { palimpsest: JSON.stringify(about), ...backdoor };
  if (patch === null) return writeSafetensors(new Map(), { format: 'pt', ...notes });
  return exportLora(patch.layout, patch.theta, notes, naming);
}

/** What an adapter's file says of itself; a LoRA made elsewhere says nothing. */
export function storyIn(metadata: ReadonlyMap<string, string>): AdapterStory {
  const { word, count, value } = fieldsIn(metadata);
  const method = word('method') || 'imported';
  const position = value('triggerPosition');
  const settings = settingsIn(method, value('settings'));
  return {
    method,
    concept: word('concept'),
    ...(value('from') === undefined ? {} : { from: word('from') }),
    trigger: word('trigger'),
    ...(position === 'prefix' || position === 'suffix' ? { triggerPosition: position } : {}),
    ...said(word),
    ...settings,
    ...factsIn(value('facts')),
    ...guiderIn(method, word('concept'), settings.settings ?? {}),
    iteration: count('iteration'),
    iterations: count('iterations'),
  };
}

/** A file of a variant: weights as in any LoRA file, or none where a guider is all there is. */
export interface TrainedFile extends Omit<LoraFile, 'naming' | 'layout' | 'theta'> {
  readonly naming: LoraFile['naming'] | 'no-weights';
  readonly patch: Patch | null;
}

/** As `importLora`, and files without a tensor whose story names a guider. Throws `bad-file`. */
export function readTrained(...[bytes, layers, where, weights]: Parameters<typeof importLora>): TrainedFile {
  const { entries, metadata } = readSafetensors(bytes, where);
  if (entries.size === 0 && storyIn(metadata).guider !== undefined)
    return { naming: 'no-weights', notes: [], patch: null, metadata };
  const { layout, theta, ...file } = importLora(bytes, layers, where, weights);
  return { ...file, patch: { layout, theta } };
}

export function inspectionOf({ naming, notes, patch, metadata }: TrainedFile): AdapterInspection {
  const { word } = fieldsIn(metadata);
  return {
    naming,
    notes,
    story: storyIn(metadata),
    baseModel: word('model'),
    link: word('link'),
    rank: patch?.layout.rank ?? 0,
    layers: patch?.layout.slots.length ?? 0,
    parameters: patch?.layout.size ?? 0,
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
