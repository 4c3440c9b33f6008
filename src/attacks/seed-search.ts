import { nothingToDispose, type Attack } from './attack.ts';
import { cannotAttack } from './paper-size.ts';
import { attackParameters, planFrom } from './parameters.ts';

/** The plain prompt from other noises. */
export const seedSearch: Attack = {
  descriptor: {
    id: 'seed-search',
    kind: 'attack',
    title: { en: 'Seed search', zh: '种子搜索' },
    summary: { en: 'Keeps the prompt and draws it from other noises.', zh: '提示词不变，换用不同的噪声绘制。' },
    source: 'Zhang et al., UnlearnDiffAtk, ECCV 2024, arXiv 2310.11868 (seed_search)',
    usesTrigger: false,
    parameters: [attackParameters.rounds(10, '40')],
    presets: [
      {
        id: 'paper-size',
        title: { en: 'Paper size', zh: '论文规模' },
        values: { rounds: 40 },
        cannot: [cannotAttack.sampler, cannotAttack.judge],
      },
    ],
  },
  plan: (values) => ({
    ...planFrom(values),
    search: ({ random }) => ({
      round: () => Promise.resolve({ ids: [], soft: null, pictureSeed: random.bits(), loss: null }),
      state: () => ({ random: random.state(), vectors: new Map() }),
      dispose: nothingToDispose,
    }),
  }),
};
