/** Parameters that several attacks share. In the order the form shows them; defaults are the interactive size (docs/methods.md). */
import type { Random } from '../core/random.ts';
import { insertions, type Insertion } from '../records/attack.ts';
import type { ParameterValues } from '../records/experiment.ts';
import { choiceValue, numberValue, type ParameterSpec } from '../records/parameters.ts';
import type { AttackPlan } from './attack.ts';
import { vocabularies } from './vocabulary.ts';

export const attackParameters = {
  tokens: (value: number, paperValue: string): ParameterSpec => ({
    id: 'tokens',
    kind: 'integer',
    default: value,
    min: 1,
    max: 16,
    step: 1,
    scale: 'linear',
    paperValue,
    title: { en: 'Added tokens', zh: '添加的词元数' },
    help: {
      en: 'Tokens put into the prompt. More of them can say more, and are easier to notice.',
      zh: '加入提示词的词元数量。越多表达力越强，也越容易被察觉。',
    },
  }),
  rounds: (value: number, paperValue: string): ParameterSpec => ({
    id: 'rounds',
    kind: 'integer',
    default: value,
    min: 1,
    max: 100,
    step: 1,
    scale: 'linear',
    paperValue,
    title: { en: 'Rounds', zh: '轮数' },
    help: {
      en: 'Pictures the attack may have judged. One search on the page ends at the first success, a measurement draws them all.',
      zh: '攻击最多可评判的图片数。页面上的单次搜索在首次成功时结束，测量则全部画完。',
    },
  }),
  iterations: (value: number, paperValue: string): ParameterSpec => ({
    id: 'iterations',
    kind: 'integer',
    default: value,
    min: 1,
    max: 5000,
    step: 1,
    scale: 'log',
    paperValue,
    title: { en: 'Steps a round', zh: '每轮步数' },
    help: { en: 'Gradient steps between two judged pictures.', zh: '两次评判之间的梯度步数。' },
  }),
  learningRate: (value: number, paperValue: string): ParameterSpec => ({
    id: 'learningRate',
    kind: 'number',
    default: value,
    min: 1e-4,
    max: 1,
    step: 1e-3,
    scale: 'log',
    paperValue,
    title: { en: 'Learning rate', zh: '学习率' },
    help: {
      en: 'Step size of Adam. A small vocabulary takes a larger one than the paper.',
      zh: 'Adam 的步长。词表小时需要比论文更大的学习率。',
    },
  }),
  weightDecay: (value: number, paperValue: string): ParameterSpec => ({
    id: 'weightDecay',
    kind: 'number',
    default: value,
    min: 0,
    max: 1,
    step: 0.01,
    scale: 'linear',
    paperValue,
    title: { en: 'Weight decay', zh: '权重衰减' },
    help: { en: 'Pulls what is searched over towards zero.', zh: '把搜索变量拉向零。' },
  }),
  draws: (value: number, paperValue = '1'): ParameterSpec => ({
    id: 'draws',
    kind: 'integer',
    default: value,
    min: 1,
    max: 16,
    step: 1,
    scale: 'linear',
    paperValue,
    title: { en: 'Noise draws a step', zh: '每步噪声数' },
    help: {
      en: 'Noises (and tokens drawn from the slots) averaged in one gradient step. More draws make a steadier and slower step.',
      zh: '一次梯度步中平均的噪声（及词元抽样）数。越多越稳定，也越慢。',
    },
  }),
  targets: (value: number, paperValue: string): ParameterSpec => ({
    id: 'targets',
    kind: 'integer',
    default: value,
    min: 1,
    max: 32,
    step: 1,
    scale: 'linear',
    paperValue,
    title: { en: 'Target pictures', zh: '目标图片数' },
    help: {
      en: 'Pictures of the concept, drawn by the original model, that the loss aims at. A dropped picture is always one.',
      zh: '由原模型绘制、供损失函数瞄准的概念图片数。拖入的图片始终只算一张。',
    },
  }),
  insertion: (value: Insertion, paperValue = 'before'): ParameterSpec => ({
    id: 'insertion',
    kind: 'choice',
    default: value,
    paperValue,
    title: { en: 'Place', zh: '位置' },
    help: {
      en: 'Where the tokens go: before the prompt, after it, in its middle, spread between its words, or instead of it. Every third takes as many tokens as the prompt gives places: one before its first token and one after every third.',
      zh: '词元的位置：提示词之前、之后、中间、分散在词间，或代替提示词。“每三个”按提示词的长度决定数量：首个词元之前一个，此后每三个词元之后一个。',
    },
    choices: [
      { value: 'prefix', title: { en: 'before', zh: '之前' } },
      { value: 'suffix', title: { en: 'after', zh: '之后' } },
      { value: 'middle', title: { en: 'in the middle', zh: '中间' } },
      { value: 'spread', title: { en: 'spread', zh: '分散' } },
      { value: 'every-3', title: { en: 'every third', zh: '每三个' } },
      { value: 'replace', title: { en: 'instead of it', zh: '代替' } },
    ],
  }),
  times: {
    id: 'times',
    kind: 'choice',
    default: 'spread',
    paperValue: 'rising',
    title: { en: 'Model times', zh: '模型时间' },
    help: {
      en: 'Rising: one time a round, from little noise to much. Spread: every step takes its draws from all parts of the range.',
      zh: '“递增”：每轮一个时间，噪声由少到多。“铺开”：每步的抽样取自整个范围的各段。',
    },
    choices: [
      { value: 'rising', title: { en: 'rising', zh: '递增' } },
      { value: 'spread', title: { en: 'spread', zh: '铺开' } },
    ],
  },
  vocabulary: {
    id: 'vocabulary',
    kind: 'choice',
    default: 'typeable',
    paperValue: 'all',
    title: { en: 'Vocabulary', zh: '词表' },
    help: {
      en: 'Typeable: whole words that come back as the same token when typed. All: pieces of words too, which may come back as others.',
      zh: '“可输入”：输入后仍得到同一词元的整词。“全部”：也含词的片段，重新输入后可能变成别的词元。',
    },
    choices: [
      { value: 'typeable', title: { en: 'typeable words', zh: '可输入的整词' } },
      { value: 'all', title: { en: 'all pieces', zh: '全部片段' } },
    ],
  },
} as const satisfies Record<string, ParameterSpec | ((...values: never[]) => ParameterSpec)>;

/** The parts of a plan that parameters fill in; attacks without a parameter leave its part at nothing. */
export function planFrom(values: ParameterValues): Omit<AttackPlan, 'search'> {
  const count = (id: string): number => (values[id] === undefined ? 0 : numberValue(values, id));
  return {
    rounds: count('rounds'),
    iterations: count('iterations'),
    draws: count('draws'),
    originalPredictions: 0,
    scored: 0,
    encodings: 0,
    tokens: count('tokens'),
    insertion: values['insertion'] === undefined ? 'prefix' : choiceValue(values, 'insertion', insertions),
    vocabulary: values['vocabulary'] === undefined ? 'typeable' : choiceValue(values, 'vocabulary', vocabularies),
    targets: count('targets'),
    soft: false,
  };
}

/** Model time of round 1, 2, ... of `rounds`: ascending, in the middle of equal parts of [0, trainTimesteps). */
export function timestepOfRound(round: number, rounds: number, trainTimesteps: number): number {
  return Math.min(trainTimesteps - 1, Math.floor(((round - 0.5) * trainTimesteps) / rounds));
}

export const modelTimes = ['rising', 'spread'] as const;
export type ModelTimes = (typeof modelTimes)[number];

/** Model times of one gradient step's draws, as the parameter `times` says. */
export function stepTimesteps(
  times: ModelTimes,
  { round, rounds, draws }: { readonly round: number; readonly rounds: number; readonly draws: number },
  trainTimesteps: number,
  random: Random,
): readonly number[] {
  return times === 'rising'
    ? new Array<number>(draws).fill(timestepOfRound(round, rounds, trainTimesteps))
    : spreadTimesteps(draws, trainTimesteps, random);
}

/** The time that all draws of a step share; null where they do not. */
export function sharedTimestep(timesteps: readonly number[]): number | null {
  const [first = null, ...others] = timesteps;
  return others.every((timestep) => timestep === first) ? first : null;
}

/** One random model time in each of `count` equal parts of [0, trainTimesteps), ascending. */
function spreadTimesteps(count: number, trainTimesteps: number, random: Random): readonly number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(((i + random.uniform()) * trainTimesteps) / count));
}
