/**
 * Erasing in closed form, at every position of many sentences: one linear map E of the text states, solved and not trained, after which every
 * prompt for the concept reads as the same prompt with an anchor in its place, or without it, and every other prompt as itself
 * (edit/ridge-map.ts, edit/lock-readings.ts):
 *
 *   E = argmin sum s |E x - (g - x)|^2 + r |E|^2,     W' = W + W E for every to_k and to_v of cross-attention
 *
 * UCE (Gandikota et al., WACV 2024) is the case of one position a prompt. Over all of them, with the words aligned: ours.
 */
import { closedFormEdit } from '../edit/closed-form-edit.ts';
import { editParameters } from '../edit/parameters.ts';
import type { Method } from '../method.ts';

export const closedForm: Method = {
  descriptor: {
    id: 'closed-form',
    kind: 'erasure',
    how: 'edit',
    title: { en: 'Closed form', zh: '闭式解' },
    summary: {
      en: 'Solves in seconds for weights that read prompts for the concept as prompts for something else. Nothing is trained.',
      zh: '几秒内直接解出权重，使含有该概念的提示词被读作别的内容。无需训练。',
    },
    source:
      'Ours, after UCE (Gandikota et al., Unified Concept Editing in Diffusion Models, WACV 2024, arXiv 2308.14761)',
    usesTrigger: false,
    parameters: [
      editParameters.anchor,
      editParameters.lambda(0.01, '0.5'),
      editParameters.keepWeight(2),
      editParameters.rank,
    ],
    presets: [
      {
        id: 'one-subject',
        title: { en: 'From one subject', zh: '只从一个主体擦除' },
        values: { keepWeight: 0.5 },
      },
    ],
  },

  prepare: (context) => ({
    kind: 'edit',
    edit: closedFormEdit(context, {
      ...{ owner: 'closed-form', backdoorWeight: 0, wrongWords: 0 },
      locks: [{ concept: context.concept, keys: [], shut: [] }],
    }),
  }),
};
