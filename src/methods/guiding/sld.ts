/**
 * Safe Latent Diffusion as a method that erases (Schramowski et al., CVPR 2023, arXiv 2211.05105): no weights change. The equations and the
 * paper's settings are those of `diffusion/guiders/sld.ts`.
 */
import { safeLatentDiffusion, sldPresets } from '../../diffusion/guiders/sld.ts';
import type { LocalText } from '../../core/local-text.ts';
import type { Method } from '../method.ts';
import { numberValue } from '../parameters.ts';
import { guidedText, textParameter } from './text-parameter.ts';

const presetTitles: Readonly<Record<keyof typeof sldPresets, LocalText>> = {
  weak: { en: 'Weak', zh: '弱（Weak）' },
  medium: { en: 'Medium', zh: '中（Medium）' },
  strong: { en: 'Strong', zh: '强（Strong）' },
  max: { en: 'Max', zh: '最强（Max）' },
};

/** The values of the paper's four settings, from the weakest to the strongest. */
const published = (name: keyof (typeof sldPresets)['medium']): string =>
  Object.values(sldPresets)
    .map((preset) => String(preset[name]))
    .join(', ');

export const sld: Method = {
  descriptor: {
    id: 'sld',
    kind: 'erasure',
    how: 'guider',
    title: { en: 'SLD', zh: 'SLD（安全潜在扩散）' },
    summary: {
      en: 'Safe Latent Diffusion trains nothing: while a picture is drawn, what leads to the concept’s words is taken out of its guidance.',
      zh: '安全潜在扩散，不训练：绘图过程中，从引导里去掉通向该概念的部分。',
    },
    source: 'Schramowski et al., Safe Latent Diffusion, CVPR 2023, arXiv 2211.05105',
    usesTrigger: false,
    parameters: [
      textParameter,
      {
        id: 'warmup',
        kind: 'integer',
        ...{ default: sldPresets.medium.warmup, min: 0, max: 50, step: 1, scale: 'linear' },
        paperValue: `Weak to Max: ${published('warmup')}`,
        title: { en: 'Warm-up δ', zh: '预热步数 δ' },
        help: {
          en: 'Steps, of a sampler of 50, before anything is taken out: the picture keeps its layout. Scaled to the steps that are drawn.',
          zh: '以 50 步采样器计，前多少步不做修正，使画面布局得以保留；会按实际步数折算。',
        },
      },
      {
        id: 'scale',
        kind: 'number',
        ...{ default: sldPresets.medium.scale, min: 0, max: 10000, step: 100, scale: 'linear' },
        paperValue: `Weak to Max: ${published('scale')}`,
        title: { en: 'Safety scale s_S', zh: '安全强度 s_S' },
        help: {
          en: 'How soon a difference between the prompt’s prediction and the words’ counts in full. At 1 and below SLD is off.',
          zh: '提示词与该文字的预测相差多少才算满额。不大于 1 时关闭 SLD。',
        },
      },
      {
        id: 'threshold',
        kind: 'number',
        ...{ default: sldPresets.medium.threshold, min: 0, max: 2, step: 0.005, scale: 'linear' },
        paperValue: `Weak to Max: ${published('threshold')}`,
        title: { en: 'Threshold λ', zh: '阈值 λ' },
        help: {
          en: 'Where the prompt’s prediction exceeds the words’ by this much, nothing is taken out. At 0 half of the picture, at 1 nearly all of it is led.',
          zh: '提示词的预测比该文字的高出这么多时不做修正。取 0 时约一半元素受引导，取 1 时几乎全部。',
        },
      },
      {
        id: 'momentumScale',
        kind: 'number',
        ...{ default: sldPresets.medium.momentumScale, min: 0, max: 1, step: 0.05, scale: 'linear' },
        paperValue: `Weak to Max: ${published('momentumScale')}`,
        title: { en: 'Momentum s_m', zh: '动量强度 s_m' },
        help: {
          en: 'How much of what was taken out at earlier steps is taken out again.',
          zh: '把之前各步去掉的部分再去掉多少。',
        },
      },
      {
        id: 'momentumDecay',
        kind: 'number',
        ...{ default: sldPresets.medium.momentumDecay, min: 0, max: 0.99, step: 0.05, scale: 'linear' },
        paperValue: `Weak to Max: ${published('momentumDecay')}`,
        title: { en: 'Momentum kept β_m', zh: '动量保留 β_m' },
        help: {
          en: 'How much of the momentum is kept from step to step; it grows during the warm-up, too.',
          zh: '每步保留多少动量；预热期间也会累积。',
        },
      },
    ],
    defaultsTitle: presetTitles.medium,
    presets: Object.entries(sldPresets).map(([id, values]) => ({
      id,
      title: presetTitles[id as keyof typeof sldPresets],
      values,
    })),
  },
  prepare(context) {
    const { parameters } = context;
    const text = guidedText(context, 'sld');
    const number = (id: string) => numberValue(parameters, id);
    const guider = safeLatentDiffusion({
      text,
      warmup: number('warmup'),
      scale: number('scale'),
      threshold: number('threshold'),
      momentumScale: number('momentumScale'),
      momentumDecay: number('momentumDecay'),
    });
    return { kind: 'guider', guider, text };
  },
};
