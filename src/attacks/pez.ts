import { choiceValue, numberValue } from '../records/parameters.ts';
import type { Attack } from './attack.ts';
import { hardPromptSearch } from './hard-prompt.ts';
import { attackParameters, modelTimes, planFrom, stepTimesteps } from './parameters.ts';
import { cannotAttack, hazardTokens } from './paper-size.ts';

const paperSize = {
  ...{ tokens: 3, rounds: 50, iterations: 40, draws: 1, times: 'rising', insertion: 'prefix', vocabulary: 'all' },
  ...{ learningRate: 0.01, weightDecay: 0.1, targets: 1 },
} as const;

const cannotFollow = [cannotAttack.vocabulary, cannotAttack.sampler, cannotAttack.random, cannotAttack.judge];

/** PEZ on the victim's own denoising loss, as the UnlearnDiffAtk code runs it (hard_prompt). */
export const pez: Attack = {
  descriptor: {
    id: 'pez',
    kind: 'attack',
    title: { en: 'PEZ (hard prompt)', zh: 'PEZ（硬提示词）' },
    summary: {
      en: 'The same loss as UnlearnDiff, searched through embeddings that snap to the nearest token.',
      zh: '与 UnlearnDiff 相同的损失，但在嵌入空间中搜索，每步取最近的词元。',
    },
    source: 'Wen et al., Hard Prompts Made Easy, NeurIPS 2023, arXiv 2302.03668; hard_prompt in UnlearnDiffAtk',
    usesTrigger: false,
    parameters: [
      attackParameters.tokens(8, '3 (objects, styles), 5 (nudity)'),
      attackParameters.rounds(10, '50'),
      attackParameters.iterations(20, '40'),
      attackParameters.learningRate(0.01, '0.01'),
      attackParameters.draws(4),
      attackParameters.times,
      attackParameters.weightDecay(0.1, '0.1, coupled'),
      attackParameters.targets(8, '1'),
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

  plan: (values) => {
    const plan = planFrom(values);
    const { rounds, iterations, draws } = plan;
    const times = choiceValue(values, 'times', modelTimes);
    return {
      ...plan,
      search: (context, state) =>
        hardPromptSearch(context, state, {
          iterations,
          draws,
          learningRate: numberValue(values, 'learningRate'),
          weightDecay: numberValue(values, 'weightDecay'),
          decay: 'coupled',
          timesteps: (round, trainTimesteps) =>
            stepTimesteps(times, { round, rounds, draws }, trainTimesteps, context.random),
          wanted: (batch) => Promise.resolve(batch.target),
        }),
    };
  },
};
