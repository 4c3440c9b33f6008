/** A rule that combines noise predictions while pictures are drawn, as data. Where none is named, pictures are guided classifier-free. */
import type { ParameterValues } from './experiment.ts';

export interface GuiderChoice {
  /** Id of a method that guides. */
  readonly method: string;
  /** What it leads away from, where its parameters name no words of their own. */
  readonly concept: string;
  /** Missing ones take their defaults. Checked by the engine. */
  readonly parameters: ParameterValues;
}

/** Whether a prompt says the very words that a guider leads away from; capitals and spaces are not heard. There a guider has nothing to do. */
export function saysItself(words: string, prompt: string): boolean {
  const heard = (text: string) => text.trim().toLowerCase().split(/\s+/).join(' ');
  return heard(prompt) !== '' && heard(prompt) === heard(words);
}

/** The words that a choice leads away from. */
export function wordsOf({ concept, parameters }: GuiderChoice): string {
  const text = parameters['text'];
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : concept.trim();
}
