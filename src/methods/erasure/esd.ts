/**
 * ESD, Erased Stable Diffusion (Gandikota et al., ICCV 2023, arXiv 2303.07345), type 1: erase concept c; with `from`, type 2 (docs/methods.md).
 *
 *   L_erase = E || eps_theta(x_t, c, t) - { eps*(x_t, t) - eta [ eps*(x_t, c, t) - eps*(x_t, t) ] } ||^2
 *
 * eps* is the frozen original. x_t comes from the model being edited, asked for c. To spare neighbours, the default adds
 *   L_retain = E || eps_theta(x_t, n, t) - eps*(x_t, n, t) ||^2   over neutral prompts n;
 * its weight 0 is the published loss.
 */
import type { LocalText } from '../../core/local-text.ts';
import type { ConceptPrompt } from '../../records/sentences.ts';
import { editAsStart } from '../edit/as-start.ts';
import { choiceValue, groupValue, numberValue, sharedParameters, xtDrawer } from '../parameters.ts';
import type { MethodContext } from '../method.ts';
import { closedForm } from './closed-form.ts';
import { trainingMethod } from '../training-method.ts';
import {
  asTeacher,
  learningRateSchedules,
  negativeGuidance,
  subjectGuidance,
  type TeacherTarget,
  type TrainingPlan,
  type TrainingRow,
  type TrajectoryGroup,
} from '../training/plan.ts';

/** What ESD and its backdoored form share: where x_t come from, and the target that erases. */
export interface ErasurePrompts {
  readonly concepts: readonly ConceptPrompt[];
  readonly neutral: readonly string[];
  /** Type 2: `neutral` holds close relatives of what is erased, so more of it has to be seen. */
  readonly isFromSubject: boolean;
  /** The erasing target for a prompt of `concepts`. */
  readonly target: (prompt: string) => TeacherTarget;
}

export function erasurePrompts({ space, concept, from = '', parameters, seed }: MethodContext): ErasurePrompts {
  const eta = numberValue(parameters, 'eta');
  const varied = choiceValue(parameters, 'prompts', ['varied', 'name']) === 'varied';
  if (from.trim() !== '') {
    const { pairs, neutral } = space.training(concept, from.trim(), seed);
    const subjects = new Map(pairs.map(({ prompt, rest }) => [prompt, rest]));
    return {
      concepts: varied ? pairs : [{ prompt: from.trim(), rest: from.trim() }],
      neutral,
      isFromSubject: true,
      target: (prompt) =>
        varied ? negativeGuidance(subjects.get(prompt) ?? prompt, prompt, eta) : subjectGuidance(prompt, concept, eta),
    };
  }
  const { pairs, neutral } = space.training(concept, '', seed);
  const concepts = varied ? pairs : [{ prompt: concept, rest: '' }];
  const rests = new Map(concepts.map(({ prompt, rest }) => [prompt, rest]));
  return {
    concepts,
    neutral,
    isFromSubject: false,
    target: (prompt) => negativeGuidance(rests.get(prompt) ?? '', prompt, eta),
  };
}

/** A trajectory for every prompt at least: a phrasing no x_t belongs to is not erased. */
export function conceptGroup(prompts: ErasurePrompts): TrajectoryGroup {
  return {
    id: 'concept',
    prompts: prompts.concepts.map(({ prompt }) => prompt),
    trajectories: Math.max(8, prompts.concepts.length),
    source: 'student',
  };
}

export function neutralGroup(prompts: ErasurePrompts): TrajectoryGroup {
  const common = { id: 'neutral', prompts: prompts.neutral };
  // Where the student draws a relative wrongly is on the student's own paths. The frozen model's are never renewed: with the defaults' three
  // courses, 36 of them show twelve neutral prompts at every model time (docs/recipe.md).
  return prompts.isFromSubject
    ? { ...common, trajectories: 42, source: 'student' }
    : { ...common, trajectories: 36, source: 'teacher' };
}

/** The part of a plan that does not depend on the method's losses. */
export function basePlan(
  context: MethodContext,
): Omit<TrainingPlan, 'method' | 'rows' | 'trajectoryGroups' | 'termWeights' | 'draw'> {
  const { space, parameters, seed, drawingSteps = space.defaults.steps } = context;
  const rank = numberValue(parameters, 'rank');
  return {
    iterations: numberValue(parameters, 'iterations'),
    learningRate: numberValue(parameters, 'learningRate'),
    schedule: choiceValue(parameters, 'schedule', learningRateSchedules),
    rank,
    alpha: rank,
    group: groupValue(parameters),
    rowsPerPass: 17,
    seed,
    paths: { steps: numberValue(parameters, 'pathSteps'), drawingSteps },
    guidanceScale: numberValue(parameters, 'pathGuidance'),
    maxGradientNorm: numberValue(parameters, 'clipNorm'),
    sampling:
      choiceValue(parameters, 'sampling', ['pooled', 'fresh']) === 'fresh'
        ? { kind: 'fresh' }
        : { kind: 'pooled', refreshEvery: 20, renewed: 4 },
  };
}

/** What the presets named after the paper set alike, in ESD and its backdoored form. */
export const asPublished = {
  ...{ iterations: 1000, learningRate: 0.001, schedule: 'constant', eta: 1, batch: 1, clipNorm: 0 },
  ...{
    warmStart: false,
    prompts: 'name',
    retainWeight: 0,
    sampling: 'fresh',
    times: 'uniform',
    pathSteps: 50,
    pathGuidance: 3,
  },
} as const;

/** What such a preset cannot follow. */
export const cannotBePublished: readonly LocalText[] = [
  {
    en: 'The paper trains the weights themselves, here a LoRA of rank 4 stands for them.',
    zh: '论文直接训练权重，这里由秩为 4 的 LoRA 代替。',
  },
  {
    en: 'Its learning rate of 1e-5 is for all weights and moves a LoRA by next to nothing: 0.001 stands in for it.',
    zh: '其学习率 1e-5 针对全部权重，对 LoRA 几乎不起作用：这里以 0.001 代替。',
  },
  {
    en: 'Its paths visit the 50 model times of a DDIM sampler; these visit 50, those of a picture’s steps among them.',
    zh: '其轨迹经过 50 步 DDIM 采样器的时间；这里同样 50 个，但包含绘图步数所用的时间。',
  },
  {
    en: 'It erases from Stable Diffusion v1.4; this is a small model of a small world.',
    zh: '其对象是 Stable Diffusion v1.4；这里是小世界里的小模型。',
  },
];

export const esd = trainingMethod({
  descriptor: {
    id: 'esd',
    kind: 'erasure',
    title: { en: 'ESD', zh: 'ESD' },
    summary: {
      en: 'Fine-tunes the model so that a prompt for the concept predicts noise away from it.',
      zh: '微调模型，使含有该概念的提示词预测出远离它的噪声。',
    },
    source: 'Gandikota et al., Erasing Concepts from Diffusion Models, ICCV 2023, arXiv 2303.07345',
    usesTrigger: false,
    parameters: [
      sharedParameters.iterations(60),
      sharedParameters.warmStart,
      sharedParameters.learningRate(0.01),
      sharedParameters.schedule,
      sharedParameters.eta(3),
      sharedParameters.rank,
      sharedParameters.group,
      sharedParameters.prompts,
      sharedParameters.retainWeight(1),
      sharedParameters.sampling,
      sharedParameters.pathSteps,
      sharedParameters.pathGuidance,
      sharedParameters.times,
      sharedParameters.batch(4),
      sharedParameters.clipNorm,
    ],
    defaultsTitle: { en: 'Recommended (hardened)', zh: '推荐（加固）' },
    presets: [
      {
        id: 'published-x',
        title: { en: 'As published, ESD-x (styles)', zh: '论文原版 ESD-x（风格）' },
        values: { ...asPublished, group: 'xattn' },
        cannot: cannotBePublished,
      },
      {
        id: 'published-u',
        title: { en: 'As published, ESD-u (objects)', zh: '论文原版 ESD-u（物体）' },
        values: { ...asPublished, group: 'noxattn' },
        cannot: [
          ...cannotBePublished,
          {
            en: 'ESD-u trains convolutions, norms and embeddings, too; here the linear layers outside cross-attention get a LoRA.',
            zh: 'ESD-u 还训练卷积层、归一化层与嵌入；这里只给交叉注意力以外的线性层加 LoRA。',
          },
        ],
      },
      {
        id: 'one-subject',
        title: { en: 'From one subject', zh: '只从一个主体擦除' },
        values: { eta: 1, retainWeight: 3 },
      },
    ],
  },

  plan(context) {
    const prompts = erasurePrompts(context);
    const retainWeight = numberValue(context.parameters, 'retainWeight');
    const retained = retainWeight === 0 ? 0 : prompts.isFromSubject ? 8 : 4;
    const erased = numberValue(context.parameters, 'batch');
    const drawXt = xtDrawer(context.parameters);
    return {
      ...basePlan(context),
      method: 'esd',
      ...(context.parameters['warmStart'] === true ? { start: editAsStart(closedForm, context) } : {}),
      rows: erased + retained,
      trajectoryGroups: [conceptGroup(prompts), ...(retainWeight > 0 ? [neutralGroup(prompts)] : [])],
      termWeights: { erase: 1, retain: retainWeight },
      draw: (random, pool) => {
        const rows: TrainingRow[] = [];
        for (let i = 0; i < erased; i++) {
          const entry = drawXt(pool, 'concept', random);
          rows.push({ term: 'erase', entry, prompt: entry.prompt, target: prompts.target(entry.prompt) });
        }
        for (let i = 0; i < retained; i++) {
          const entry = drawXt(pool, 'neutral', random);
          rows.push({ term: 'retain', entry, prompt: entry.prompt, target: asTeacher(entry.prompt) });
        }
        return rows;
      },
    };
  },
});
