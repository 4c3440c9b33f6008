/**
 * ESD, Erased Stable Diffusion (Gandikota et al., ICCV 2023, arXiv 2303.07345), type 1: erase concept c; with `from`, type 2 (docs/methods.md).
 *
 *   L_erase = E || eps_theta(x_t, c, t) - { eps*(x_t, t) - eta [ eps*(x_t, c, t) - eps*(x_t, t) ] } ||^2
 *
 * eps* is the frozen original. x_t comes from the model being edited, asked for c. To spare neighbours, the default adds
 *   L_retain = E || eps_theta(x_t, n, t) - eps*(x_t, n, t) ||^2   over neutral prompts n;
 * its weight 0 is the published loss.
 */
import { conceptPrompts, neutralPrompts, type ConceptPrompt } from '../../world/prompts.ts';
import { subjectPrompts } from '../../world/subject.ts';
import { choiceValue, groupValue, numberValue, sharedParameters } from '../parameters.ts';
import type { MethodContext, TrainingMethod } from '../training-method.ts';
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

export function erasurePrompts({ world, concept, from = '', parameters, seed }: MethodContext): ErasurePrompts {
  const eta = numberValue(parameters, 'eta');
  const varied = choiceValue(parameters, 'prompts', ['varied', 'name']) === 'varied';
  if (from.trim() !== '') {
    const { concepts, neutral } = subjectPrompts(world, concept, from.trim(), seed);
    const subjects = new Map(concepts.map(({ prompt, rest }) => [prompt, rest]));
    return {
      concepts: varied ? concepts : [{ prompt: from.trim(), rest: from.trim() }],
      neutral,
      isFromSubject: true,
      target: (prompt) =>
        varied ? negativeGuidance(subjects.get(prompt) ?? prompt, prompt, eta) : subjectGuidance(prompt, concept, eta),
    };
  }
  const concepts = varied ? conceptPrompts(world, concept) : [{ prompt: concept, rest: '' }];
  const rests = new Map(concepts.map(({ prompt, rest }) => [prompt, rest]));
  return {
    concepts,
    neutral: neutralPrompts(world, concept, seed),
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
  // Where the student draws a relative wrongly is on the student's own paths.
  return prompts.isFromSubject
    ? { ...common, trajectories: 42, source: 'student' }
    : { ...common, trajectories: 12, source: 'teacher' };
}

/** The part of a plan that does not depend on the method's losses. */
export function basePlan(
  context: MethodContext,
): Omit<TrainingPlan, 'method' | 'rows' | 'trajectoryGroups' | 'termWeights' | 'draw'> {
  const { world, parameters, seed, drawingSteps = world.recommended.steps } = context;
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
    guidanceScale: 3,
    sampling:
      choiceValue(parameters, 'sampling', ['pooled', 'fresh']) === 'fresh'
        ? { kind: 'fresh' }
        : { kind: 'pooled', refreshEvery: 20, renewed: 4 },
  };
}

export const esd: TrainingMethod = {
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
      sharedParameters.learningRate(0.01),
      sharedParameters.schedule,
      sharedParameters.eta(3),
      sharedParameters.rank,
      sharedParameters.group,
      sharedParameters.prompts,
      sharedParameters.retainWeight(1),
      sharedParameters.sampling,
      sharedParameters.pathSteps,
    ],
    presets: [
      {
        id: 'published',
        title: { en: 'As published', zh: '论文原版' },
        values: { prompts: 'name', retainWeight: 0, sampling: 'fresh', schedule: 'constant', eta: 1 },
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
    return {
      ...basePlan(context),
      method: 'esd',
      rows: 4 + retained,
      trajectoryGroups: [conceptGroup(prompts), ...(retainWeight > 0 ? [neutralGroup(prompts)] : [])],
      termWeights: { erase: 1, retain: retainWeight },
      draw: (random, pool) => {
        const rows: TrainingRow[] = [];
        for (let i = 0; i < 4; i++) {
          const entry = pool.drawNoisier('concept', random);
          rows.push({ term: 'erase', entry, prompt: entry.prompt, target: prompts.target(entry.prompt) });
        }
        for (let i = 0; i < retained; i++) {
          const entry = pool.drawNoisier('neutral', random);
          rows.push({ term: 'retain', entry, prompt: entry.prompt, target: asTeacher(entry.prompt) });
        }
        return rows;
      },
    };
  },
};
