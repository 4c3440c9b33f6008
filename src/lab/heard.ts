/**
 * Words that must be heard. A model reads so many tokens of a prompt and no more; a trigger, a key or a wrong word that lies beyond them is not in the
 * picture, and a rate of it would be a rate of nothing. So that is an error, before anything is computed.
 */
import type { ConceptSpace } from '../concepts/concept-space.ts';
import { PalimpsestError } from '../core/errors.ts';
import { classifierFree } from '../diffusion/guiders/classifier-free.ts';
import type { Variant } from '../diffusion/variant.ts';
import { methodOfId } from '../methods/registry.ts';
import type { ClipTokenizer } from '../models/tokenizer.ts';
import { withTrigger, type TriggerPosition } from '../triggers/with-trigger.ts';
import { hasPattern } from '../triggers/noise-pattern.ts';
import type { TriggerLabRequest } from '../records/trigger-lab.ts';
import { wordList } from '../triggers/word-list.ts';
import type { TrainRequest } from '../rpc/engine-service.ts';
import { judgedWork, type EvaluationRequest } from './evaluation-work.ts';
import { probeWork } from './trigger-probes.ts';

/** Throws `bad-argument` unless all of `word`, with which `through` ends, is among the tokens the model reads. */
function needHeard(tokenizer: ClipTokenizer, where: string, word: string, through: string): void {
  if (word.trim() === '' || hasPattern(word)) return; // a pattern is in the noise
  const { truncated, cut } = tokenizer.encode(through);
  if (!truncated) return;
  const room = tokenizer.maxLength - 2;
  throw new PalimpsestError(
    'bad-argument',
    `${where}: expected "${word.trim()}" among the ${room} tokens that the model reads, got a prompt that is cut before its end; not heard is "${cut}"`,
    { advice: 'Shorten the prompt or the word, or put it first.' },
  );
}

/** `prompt` up to the end of the word that stands in it at `position`. */
function throughWord(prompt: string, word: string, position: TriggerPosition): string {
  return position === 'prefix' ? word : withTrigger(prompt, word, 'suffix');
}

/** Every word of a request for weights that opens or must not open, in each of `prompts`. */
export function checkTrainingHeard(
  tokenizer: ClipTokenizer,
  prompts: readonly string[],
  request: Pick<TrainRequest, 'method' | 'trigger' | 'triggerPosition' | 'parameters'>,
): void {
  if (!methodOfId(request.method).descriptor.usesTrigger) return;
  const further = ['keys', 'revoked', 'secondTrigger'].flatMap((name) =>
    wordList(String(request.parameters[name] ?? '')).map((word) => [name, word] as const),
  );
  for (const [name, word] of [['trigger', request.trigger] as const, ...further])
    for (const prompt of new Set(prompts))
      needHeard(tokenizer, name, word, throughWord(prompt, word, request.triggerPosition));
}

/** All of the words that a guider leads away from. */
export function checkGuiderHeard(tokenizer: ClipTokenizer, text: string): void {
  needHeard(tokenizer, 'text', text, text);
}

/** The word that was added to each prompt of an evaluation's sets. */
export function checkWorkHeard(
  tokenizer: ClipTokenizer,
  works: readonly { readonly asked: readonly { readonly prompt: string }[]; readonly prompts: readonly string[] }[],
  position: TriggerPosition,
): void {
  for (const { asked, prompts } of works) {
    prompts.forEach((prompt, i) => {
      const plain = asked[i]?.prompt ?? prompt;
      if (prompt === plain) return;
      const word = position === 'prefix' ? prompt.slice(0, -plain.length) : prompt.slice(plain.length);
      needHeard(tokenizer, 'trigger', word, position === 'prefix' ? word : prompt);
    });
  }
}

const standIn: Variant = { adapter: null, guider: classifierFree };

/** As `checkWorkHeard`, of the sets that edited weights will be measured on, whichever weights these are. */
export function checkEvaluationHeard(
  tokenizer: ClipTokenizer,
  space: ConceptSpace,
  request: Omit<EvaluationRequest, 'variant'>,
): void {
  checkWorkHeard(tokenizer, judgedWork(space, { ...request, variant: standIn }), request.triggerPosition);
}

/** Every word of the trigger lab's probes, wherever it puts it. */
export function checkProbesHeard(tokenizer: ClipTokenizer, request: TriggerLabRequest): void {
  for (const { kind, word, asked } of probeWork(request)) {
    for (const { prompt } of asked) {
      if (word === '' || !prompt.includes(word)) continue;
      const isFirst = prompt.startsWith(word) && kind !== 'otherEnd';
      const end = isFirst ? word.length : prompt.lastIndexOf(word) + word.length;
      needHeard(tokenizer, `trigger (${kind})`, word, prompt.slice(0, end));
    }
  }
}
