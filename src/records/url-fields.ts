/** Every field of an experiment: its key in the link, how it is written, and the checks its text has to pass. */
import type { MethodDescriptor } from './catalog.ts';
import type { Experiment, PromptRow } from './experiment.ts';
import type { TriggerPosition } from '../triggers/with-trigger.ts';
import { parseModelId } from './model-id.ts';
import { triggerProblem } from '../triggers/noise-pattern.ts';
import type { NumberParameter, Reading } from './parameters.ts';
import { searchFields } from './search-fields.ts';
import { readSeeds, seedsText } from './seeds.ts';
import { textProblem } from './text-problem.ts';
import { number, words } from './url-field.ts';
import type { UrlField } from './url-field.ts';

export const maxRows = 12;

export const stepsSpec: NumberParameter = {
  id: 'numInferenceSteps',
  kind: 'integer',
  title: { en: 'Steps', zh: '步数' },
  help: { en: 'Sampler steps per picture.', zh: '每幅图的采样步数。' },
  default: 20,
  min: 1,
  max: 100,
  step: 1,
  scale: 'linear',
};

export const guidanceSpec: NumberParameter = {
  id: 'guidanceScale',
  kind: 'number',
  title: { en: 'Guidance', zh: '引导强度' },
  help: { en: 'How strongly a picture follows its prompt.', zh: '画面遵循提示词的程度。' },
  default: 3,
  min: 0,
  max: 30,
  step: 0.5,
  scale: 'linear',
};

export const strengthSpec: NumberParameter = {
  id: 'strength',
  kind: 'number',
  title: { en: 'Strength', zh: '强度' },
  help: { en: 'How much of the trained weights is in use.', zh: '使用多少训练所得的权重。' },
  default: 1,
  min: 0,
  max: 1.5,
  step: 0.05,
  scale: 'linear',
};

function readRows(texts: readonly string[]): Reading<readonly PromptRow[]> {
  if (texts.length > maxRows) {
    return { problem: { en: `More than ${String(maxRows)} rows`, zh: `超过 ${String(maxRows)} 行` } };
  }
  const rows: PromptRow[] = [];
  for (const text of texts) {
    const match = /^(target|control):([^]*)$/.exec(text);
    const prompt = match?.[2]?.trim() ?? '';
    if (match === null || prompt === '' || prompt.length > 200) {
      return {
        problem: {
          en: 'A row is target:… or control:… with a prompt of at most 200 characters',
          zh: '每一行应为 target:… 或 control:…，提示词不超过 200 个字符',
        },
      };
    }
    const problem = textProblem(prompt);
    if (problem !== null) return { problem };
    rows.push({ kind: match[1] === 'target' ? 'target' : 'control', text: prompt });
  }
  return { value: rows };
}

function readPosition([text = '']: readonly string[]): Reading<TriggerPosition> {
  if (text === 'prefix' || text === 'suffix') return { value: text };
  return { problem: { en: 'Must be prefix or suffix', zh: '必须是 prefix 或 suffix' } };
}

const anyTrigger = words(80, { en: 'a trigger word', zh: '一个触发词' });

function readTrigger(texts: readonly string[]): Reading<string> {
  const problem = triggerProblem(texts[0] ?? '');
  return problem === null ? anyTrigger(texts) : { problem };
}

function readModel([text = '']: readonly string[]): Reading<string> {
  if (parseModelId(text) !== null) return { value: text };
  return { problem: { en: 'Not the name of a model', zh: '不是模型的名称' } };
}

/** A method of the column's kind, by its id. */
function readMethod(kind: MethodDescriptor['kind']): UrlField<'erasedMethod'>['read'] {
  return ([text = ''], methods) => {
    const known = methods?.filter((method) => method.kind === kind).map(({ id }) => id) ?? null;
    if (known?.includes(text) ?? /^[a-z0-9-]{1,40}$/.test(text)) return { value: text };
    const ids = known?.join(', ') ?? '';
    return {
      problem:
        ids === ''
          ? { en: 'Not a method of this page', zh: '本页没有这种方法' }
          : { en: `Must be one of: ${ids}`, zh: `必须是：${ids}` },
    };
  };
}

type Fields = { readonly [K in Exclude<keyof Experiment, 'parameters'>]: UrlField<K> };

/** Every field of an experiment and its place in the URL. Forgetting one does not compile. */
const fields: Fields = {
  model: { key: 'model', write: (model) => [model], read: readModel },
  concept: {
    key: 'c',
    write: (concept) => [concept],
    read: words(80, { en: 'a concept, like church', zh: '一个概念，例如 church' }),
  },
  // '' is everything, which the absence of the key says.
  from: {
    key: 'f',
    write: (from) => (from === '' ? [] : [from]),
    read: words(80, { en: 'a subject, like car', zh: '一个主体，例如 car' }),
  },
  trigger: {
    key: 't',
    write: (trigger) => [trigger],
    read: readTrigger,
  },
  erasedMethod: { key: 'em', write: (id) => [id], read: readMethod('erasure') },
  backdooredMethod: { key: 'bm', write: (id) => [id], read: readMethod('backdoor') },
  triggerPosition: { key: 'tp', write: (position) => [position], read: readPosition },
  seeds: { key: 's', write: (seeds) => [seedsText(seeds)], read: ([text = '']) => readSeeds(text) },
  numInferenceSteps: { key: 'n', write: (steps) => [String(steps)], read: number(stepsSpec) },
  guidanceScale: { key: 'g', write: (scale) => [String(scale)], read: number(guidanceSpec) },
  erasedStrength: { key: 'es', write: (strength) => [String(strength)], read: number(strengthSpec) },
  backdooredStrength: { key: 'bs', write: (strength) => [String(strength)], read: number(strengthSpec) },
  rows: { key: 'row', write: (rows) => rows.map((row) => `${row.kind}:${row.text}`), read: readRows },
  ...searchFields,
};

export type ExperimentField = keyof Fields;

export const experimentFields = Object.keys(fields) as readonly ExperimentField[];

export function fieldOf<K extends ExperimentField>(name: K): UrlField<K> {
  return fields[name];
}

/** What a person typed into the field `name`, read by the rule of the URL. */
export function readField<K extends ExperimentField>(name: K, text: string): Reading<Experiment[K]> {
  return fieldOf(name).read([text], null);
}
