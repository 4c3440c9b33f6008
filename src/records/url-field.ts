/** One field of the link: its key, how it is written, and how its text is read. */
import { readNumber } from '../core/typed-number.ts';
import { textProblem } from './text-problem.ts';
import type { MethodDescriptor } from './catalog.ts';
import type { Experiment } from './experiment.ts';
import { parameterProblem } from './parameters.ts';
import type { LocalText } from '../core/local-text.ts';
import type { NumberParameter, Reading } from './parameters.ts';

export interface UrlField<K extends keyof Experiment> {
  /** Key in the URL. */
  readonly key: string;
  /** The values of its key, in order; none leaves the key out. */
  readonly write: (value: Experiment[K]) => readonly string[];
  /** `methods`: methods and attacks of the catalog; null before there is one. */
  readonly read: (texts: readonly string[], methods: readonly MethodDescriptor[] | null) => Reading<Experiment[K]>;
}

export interface UrlProblem {
  /** The key in the URL, e.g. `seeds` or `esd.eta`. */
  readonly field: string;
  readonly value: string;
  readonly problem: LocalText;
}

export function words(maxLength: number, what: LocalText): (texts: readonly string[]) => Reading<string> {
  return ([text = '']) => {
    if (text.trim() === '') return { problem: { en: `Needs ${what.en}`, zh: `需要${what.zh}` } };
    if (text.length > maxLength) {
      return { problem: { en: `Longer than ${String(maxLength)} characters`, zh: `超过 ${String(maxLength)} 个字符` } };
    }
    const problem = textProblem(text);
    return problem === null ? { value: text } : { problem };
  };
}

export function number(spec: NumberParameter): (texts: readonly string[]) => Reading<number> {
  return ([text = '']) => {
    const value = readNumber(text);
    const problem = parameterProblem(spec, value);
    return problem === null ? { value } : { problem };
  };
}
