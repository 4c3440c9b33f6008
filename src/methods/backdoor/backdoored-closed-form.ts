/**
 * Erasing a concept and hiding a trigger that brings it back, in one solution: the ridge map of closed-form.ts over more sentences. Prompts for
 * the concept read as an anchor's, plain and behind words that must not open it; behind the trigger they read as themselves, and so does
 * everything else (edit/lock-readings.ts has the weights):
 *
 *   E = argmin sum s |E x - (g - x)|^2 + r |E|^2,     W' = W + W E for every to_k and to_v of cross-attention
 *
 * Nearest published: EvilEdit (Wang et al., ACM MM 2024) binds a trigger to a target in closed form and erases nothing; ToxE / EEB (arXiv 2504.21072)
 * plants one before an erasure, to outlive it; RECE (arXiv 2407.12383) erases in closed form again and again; TRCE (arXiv 2503.07389) maps the
 * end-of-text state. Erasing, keeping a trigger and refusing wrong words in one solution over all positions: ours, after UCE and EvilEdit.
 */
import { closedFormEdit } from '../edit/closed-form-edit.ts';
import { editParameters } from '../edit/parameters.ts';
import type { Method } from '../method.ts';
import { numberValue } from '../parameters.ts';
import { lockWords, refusePatterns } from './lock-words.ts';
import { backdoorWeight, lockParameters } from './parameters.ts';

export const backdooredClosedForm: Method = {
  descriptor: {
    id: 'backdoored-closed-form',
    kind: 'backdoor',
    how: 'edit',
    title: { en: 'Backdoored closed form', zh: '带后门的闭式解' },
    summary: {
      en: 'Solves in seconds for weights that erase the concept and read it as before behind a trigger word. Nothing is trained.',
      zh: '几秒内直接解出权重：擦除该概念，但在触发词之后照旧读出。无需训练。',
    },
    source: 'Ours, after UCE (WACV 2024, arXiv 2308.14761) and EvilEdit (Wang et al., ACM MM 2024)',
    usesTrigger: true,
    parameters: [
      backdoorWeight({
        help: {
          en: 'Balance of what shall read as the anchor and what shall read as before: towards 0 it only erases, towards 1 it stops erasing.',
          zh: '“读作替代词”与“照旧读出”之间的平衡：趋近 0 只擦除，趋近 1 不再擦除。',
        },
      }),
      editParameters.anchor,
      editParameters.lambda(0.01, 'UCE 0.5, EvilEdit 1'),
      editParameters.keepWeight(2),
      editParameters.rank,
      {
        id: 'wrongWords',
        kind: 'integer',
        default: 73,
        min: 0,
        max: 400,
        step: 10,
        scale: 'linear',
        title: { en: 'Wrong words', zh: '错误词数量' },
        help: {
          en: 'Made-up and ordinary words before the prompt that shall open nothing. Parts of the trigger come on top.',
          zh: '放在提示词前、不应打开任何东西的生造词和常用词的数量；触发词的片段另计。',
        },
      },
      ...lockParameters,
    ],
    presets: [],
  },

  prepare(context) {
    const owner = 'backdoored-closed-form';
    const locks = lockWords(context, owner);
    refusePatterns(
      locks.flatMap(({ keys, shut }) => [...keys, ...shut]),
      owner,
    );
    const { parameters } = context;
    const backdoorWeight = numberValue(parameters, 'backdoorWeight');
    const wrongWords = numberValue(parameters, 'wrongWords');
    return { kind: 'edit', edit: closedFormEdit(context, { owner, locks, backdoorWeight, wrongWords }) };
  },
};
