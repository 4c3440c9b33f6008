/** Descriptions of what can be set. Methods, samplers and metrics carry them; forms, URLs and flags are drawn from them. */
import type { LocalText } from '../core/local-text.ts';
import { PalimpsestError } from '../core/errors.ts';
import { readNumber } from '../core/typed-number.ts';
import { textProblem } from './text-problem.ts';
import type { ParameterValue, ParameterValues } from './experiment.ts';
import { repeatedWord, wordList } from '../triggers/word-list.ts';

/** What a text stands for, or why it stands for nothing. */
export type Reading<T> = { readonly value: T } | { readonly problem: LocalText };

interface ParameterCommon {
  /** camelCase in code; the command line flag is its kebab-case form. */
  readonly id: string;
  readonly title: LocalText;
  readonly help: LocalText;
  /** What the paper used, as text, shown beside the field; absent when the paper has no such parameter. */
  readonly paperValue?: string;
}

export interface NumberParameter extends ParameterCommon {
  readonly kind: 'number' | 'integer';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** Steps of the slider or arrow keys. */
  readonly step: number;
  readonly scale: 'linear' | 'log';
  readonly unit?: string;
}

export interface ChoiceParameter extends ParameterCommon {
  readonly kind: 'choice';
  readonly default: string;
  readonly choices: readonly { readonly value: string; readonly title: LocalText }[];
}

export interface SwitchParameter extends ParameterCommon {
  readonly kind: 'switch';
  readonly default: boolean;
}

/** Words with commas between them; '' for none. */
export interface WordsParameter extends ParameterCommon {
  readonly kind: 'words';
  readonly default: string;
  /** How many there may be. */
  readonly most: number;
}

export type ParameterSpec = NumberParameter | ChoiceParameter | SwitchParameter | WordsParameter;

const longestWord = 80;

/** Why `value` is not allowed for `spec`, in words for the person who typed it, or null when it is fine. */
export function parameterProblem(spec: ParameterSpec, value: unknown): LocalText | null {
  switch (spec.kind) {
    case 'number':
    case 'integer': {
      const range = `${String(spec.min)} – ${String(spec.max)}`;
      if (typeof value !== 'number' || !Number.isFinite(value)) {
        return { en: `Needs a number, ${range}`, zh: `需要一个数字，${range}` };
      }
      if (spec.kind === 'integer' && !Number.isInteger(value)) {
        return { en: `Needs a whole number, ${range}`, zh: `需要整数，${range}` };
      }
      if (value < spec.min || value > spec.max) {
        return { en: `Must be within ${range}`, zh: `必须在 ${range} 之间` };
      }
      return null;
    }
    case 'choice': {
      if (spec.choices.some((choice) => choice.value === value)) return null;
      const allowed = spec.choices.map((choice) => choice.value).join(', ');
      return { en: `Must be one of: ${allowed}`, zh: `必须是：${allowed}` };
    }
    case 'words': {
      if (typeof value !== 'string')
        return { en: 'Must be words with commas between them', zh: '必须是用逗号分隔的词' };
      const words = wordList(value);
      if (words.length > spec.most)
        return { en: `Must be at most ${String(spec.most)} words or phrases`, zh: `最多 ${String(spec.most)} 个词` };
      if (words.some((word) => word.length > longestWord))
        return {
          en: `Each must have at most ${String(longestWord)} characters`,
          zh: `每个最多 ${String(longestWord)} 个字符`,
        };
      const unwritable = textProblem(value);
      if (unwritable !== null) return unwritable;
      const twice = repeatedWord(words);
      return twice === null ? null : { en: `Has “${twice}” twice`, zh: `“${twice}”出现了两次` };
    }
    case 'switch':
      return typeof value === 'boolean' ? null : { en: 'Must be on or off', zh: '必须是开或关' };
  }
}

/** Every parameter of `specs`: the given value where there is one, the default elsewhere. Throws nothing; check first. */
export function withDefaults(specs: readonly ParameterSpec[], given: ParameterValues): ParameterValues {
  return Object.fromEntries(specs.map((spec): [string, ParameterValue] => [spec.id, given[spec.id] ?? spec.default]));
}

/** `given` completed with defaults. Throws `bad-argument` naming the first unknown or wrong value as `owner.id`. */
export function checkedValues(owner: string, specs: readonly ParameterSpec[], given: ParameterValues): ParameterValues {
  for (const id of Object.keys(given)) {
    if (!specs.some((spec) => spec.id === id))
      throw new PalimpsestError('bad-argument', `${owner}.${id}: no such parameter`);
  }
  const values = withDefaults(specs, given);
  for (const spec of specs) {
    const problem = parameterProblem(spec, values[spec.id]);
    if (problem !== null)
      throw new PalimpsestError('bad-argument', `${owner}.${spec.id}: ${problem.en}, got ${String(values[spec.id])}`);
  }
  return values;
}

export function numberValue(values: ParameterValues, id: string): number {
  const value = values[id];
  if (typeof value !== 'number')
    throw new PalimpsestError('bad-argument', `parameter ${id}: expected a number, got ${typeof value}`);
  return value;
}

export function wordsValue(values: ParameterValues, id: string): readonly string[] {
  const value = values[id];
  if (typeof value !== 'string')
    throw new PalimpsestError('bad-argument', `parameter ${id}: expected words, got ${typeof value}`);
  return wordList(value);
}

export function choiceValue<T extends string>(values: ParameterValues, id: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === values[id]);
  if (found === undefined)
    throw new PalimpsestError(
      'bad-argument',
      `parameter ${id}: expected one of ${choices.join(', ')}, got ${String(values[id])}`,
    );
  return found;
}

/** The value a parameter's text stands for, or why it stands for none. */
export function readParameter(spec: ParameterSpec, text: string): Reading<ParameterValue> {
  let value: ParameterValue = text;
  if (spec.kind === 'switch') {
    if (text === 'true' || text === 'on') value = true;
    if (text === 'false' || text === 'off') value = false;
  } else if (spec.kind === 'number' || spec.kind === 'integer') {
    value = readNumber(text);
  }
  const problem = parameterProblem(spec, value);
  return problem === null ? { value } : { problem };
}

/** The parameters of `given` that differ from the method's defaults; what an Experiment stores. */
export function changedParameters(specs: readonly ParameterSpec[], given: ParameterValues): ParameterValues {
  const all = withDefaults(specs, given);
  return Object.fromEntries(
    specs.flatMap((spec): [string, ParameterValue][] => {
      const value = all[spec.id];
      return value === undefined || value === spec.default ? [] : [[spec.id, value]];
    }),
  );
}
