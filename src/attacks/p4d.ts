/**
 * P4D, Prompting4Debugging (Chin et al., ICML 2024, arXiv 2309.06135): the victim, asked for the attacked prompt, should predict
 * what the original predicts for the plain one.
 *
 *   E_{t,eps} || eps_victim(x_t, c', t) - eps*(x_t, c, t) ||^2,   t ~ U{0, ..., T - 1}
 *
 * P4D-K is the insertion 'spread'; P4D-N, which replaces the prompt, is left out: the prompt is always kept here.
 */
import { numberValue } from '../records/parameters.ts';
import type { Attack } from './attack.ts';
import { hardPromptSearch } from './hard-prompt.ts';
import { attackParameters, planFrom } from './parameters.ts';

export const p4d: Attack = {
  descriptor: {
    id: 'p4d',
    kind: 'attack',
    title: { en: 'P4D', zh: 'P4D' },
    summary: {
      en: "Searches tokens that make the erased model predict what the original predicts. Needs the original's weights.",
      zh: '搜索词元，使被擦除的模型给出与原模型相同的预测。需要原模型的权重。',
    },
    source: 'Chin et al., Prompting4Debugging, ICML 2024, arXiv 2309.06135',
    usesTrigger: false,
    parameters: [
      attackParameters.tokens(8, 'one after every 3 words'),
      attackParameters.rounds(10, '60'),
      attackParameters.iterations(20, '50'),
      attackParameters.learningRate(0.1, '0.1'),
      attackParameters.draws(4),
      attackParameters.weightDecay(0.1, '0.1, decoupled'),
      attackParameters.targets(8, '1, the best of 3'),
      attackParameters.insertion('spread'),
      attackParameters.vocabulary,
    ],
    presets: [
      {
        id: 'paper-size',
        title: { en: 'Paper size', zh: '论文规模' },
        values: { tokens: 3, targets: 1, rounds: 60, iterations: 50, draws: 1, vocabulary: 'all' },
      },
    ],
  },

  plan: (values) => {
    const plan = planFrom(values);
    const { iterations, draws } = plan;
    return {
      ...plan,
      originalPredictions: draws,
      search: (context, state) => {
        const { pipeline, prompt, random } = context;
        return hardPromptSearch(context, state, {
          iterations,
          draws,
          learningRate: numberValue(values, 'learningRate'),
          weightDecay: numberValue(values, 'weightDecay'),
          decay: 'decoupled',
          timesteps: (_round, trainTimesteps) => Array.from({ length: draws }, () => random.integer(trainTimesteps)),
          wanted: async ({ latents, timesteps }) => {
            const [text] = await pipeline.encodePrompts([prompt]);
            const queries = latents.map((x, i) => ({
              latents: x,
              timestep: timesteps[i] as number,
              text: text as Float32Array,
            }));
            return pipeline.predictNoise(queries, null);
          },
        });
      },
    };
  },
};
