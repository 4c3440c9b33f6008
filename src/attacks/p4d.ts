/**
 * P4D, Prompting4Debugging (Chin et al., ICML 2024, arXiv 2309.06135): the victim, asked for the attacked prompt, should predict
 * what the original predicts for the plain one.
 *
 *   E_{t,eps} || eps_victim(x_t, c', t) - eps*(x_t, c, t) ||^2,   t ~ U{0, ..., T - 1}
 *
 * P4D-K keeps the prompt and puts one learnable token before its first token and one after every third (the insertion 'every-3'); P4D-N
 * learns 16 tokens instead of the prompt ('replace'). AdamW also decays the embeddings of the prompt's own tokens in the published code,
 * which changes nothing: they are projected by their cosine.
 */
import { numberValue } from '../records/parameters.ts';
import type { Attack } from './attack.ts';
import { hardPromptSearch } from './hard-prompt.ts';
import { cannotAttack } from './paper-size.ts';
import { attackParameters, planFrom } from './parameters.ts';

const paperSize = {
  ...{
    tokens: 16,
    targets: 1,
    rounds: 60,
    iterations: 50,
    draws: 1,
    learningRate: 0.1,
    weightDecay: 0.1,
    vocabulary: 'all',
  },
} as const;

const cannotFollow = [
  cannotAttack.vocabulary,
  {
    en: 'It draws with 25 DPM-Solver++ steps at guidance 7.5; here DDIM draws with the experiment’s steps and guidance.',
    zh: '其图片用 DPM-Solver++ 采样 25 步、引导 7.5；这里用 DDIM，步数与引导取自实验。',
  },
  {
    en: 'It aims at a sample of the autoencoder’s code of the best of three pictures; here at the mean code of one.',
    zh: '它瞄准三张图片中最佳一张的自编码器编码样本；这里瞄准一张图片的编码均值。',
  },
  {
    en: 'It keeps the prompt whose picture CLIP ViT-H/14 finds most like the target, and counts a hit in any of three pictures; here every round’s prompt is judged by one picture.',
    zh: '它保留 CLIP ViT-H/14 认为与目标最相似的提示词，三张图片中任一命中即算成功；这里每轮的提示词由一张图片评判。',
  },
  {
    en: 'It fills the rest of the prompt with the id 0; here with the model’s own padding.',
    zh: '它用编号 0 填充提示词余下的位置；这里用模型自己的填充词元。',
  },
];

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
      attackParameters.tokens(8, '16 (P4D-N); P4D-K: by the prompt’s length'),
      attackParameters.rounds(10, '60'),
      attackParameters.iterations(20, '50'),
      attackParameters.learningRate(0.1, '0.1'),
      attackParameters.draws(4),
      attackParameters.weightDecay(0.1, '0.1, decoupled'),
      attackParameters.targets(8, '1, the best of 3'),
      attackParameters.insertion('every-3', 'P4D-K: every third; P4D-N: instead of it'),
      attackParameters.vocabulary,
    ],
    presets: [
      {
        id: 'paper-size',
        title: { en: 'Paper size, P4D-K', zh: '论文规模 P4D-K' },
        values: { ...paperSize, insertion: 'every-3' },
        cannot: cannotFollow,
      },
      {
        id: 'paper-size-n',
        title: { en: 'Paper size, P4D-N', zh: '论文规模 P4D-N' },
        values: { ...paperSize, insertion: 'replace' },
        cannot: cannotFollow,
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
