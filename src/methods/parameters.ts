/** Parameters that several methods share, and typed reading of their values. */
import { PalimpsestError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import type { ParameterValues } from '../records/experiment.ts';
import { choiceValue, type ParameterSpec } from '../records/parameters.ts';
import { isParameterGroup, parameterGroups, type ParameterGroup } from '../models/lora/groups.ts';
import type { PoolEntry, XtSource } from './training/trajectory-pool.ts';

export { choiceValue, numberValue, wordsValue } from '../records/parameters.ts';

export function groupValue(values: ParameterValues): ParameterGroup {
  const value = values['group'];
  if (typeof value !== 'string' || !isParameterGroup(value)) {
    throw new PalimpsestError(
      'bad-argument',
      `parameter group: expected one of ${parameterGroups.join(', ')}, got ${String(value)}`,
    );
  }
  return value;
}

/** One x_t of a group, as the parameter `times` says. */
export function xtDrawer(values: ParameterValues): (source: XtSource, group: string, random: Random) => PoolEntry {
  return choiceValue(values, 'times', ['noisier', 'uniform']) === 'uniform'
    ? (source, group, random) => source.draw(group, random)
    : (source, group, random) => source.drawNoisier(group, random);
}

/** In the order the form shows them. Defaults were found by search on the bundled world: docs/recipe.md. */
export const sharedParameters = {
  iterations: (value: number): ParameterSpec => ({
    id: 'iterations',
    kind: 'integer',
    default: value,
    min: 1,
    max: 2000,
    step: 10,
    scale: 'linear',
    paperValue: '1000',
    title: { en: 'Iterations', zh: '迭代次数' },
    help: {
      en: 'Optimiser updates. More erases more firmly and hurts neighbours more.',
      zh: '优化器更新次数。越多擦除越彻底，对邻近概念的影响也越大。',
    },
  }),
  learningRate: (value: number, paperValue = '1e-5 (all weights of SD v1.4)'): ParameterSpec => ({
    id: 'learningRate',
    kind: 'number',
    default: value,
    min: 1e-6,
    max: 0.1,
    step: 1e-4,
    scale: 'log',
    paperValue,
    title: { en: 'Learning rate', zh: '学习率' },
    help: {
      en: 'Step size of Adam. A small model and a LoRA take a larger one than the paper.',
      zh: 'Adam 的步长。小模型加 LoRA 需要比论文更大的学习率。',
    },
  }),
  schedule: {
    id: 'schedule',
    kind: 'choice',
    default: 'cosine',
    paperValue: 'constant',
    title: { en: 'Learning rate over time', zh: '学习率变化' },
    help: {
      en: 'Cosine lowers the rate towards the end, so that the last updates settle; constant keeps it.',
      zh: '“余弦”在后期降低学习率，让最后的更新稳定下来；“恒定”则保持不变。',
    },
    choices: [
      { value: 'cosine', title: { en: 'cosine', zh: '余弦' } },
      { value: 'constant', title: { en: 'constant', zh: '恒定' } },
    ],
  },
  eta: (value: number): ParameterSpec => ({
    id: 'eta',
    kind: 'number',
    default: value,
    min: 0,
    max: 10,
    step: 0.1,
    scale: 'linear',
    paperValue: '1 (3 and 10 ablated)',
    title: { en: 'Negative guidance η', zh: '负引导强度 η' },
    help: {
      en: 'How far past the unconditional prediction the concept is pushed. 0 only forgets; 1 steers away.',
      zh: '把概念推离无条件预测多远。0 只是遗忘；1 会主动避开。',
    },
  }),
  rank: {
    id: 'rank',
    kind: 'integer',
    default: 4,
    min: 1,
    max: 64,
    step: 1,
    scale: 'linear',
    paperValue: 'no LoRA in the paper; LECO uses 4',
    title: { en: 'LoRA rank', zh: 'LoRA 秩' },
    help: {
      en: 'Rank of each weight change. A larger rank can change more and makes a larger file.',
      zh: '每个权重改动的秩。越大能改动越多，文件也越大。',
    },
  },
  group: {
    id: 'group',
    kind: 'choice',
    default: 'xattn',
    paperValue: 'ESD-x: cross-attention for styles; ESD-u: the rest for objects',
    title: { en: 'Layers', zh: '训练哪些层' },
    help: {
      en: 'Which linear layers get a LoRA. Cross-attention binds the effect to the prompt.',
      zh: '给哪些线性层加 LoRA。只改交叉注意力时，效果与提示词绑定。',
    },
    choices: [
      { value: 'xattn', title: { en: 'cross-attention', zh: '交叉注意力' } },
      { value: 'xattn-strict', title: { en: 'cross-attention, keys and values', zh: '交叉注意力的键和值' } },
      { value: 'selfattn', title: { en: 'self-attention', zh: '自注意力' } },
      { value: 'noxattn', title: { en: 'all but cross-attention', zh: '除交叉注意力外' } },
      { value: 'full', title: { en: 'all linear layers', zh: '全部线性层' } },
    ],
  },
  sampling: {
    id: 'sampling',
    kind: 'choice',
    default: 'pooled',
    paperValue: 'fresh, by the model being edited',
    title: { en: 'Noisy pictures x_t', zh: '噪声图 x_t 的来源' },
    help: {
      en: 'Pooled keeps sampling paths of the model being edited and renews them as it changes. Fresh samples the x_t of every row anew for every iteration and uses it once, as the paper does: about as many further predictions a row as a path has steps, so it is many times slower.',
      zh: '“复用”会保留被编辑模型的采样轨迹并随训练更新；“每次重采”与论文一致：每次迭代的每个样本都重新采样 x_t 且只用一次，每个样本约多出与轨迹步数相同的预测次数，因此慢很多倍。',
    },
    choices: [
      { value: 'pooled', title: { en: 'pooled', zh: '复用' } },
      { value: 'fresh', title: { en: 'fresh', zh: '每次重采' } },
    ],
  },
  pathSteps: {
    id: 'pathSteps',
    kind: 'integer',
    default: 10,
    min: 2,
    max: 50,
    step: 1,
    scale: 'linear',
    paperValue: '50',
    title: { en: 'Steps of a path', zh: '轨迹步数' },
    help: {
      en: 'Sampler steps of each path that x_t comes from. Paths share out the model times at which pictures are drawn, and all begin at the first of them. More steps take longer to sample.',
      zh: '产生 x_t 的每条采样轨迹的步数。各轨迹分担绘图时的模型时间，且都从第一个时间开始。步数越多，采样越久。',
    },
  },
  pathGuidance: {
    id: 'pathGuidance',
    kind: 'number',
    default: 3,
    min: 1,
    max: 10,
    step: 0.5,
    scale: 'linear',
    paperValue: '3',
    title: { en: 'Guidance of a path', zh: '轨迹的引导强度' },
    help: {
      en: 'Classifier-free guidance while the paths of x_t are sampled. 1 is none.',
      zh: '采样 x_t 轨迹时的无分类器引导强度。1 表示不引导。',
    },
  },
  times: {
    id: 'times',
    kind: 'choice',
    default: 'noisier',
    paperValue: 'uniform',
    title: { en: 'Model times drawn', zh: '抽取的模型时间' },
    help: {
      en: 'Noisier: of two x_t the one with more noise, where it is decided what a picture shows. Uniform: each time equally likely.',
      zh: '“偏噪声”：两个 x_t 中取噪声较大的一个，画面内容多在那里决定。“均匀”：各时间机会相同。',
    },
    choices: [
      { value: 'noisier', title: { en: 'noisier of two', zh: '偏噪声' } },
      { value: 'uniform', title: { en: 'uniform', zh: '均匀' } },
    ],
  },
  batch: (value: number): ParameterSpec => ({
    id: 'batch',
    kind: 'integer',
    default: value,
    min: 1,
    max: 16,
    step: 1,
    scale: 'linear',
    paperValue: '1',
    title: { en: 'Erasing rows', zh: '擦除样本数' },
    help: {
      en: 'Noisy pictures that an update takes the erasing loss over. More make a steadier and slower update.',
      zh: '每次更新用于计算擦除损失的噪声图数量。越多更新越稳定，也越慢。',
    },
  }),
  clipNorm: {
    id: 'clipNorm',
    kind: 'number',
    default: 1,
    min: 0,
    max: 10,
    step: 0.1,
    scale: 'linear',
    paperValue: '0: none',
    title: { en: 'Gradient clipping', zh: '梯度裁剪' },
    help: {
      en: 'A gradient longer than this is shortened to it before Adam sees it. 0 leaves every gradient as it is.',
      zh: '长度超过此值的梯度会先缩短到此值再交给 Adam。0 表示不裁剪。',
    },
  },
  warmStart: {
    id: 'warmStart',
    kind: 'switch',
    default: false,
    paperValue: 'off: from the original weights',
    title: { en: 'Start from the closed form', zh: '从闭式解开始' },
    help: {
      en: 'Solves in closed form first, in about a second, and trains on from there.',
      zh: '先用约一秒求出闭式解，再从那里继续训练。',
    },
  },
  prompts: {
    id: 'prompts',
    kind: 'choice',
    default: 'varied',
    paperValue: 'the name alone',
    title: { en: 'Prompts to erase', zh: '用于擦除的提示词' },
    help: {
      en: 'Train on the name alone, or on the name within many prompts.',
      zh: '只用概念名训练，还是用包含该名称的多种提示词训练。',
    },
    choices: [
      { value: 'varied', title: { en: 'name in many prompts', zh: '多种提示词' } },
      { value: 'name', title: { en: 'the name alone', zh: '只用名称' } },
    ],
  },
  retainWeight: (value: number): ParameterSpec => ({
    id: 'retainWeight',
    kind: 'number',
    default: value,
    min: 0,
    max: 10,
    step: 0.1,
    scale: 'linear',
    paperValue: '0: the paper has no such term',
    title: { en: 'Keep the rest', zh: '保留其他概念' },
    help: {
      en: 'Weight of the term that keeps neutral prompts to what the original model does. 0 is the published loss.',
      zh: '让中性提示词保持原模型输出的损失项权重。0 即论文原始损失。',
    },
  }),
} as const satisfies Record<string, ParameterSpec | ((value: number) => ParameterSpec)>;
