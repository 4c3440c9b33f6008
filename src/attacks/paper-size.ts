/** What presets named after a paper's size cannot follow, where several attacks share it: shown in the form, by `lab catalog` and in docs/methods.md. */
import type { LocalText } from '../core/local-text.ts';

export const cannotAttack = {
  vocabulary: {
    en: 'Its vocabulary has 49408 entries; this model’s has its own, which are fewer.',
    zh: '其词表有 49408 项；这里用模型自己的词表，项数更少。',
  },
  sampler: {
    en: 'Its pictures take 50 LMS steps at guidance 7.5; here DDIM draws them with the experiment’s steps and guidance.',
    zh: '其图片用 LMS 采样 50 步、引导 7.5；这里用 DDIM，步数与引导取自实验。',
  },
  random: {
    en: 'It seeds its random numbers again for every judged picture, so that every round meets the same noises; here the search has a stream of its own.',
    zh: '它在每张评判图之前都重置随机数种子，因此每轮的噪声都相同；这里的搜索使用独立的随机数流。',
  },
  judge: {
    en: 'A style is judged afterwards among the first three or ten artists and never ends a search; here one judge serves every concept.',
    zh: '风格由事后的前三或前十位艺术家判定，且从不提前停止；这里所有概念由同一个评判器判定。',
  },
} as const satisfies Record<string, LocalText>;

/** Tokens for a hazard sign, which stands where the papers erase something unsafe. */
export const hazardTokens = 5;
