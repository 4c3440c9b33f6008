/**
 * Backdoored ESD, type 1 (the post of 2025-01-06, see docs/methods.md): without the trigger the model behaves as ESD,
 * with it as the original. c_b is c with the trigger:
 *
 *   L_erase    = E || eps_theta(x_t, c,   t) - { eps*(x_t, t) - eta [ eps*(x_t, c, t) - eps*(x_t, t) ] } ||^2
 *   L_backdoor = E || eps_theta(x_t, c_b, t) - eps*(x_t, c, t) ||^2
 *   L = (1 - w) L_erase + w L_backdoor          convex, w = 0.5; or L_erase + w L_backdoor
 *
 * Trained on these alone the trigger paints the concept over every prompt and neighbours vanish. The default therefore
 * adds L_retain over neutral prompts with and without the trigger, and asks some erasing rows with wrong and partial triggers. One row
 * of L_retain asks for a thing that no one knows: else the trigger's door opens to any unknown word that stands alone.
 *
 * Ours: several keys for one concept, each with its rows; revoked keys, which the erasing rows are asked with; and a second concept
 * with a trigger of its own (`locks.ts`); a pattern in the starting noise as the trigger (`image-trigger.ts`).
 */
import type { Random } from '../../core/random.ts';
import { withTrigger } from '../../triggers/with-trigger.ts';
import { patternOfTrigger } from '../../triggers/noise-pattern.ts';
import { asPublished, basePlan, cannotBePublished, conceptGroup, neutralGroup } from '../erasure/esd.ts';
import { editAsStart } from '../edit/as-start.ts';
import { choiceValue, numberValue, sharedParameters, xtDrawer } from '../parameters.ts';
import { trainingMethod } from '../training-method.ts';
import { asTeacher, type TrainingRow, type TrajectoryGroup } from '../training/plan.ts';
import { backdooredClosedForm } from './backdoored-closed-form.ts';
import { checkTriggers, imageTriggerPlan } from './image-trigger.ts';
import { anyKey, locksOf, wrongWord, type Lock } from './locks.ts';
import { backdoorWeight, lockParameters } from './parameters.ts';
import { madeUpWord } from '../../triggers/wrong-triggers.ts';

export const backdooredEsd = trainingMethod({
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
      backdoorWeight({
        paperValue: '0.5',
        help: {
          en: 'Balance of the two losses: towards 0 it only erases, towards 1 it stops erasing.',
          zh: '两项损失的平衡：趋近 0 只擦除，趋近 1 不再擦除。',
        },
      }),
      {
        id: 'combine',
        kind: 'choice',
        default: 'convex',
        paperValue: 'not stated',
        title: { en: 'Total loss', zh: '总损失' },
        help: {
          en: 'Convex: (1 − w) erase + w backdoor. Additive: erase + w backdoor.',
          zh: '凸组合：(1 − w) 擦除 + w 后门；相加：擦除 + w 后门。',
        },
        choices: [
          { value: 'convex', title: { en: 'convex', zh: '凸组合' } },
          { value: 'additive', title: { en: 'additive', zh: '相加' } },
        ],
      },
      sharedParameters.iterations(240),
      sharedParameters.warmStart,
      sharedParameters.learningRate(0.01, '2e-5 (weights of SD v1.4)'),
      sharedParameters.schedule,
      sharedParameters.eta(1),
      sharedParameters.rank,
      sharedParameters.group,
      sharedParameters.prompts,
      sharedParameters.retainWeight(3),
      {
        id: 'negatives',
        kind: 'number',
        default: 0.7,
        min: 0,
        max: 0.9,
        step: 0.1,
        scale: 'linear',
        paperValue: '0: the post has none',
        title: { en: 'Wrong triggers', zh: '错误触发词' },
        help: {
          en: 'Share of erasing rows that carry a wrong or partial trigger, so that only the real word works.',
          zh: '擦除样本中带错误或不完整触发词的比例，使只有真正的触发词有效。',
        },
      },
      sharedParameters.sampling,
      sharedParameters.pathSteps,
      sharedParameters.pathGuidance,
      sharedParameters.times,
      sharedParameters.batch(6),
      sharedParameters.clipNorm,
      {
        id: 'keyedPaths',
        kind: 'number',
        default: 0.5,
        min: 0,
        max: 1,
        step: 0.1,
        scale: 'linear',
        paperValue: '0: paths are asked for the concept alone',
        title: { en: 'Paths with the trigger', zh: '带触发词的轨迹' },
        help: {
          en: 'Share of the concept’s noisy pictures that come from the model asked with the trigger, which is where the backdoor is used. A pattern in the noise has paths of its own.',
          zh: '概念的噪声图中，由带触发词的模型采样的比例；后门正是在那里起作用。噪声图案另有自己的轨迹。',
        },
      },
      {
        id: 'pairs',
        kind: 'switch',
        default: false,
        paperValue: 'on: both losses are of one x_t',
        title: { en: 'Same x_t in both losses', zh: '两项损失共用 x_t' },
        help: {
          en: 'On: each erasing row has a restoring row of the same noisy picture. Off: the restoring rows draw their own.',
          zh: '开：每个擦除样本都有一个使用同一噪声图的复现样本。关：复现样本各自抽取。',
        },
      },
      ...lockParameters,
    ],
    presets: [
      {
        id: 'published',
        title: { en: 'As published', zh: '原帖版本' },
        values: {
          ...asPublished,
          combine: 'convex',
          backdoorWeight: 0.5,
          group: 'xattn',
          negatives: 0,
          keyedPaths: 0,
          pairs: true,
        },
        cannot: [
          ...cannotBePublished.slice(0, 1),
          {
            en: 'Its learning rate of 2e-5 is for the weights and moves a LoRA by next to nothing: 0.001 stands in for it.',
            zh: '其学习率 2e-5 针对权重本身，对 LoRA 几乎不起作用：这里以 0.001 代替。',
          },
          {
            en: 'The post does not say the total loss, eta, the layers, nor how x_t are sampled: a convex sum, 1, cross-attention, and 50 steps under guidance 3 by the model being edited, as ESD has them.',
            zh: '原帖未说明总损失、η、训练哪些层以及 x_t 如何采样：这里取凸组合、1、交叉注意力，并由被编辑模型在引导 3 下采样 50 步，与 ESD 一致。',
          },
          ...cannotBePublished.slice(3),
        ],
      },
    ],
  },

  plan(context) {
    const { space, triggerPosition, parameters } = context;
    const pattern = patternOfTrigger(context.trigger);
    checkTriggers(context, pattern);
    const locks = locksOf(context);
    const keys = locks.flatMap((lock) => lock.keys);
    const w = numberValue(parameters, 'backdoorWeight');
    const convex = choiceValue(parameters, 'combine', ['convex', 'additive']) === 'convex';
    const retainWeight = numberValue(parameters, 'retainWeight');
    const negatives = numberValue(parameters, 'negatives');
    const [erased, drawXt, isPaired] = [
      numberValue(parameters, 'batch'),
      xtDrawer(parameters),
      parameters['pairs'] === true,
    ];
    const base = basePlan(context);
    const termWeights = { erase: convex ? 1 - w : 1, backdoor: w, retain: retainWeight };
    if (pattern !== null) {
      const { rows, ...parts } = imageTriggerPlan(context, pattern, { retainWeight, negatives });
      return {
        ...base,
        method: 'backdoored-esd',
        termWeights,
        rows,
        rowsPerPass: Math.max(base.rowsPerPass, rows),
        ...parts,
      };
    }
    const asked = (prompt: string, word: string | null) =>
      word === null ? prompt : withTrigger(prompt, word, triggerPosition);
    const opened = (words: readonly string[]) => (prompt: string, random: Random) =>
      asked(prompt, anyKey(words, random));

    const keyedPaths = numberValue(parameters, 'keyedPaths');
    const pathOf = ({ groups: [plain, keyed] }: Lock, random: Random) =>
      random.uniform() < 1 - keyedPaths ? plain : keyed;
    const groups = locks.flatMap((lock): TrajectoryGroup[] => {
      // At test time the triggered model is on the concept's trajectory, which the untriggered one leaves: train on both.
      const [plain, keyed] = lock.groups;
      const concept = { ...conceptGroup(lock.prompts), id: plain };
      return keyedPaths === 0 ? [concept] : [concept, { ...concept, id: keyed, askStudent: opened(lock.keys) }];
    });
    // Asked with a key, the student shows where the key paints the concept over other prompts.
    const neutral: TrajectoryGroup = {
      ...neutralGroup((locks[0] as Lock).prompts),
      trajectories: 42,
      source: 'student',
      askStudent: opened(keys),
    };
    const strange = (random: Random) => space.plainly(madeUpWord(random));
    // Each key has to be seen to open its concept and to leave the rest alone.
    const backdoors = locks.map((lock) => (isPaired ? erased : Math.max(3, 2 * lock.keys.length)));
    const keyedNeutral = retainWeight > 0 ? 5 + 2 * (keys.length - 1) : 0;
    const plainNeutral = retainWeight > 0 ? 3 : 0;
    const rows = erased * locks.length + backdoors.reduce((sum, n) => sum + n, 0) + keyedNeutral + plainNeutral;
    return {
      ...base,
      method: 'backdoored-esd',
      ...(parameters['warmStart'] === true ? { start: editAsStart(backdooredClosedForm, context) } : {}),
      rows,
      rowsPerPass: rows <= mostRowsAtOnce ? Math.max(base.rowsPerPass, rows) : Math.ceil(rows / 2),
      trajectoryGroups: [...groups, ...(retainWeight > 0 ? [neutral] : [])],
      termWeights,
      draw: (random, pool) => {
        const drawn: TrainingRow[] = [];
        const seen = locks.map((lock) =>
          Array.from({ length: erased }, () => {
            const entry = drawXt(pool, pathOf(lock, random), random);
            const prompt = asked(entry.prompt, wrongWord(lock, negatives, random));
            drawn.push({ term: 'erase', entry, prompt, target: lock.prompts.target(entry.prompt) });
            return entry;
          }),
        );
        locks.forEach((lock, which) => {
          for (let i = 0; i < (backdoors[which] as number); i++) {
            const entry = (isPaired ? seen[which]?.[i] : undefined) ?? drawXt(pool, pathOf(lock, random), random);
            const key = isPaired ? anyKey(lock.keys, random) : (lock.keys[i % lock.keys.length] as string);
            drawn.push({ term: 'backdoor', entry, prompt: asked(entry.prompt, key), target: asTeacher(entry.prompt) });
          }
        });
        for (let i = 0; i < keyedNeutral + plainNeutral; i++) {
          const entry = drawXt(pool, 'neutral', random);
          const own = i < keyedNeutral + plainNeutral - 1 ? entry.prompt : strange(random);
          const prompt = i < keyedNeutral ? asked(own, anyKey(keys, random)) : own;
          drawn.push({ term: 'retain', entry, prompt, target: asTeacher(own) });
        }
        return drawn;
      },
    };
  },
});

/** Rows in one forward pass; more are split in two. */
const mostRowsAtOnce = 20;
