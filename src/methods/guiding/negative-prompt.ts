/** A negative prompt as a method that erases: no weights change, the concept's words stand where guidance says nothing (`diffusion/guiders`). */
import { negativePrompt as guiderOf } from '../../diffusion/guiders/negative-prompt.ts';
import type { Method } from '../method.ts';
import { guidedText, textParameter } from './text-parameter.ts';

export const negativePrompt: Method = {
  descriptor: {
    id: 'negative-prompt',
    kind: 'erasure',
    how: 'guider',
    title: { en: 'Negative prompt', zh: '负提示词' },
    summary: {
      en: 'Trains nothing: every picture is guided away from the concept’s words instead of from an empty prompt.',
      zh: '不训练：绘图时不再以空提示词为基准，而是引导图片远离该概念的词。',
    },
    source: 'diffusers, negative_prompt; compared with in Schramowski et al., CVPR 2023, arXiv 2211.05105',
    usesTrigger: false,
    parameters: [textParameter],
    presets: [],
  },
  prepare(context) {
    const text = guidedText(context, 'negative-prompt');
    return { kind: 'guider', guider: guiderOf(text), text };
  },
};
