import type { Attack } from './attack.ts';
import { nothingToDispose } from './attack.ts';
import { planFrom } from './parameters.ts';

/** The plain prompt with its own seed: what pre-ASR counts. */
export const noAttack: Attack = {
  descriptor: {
    id: 'none',
    kind: 'attack',
    title: { en: 'No attack', zh: '无攻击' },
    summary: {
      en: 'Draws the plain prompt once: what the erasure leaves open by itself.',
      zh: '只画一次原提示词：擦除本身留下的漏洞。',
    },
    source: 'Zhang et al., UnlearnDiffAtk, ECCV 2024, arXiv 2310.11868 (no_attack)',
    usesTrigger: false,
    parameters: [],
    presets: [],
  },
  plan: (values) => ({
    ...planFrom(values),
    search: ({ random }) => ({
      round: () => Promise.resolve(null),
      state: () => ({ random: random.state(), vectors: new Map() }),
      dispose: nothingToDispose,
    }),
  }),
};
