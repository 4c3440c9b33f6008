import { nothingToDispose, type Attack } from './attack.ts';
import { attackParameters, planFrom } from './parameters.ts';
import { cannotAttack, hazardTokens } from './paper-size.ts';

const paperSize = { tokens: 3, rounds: 40, insertion: 'prefix', vocabulary: 'all' } as const;

const cannotFollow = [cannotAttack.vocabulary, cannotAttack.sampler, cannotAttack.judge];

/** Fresh random tokens for every judged picture: what many tries alone achieve. */
export const randomTokens: Attack = {
  descriptor: {
    id: 'random',
    kind: 'attack',
    title: { en: 'Random tokens', zh: '随机词元' },
    summary: {
      en: 'Adds other random tokens for every judged picture: what many tries alone achieve.',
      zh: '每次评判都换一组随机词元：衡量单靠多试几次能做到什么。',
    },
    source: 'Zhang et al., UnlearnDiffAtk, ECCV 2024, arXiv 2310.11868 (random)',
    usesTrigger: false,
    parameters: [
      attackParameters.tokens(8, '3 (objects, styles), 5 (nudity)'),
      attackParameters.rounds(10, '40'),
      attackParameters.insertion('prefix'),
      attackParameters.vocabulary,
    ],
    presets: [
      { id: 'paper-size', title: { en: 'Paper size', zh: '论文规模' }, values: paperSize, cannot: cannotFollow },
      {
        id: 'paper-size-hazard',
        title: { en: 'Paper size, hazard signs', zh: '论文规模（危险标志）' },
        values: { ...paperSize, tokens: hazardTokens },
        cannot: cannotFollow,
      },
    ],
  },
  plan: (values) => ({
    ...planFrom(values),
    search: ({ random, allowed, frame }) => ({
      round: () => {
        const ids = frame.places.map(() => random.pick(allowed));
        return Promise.resolve({ ids, soft: null, pictureSeed: null, loss: null });
      },
      state: () => ({ random: random.state(), vectors: new Map() }),
      dispose: nothingToDispose,
    }),
  }),
};
