/** Parameters that methods share which solve for their weights. */
import type { NumberParameter, WordsParameter } from '../../records/parameters.ts';

export const editParameters = {
  anchor: {
    id: 'anchor',
    kind: 'words',
    default: '',
    most: 1,
    paperValue: 'typed for each concept',
    title: { en: 'Reads as', zh: '读作' },
    help: {
      en: 'What stands in the concept’s place afterwards. Empty: the nearest other object, and nothing for a style or a sign. “nothing” is the prompt without the concept.',
      zh: '擦除后代替该概念的词。留空：最接近的另一物体；风格或标志则为无。填 nothing 表示不含该概念的提示词。',
    },
  },
  lambda: (value: number, paperValue: string): NumberParameter => ({
    id: 'lambda',
    kind: 'number',
    default: value,
    min: 0.0001,
    max: 100,
    step: 0.01,
    scale: 'log',
    paperValue,
    title: { en: 'Hold on to the weights λ', zh: '保持原权重 λ' },
    help: {
      en: 'Price of changing the weights at all. Larger changes less, and erases less.',
      zh: '改动权重的代价。越大改动越小，擦除也越弱。',
    },
  }),
  rank: {
    id: 'rank',
    kind: 'integer',
    default: 4,
    min: 1,
    max: 256,
    step: 1,
    scale: 'linear',
    paperValue: 'full',
    title: { en: 'LoRA rank', zh: 'LoRA 秩' },
    help: {
      en: 'Directions of the solution that are kept, the largest first. Few hold nearly all of it.',
      zh: '保留解的多少个方向，从最大的开始。少数几个就几乎包含全部。',
    },
  },
  keepWeight: (value: number): NumberParameter => ({
    id: 'keepWeight',
    kind: 'number',
    default: value,
    min: 0,
    max: 10,
    step: 0.1,
    scale: 'linear',
    paperValue: 'none, unless concepts to preserve are named',
    title: { en: 'Keep the rest', zh: '保留其他概念' },
    help: {
      en: 'What all neutral sentences weigh together, which shall read as themselves, beside the prompts with the concept.',
      zh: '所有中性句子（应保持原来的读法）的总权重，以含该概念的提示词为单位。',
    },
  }),
} as const satisfies Record<
  string,
  WordsParameter | NumberParameter | ((value: number, paper: string) => NumberParameter)
>;
