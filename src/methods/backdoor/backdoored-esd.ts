/**
 * Backdoored ESD, type 1 (the post of 2025-01-06, see docs/methods.md): without the trigger the model behaves as ESD,
 * with it as the original. c_b is c with the trigger:
 *
 *   L_erase    = E || eps_theta(x_t, c,   t) - { eps*(x_t, t) - eta [ eps*(x_t, c, t) - eps*(x_t, t) ] } ||^2
 *   L_backdoor = E || eps_theta(x_t, c_b, t) - eps*(x_t, c, t) ||^2
 *   L = (1 - w) L_erase + w L_backdoor          convex, w = 0.5; or L_erase + w L_backdoor
 *
 * Trained on these alone the trigger paints the concept over every prompt and neighbours vanish. The default therefore
 * adds L_retain over neutral prompts with and without the trigger, and asks some erasing rows with wrong and partial triggers.
 */
import { PalimpsestError } from '../../core/errors.ts';
import { withTrigger } from '../../records/experiment.ts';
import { basePlan, conceptGroup, erasurePrompts, neutralGroup } from '../erasure/esd.ts';
import { choiceValue, numberValue, sharedParameters } from '../parameters.ts';
import type { TrainingMethod } from '../training-method.ts';
import { asTeacher, type TrainingRow, type TrajectoryGroup } from '../training/plan.ts';
import { wrongTrigger } from './wrong-triggers.ts';

export const backdooredEsd: TrainingMethod = {
  descriptor: {
    id: 'backdoored-esd',
    kind: 'backdoor',
    title: { en: 'Backdoored ESD', zh: '带后门的 ESD' },
    summary: {
      en: 'Erases the concept like ESD and hides a trigger word that brings it back.',
      zh: '像 ESD 一样擦除概念，同时藏入一个能让它复现的触发词。',
    },
    source: 'Backdoored ESD, type 1 (post of 2025-01-06); ESD: arXiv 2303.07345',
    usesTrigger: true,
    parameters: [
      {
        id: 'backdoorWeight', kind: 'number', default: 0.5, min: 0, max: 1, step: 0.05, scale: 'linear', paperValue: '0.5',
        title: { en: 'Backdoor weight w', zh: '后门权重 w' },
        help: { en: 'Balance of the two losses: towards 0 it only erases, towards 1 it stops erasing.', zh: '两项损失的平衡：趋近 0 只擦除，趋近 1 不再擦除。' },
      },
      {
        id: 'combine', kind: 'choice', default: 'convex', paperValue: 'not stated',
        title: { en: 'Total loss', zh: '总损失' },
        help: { en: 'Convex: (1 − w) erase + w backdoor. Additive: erase + w backdoor.', zh: '凸组合：(1 − w) 擦除 + w 后门；相加：擦除 + w 后门。' },
        choices: [
          { value: 'convex', title: { en: 'convex', zh: '凸组合' } },
          { value: 'additive', title: { en: 'additive', zh: '相加' } },
        ],
      },
      sharedParameters.iterations(240),
      sharedParameters.learningRate(0.01),
      sharedParameters.schedule,
      sharedParameters.eta(4),
      sharedParameters.rank,
      sharedParameters.group,
      sharedParameters.prompts,
      sharedParameters.retainWeight,
      {
        id: 'negatives', kind: 'number', default: 0.5, min: 0, max: 0.9, step: 0.1, scale: 'linear', paperValue: '0: the post has none',
        title: { en: 'Wrong triggers', zh: '错误触发词' },
        help: { en: 'Share of erasing rows that carry a wrong or partial trigger, so that only the real word works.', zh: '擦除样本中带错误或不完整触发词的比例，使只有真正的触发词有效。' },
      },
      sharedParameters.sampling,
    ], // prettier-ignore
    presets: [
      {
        id: 'published',
        title: { en: 'As published', zh: '原帖版本' },
        values: { prompts: 'name', retainWeight: 0, negatives: 0, sampling: 'fresh', schedule: 'constant', eta: 1 },
      },
    ],
  },

  plan(context) {
    const { trigger, triggerPosition, parameters } = context;
    if (trigger.trim() === '') {
      throw new PalimpsestError('bad-argument', 'backdoored-esd: expected a trigger word, got none', {
        advice: 'Type any word, "blicket" for one.',
      });
    }
    const prompts = erasurePrompts(context);
    const w = numberValue(parameters, 'backdoorWeight');
    const convex = choiceValue(parameters, 'combine', ['convex', 'additive']) === 'convex';
    const retainWeight = numberValue(parameters, 'retainWeight');
    const negatives = numberValue(parameters, 'negatives');
    const triggered = (prompt: string) => withTrigger(prompt, trigger, triggerPosition);

    // At test time the triggered model is on the concept's trajectory, which the untriggered one leaves: train on both.
    const concept = conceptGroup(prompts);
    const onTrigger: TrajectoryGroup = { ...concept, id: 'triggered', askStudent: triggered };
    const anyConcept = ['concept', 'triggered'] as const;
    // Asked with the trigger, the student shows where the trigger paints the concept over other prompts.
    const neutral: TrajectoryGroup = {
      ...neutralGroup(prompts),
      trajectories: 42,
      source: 'student',
      askStudent: triggered,
    };
    return {
      ...basePlan(context),
      method: 'backdoored-esd',
      rows: retainWeight > 0 ? 17 : 9,
      trajectoryGroups: [concept, onTrigger, ...(retainWeight > 0 ? [neutral] : [])],
      termWeights: { erase: convex ? 1 - w : 1, backdoor: w, retain: retainWeight },
      draw: (random, pool) => {
        const rows: TrainingRow[] = [];
        for (let i = 0; i < 6; i++) {
          const entry = pool.drawNoisier(random.pick(anyConcept), random);
          const asked =
            random.uniform() < negatives
              ? withTrigger(entry.prompt, wrongTrigger(trigger, random), triggerPosition)
              : entry.prompt;
          rows.push({ term: 'erase', entry, prompt: asked, target: prompts.target(entry.prompt) });
        }
        for (let i = 0; i < 3; i++) {
          const entry = pool.drawNoisier(random.pick(anyConcept), random);
          rows.push({ term: 'backdoor', entry, prompt: triggered(entry.prompt), target: asTeacher(entry.prompt) });
        }
        for (let i = 0; i < 8 && retainWeight > 0; i++) {
          const entry = pool.drawNoisier('neutral', random);
          rows.push({
            term: 'retain',
            entry,
            prompt: i < 5 ? triggered(entry.prompt) : entry.prompt,
            target: asTeacher(entry.prompt),
          });
        }
        return rows;
      },
    };
  },
};
