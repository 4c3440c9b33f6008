/**
 * UCE, Unified Concept Editing (Gandikota et al., WACV 2024, arXiv 2308.14761), as its code erases: the last subject token of the concept's name
 * alone reads as the last token of a guide, and names to preserve as themselves. Solved for each to_k and to_v of cross-attention; written
 * exactly as a LoRA whose rank is the number of edited prompts (edit/uce-map.ts has the equation).
 */
import type { NumberParameter } from '../../records/parameters.ts';
import { asLora } from '../edit/as-lora.ts';
import { editParameters } from '../edit/parameters.ts';
import { uceMap } from '../edit/uce-map.ts';
import type { EditBench } from '../edit/weight-edit.ts';
import type { Method } from '../method.ts';
import { refuseSubject } from '../no-subject.ts';
import { numberValue, wordsValue } from '../parameters.ts';

/** A prompt for an object's name, and for an artist's, as the code expands them. */
const templates = {
  object: ['image of {}', 'photo of {}', 'portrait of {}', 'picture of {}', 'painting of {}'],
  style: ['painting by {}', 'art by {}', 'artwork by {}', 'picture by {}', 'style of {}'],
} as const;

const scale = (id: string, title: NumberParameter['title'], help: NumberParameter['help']): NumberParameter => ({
  ...{ id, title, help, kind: 'number', default: 1, min: 0, max: 100, step: 0.1, scale: 'linear', paperValue: '1' },
});

export const uce: Method = {
  descriptor: {
    id: 'uce',
    kind: 'erasure',
    how: 'edit',
    title: { en: 'UCE', zh: 'UCE 统一概念编辑' },
    summary: {
      en: 'Solves for weights that read the concept’s name as another text. Nothing is trained.',
      zh: '直接解出权重，使概念的名称被读作另一段文字。无需训练。',
    },
    source: 'Gandikota et al., Unified Concept Editing in Diffusion Models, WACV 2024, arXiv 2308.14761',
    usesTrigger: false,
    parameters: [
      {
        id: 'guide',
        kind: 'words',
        default: '',
        most: 1,
        paperValue: 'empty for objects, art for artists',
        title: { en: 'Reads as', zh: '读作' },
        help: {
          en: 'The text whose last token the name reads as. Empty: the start of an empty prompt.',
          zh: '名称将被读作此文字的最后一个词元。留空：空提示词的起始词元。',
        },
      },
      {
        id: 'preserve',
        kind: 'words',
        default: '',
        most: 60,
        paperValue: 'none unless given',
        title: { en: 'Names to preserve', zh: '需保留的名称' },
        help: {
          en: 'Texts whose last token keeps its reading, with commas between them.',
          zh: '最后一个词元保持原读法的文字，用逗号分隔。',
        },
      },
      {
        id: 'expand',
        kind: 'switch',
        default: false,
        paperValue: 'off',
        title: { en: 'Five templates', zh: '五个模板' },
        help: {
          en: 'Also edits the name in five short prompts, such as “photo of” it.',
          zh: '同时编辑五个短提示词中的名称，例如“photo of”。',
        },
      },
      editParameters.lambda(0.5, '0.5'),
      scale(
        'eraseScale',
        { en: 'Erase scale', zh: '擦除权重' },
        {
          en: 'Weight of each edited prompt.',
          zh: '每个被编辑提示词的权重。',
        },
      ),
      scale(
        'preserveScale',
        { en: 'Preserve scale', zh: '保留权重' },
        {
          en: 'Weight of each preserved name.',
          zh: '每个保留名称的权重。',
        },
      ),
    ],
    presets: [
      { id: 'published', title: { en: 'As published, objects', zh: '论文原版（物体）' }, values: {} },
      {
        id: 'published-art',
        title: { en: 'As published, artists', zh: '论文原版（艺术家）' },
        values: { guide: 'art' },
      },
    ],
  },

  prepare(context) {
    refuseSubject(context, 'uce');
    const { space, concept, parameters } = context;
    const [guide = ''] = wordsValue(parameters, 'guide');
    const preserved = wordsValue(parameters, 'preserve');
    const kind = space.concept(concept)?.domain === 'style' ? 'style' : 'object';
    const expanded = parameters['expand'] === true ? templates[kind].map((text) => text.replace('{}', concept)) : [];
    const edited = [...new Set([concept.trim(), ...expanded])];
    const weights = {
      lambda: numberValue(parameters, 'lambda'),
      erase: numberValue(parameters, 'eraseScale'),
      preserve: numberValue(parameters, 'preserveScale'),
    };
    return {
      kind: 'edit',
      edit: {
        prompts: edited,
        sentences: [...new Set([...edited, guide, ...preserved])],
        solve: (bench) => {
          const goal = lastSubject(bench, guide);
          const edits = edited.map((sentence) => ({ state: lastSubject(bench, sentence), goal }));
          const others = preserved.map((sentence) => lastSubject(bench, sentence));
          const map = uceMap(edits, others, weights);
          return {
            ...asLora(map, bench),
            facts: { guide, edited: edited.length, preserved: preserved.length, rank: map.rank },
          };
        },
      },
    };
  },
};

/** The state of the last token before the end, the start token's where there is none: `attention_mask.sum() - 2` of the code. [D] */
function lastSubject(bench: EditBench, sentence: string): Float32Array {
  const { end, states } = bench.textOf(sentence);
  const width = bench.unet.crossAttentionDim;
  return states.subarray((end - 1) * width, end * width);
}
