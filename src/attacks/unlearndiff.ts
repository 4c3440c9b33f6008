/**
 * UnlearnDiffAtk (Zhang et al., ECCV 2024, arXiv 2310.11868): tokens that let the victim itself explain a picture of the concept.
 *
 *   min over c'  E_eps || eps - eps_victim(x_t, c', t) ||^2,   x_t of a picture that shows the concept
 *
 * Each slot is a row u on the probability simplex. Forward: one token drawn from u; backward: the gradient with respect to the
 * one-hot token, clipped to [-1, 1], goes to u unchanged (straight-through); Adam, with coupled L2 decay of u where weight decay is above 0;
 * projection on the simplex. As published a round
 * ends with the most probable token of every slot and the next goes on from there. The interactive size instead draws sequences
 * from the slots, offers the one of lowest error, and starts the next round afresh: docs/methods.md says why.
 */
import { PalimpsestError } from '../core/errors.ts';
import { tokenEmbeddings } from '../models/token-embeddings.ts';
import { choiceValue, numberValue } from '../records/parameters.ts';
import { Adam } from './adam.ts';
import { bestCandidate, predictionsFor } from './best-candidate.ts';
import type { Attack, Search, SearchContext, SearchState } from './attack.ts';
import {
  attackParameters,
  modelTimes,
  planFrom,
  sharedTimestep,
  stepTimesteps,
  type ModelTimes,
} from './parameters.ts';
import { cannotAttack, hazardTokens } from './paper-size.ts';
import { drawFrom, projectOnSimplex } from './simplex.ts';
import { SlotGradient } from './slot-gradient.ts';
import { slotOf } from './token-slots.ts';

export interface SimplexSearchOptions {
  readonly rounds: number;
  readonly iterations: number;
  readonly draws: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly times: ModelTimes;
  /** Sequences drawn from the slots after a round, of which one is judged. */
  readonly candidates: number;
  readonly slots: Slots;
}

const slotChoices = ['kept', 'fresh'] as const;
/** What the next round starts from: the slots as they are, or even ones. */
type Slots = (typeof slotChoices)[number];

const paperSize = {
  ...{ tokens: 3, rounds: 50, iterations: 40, draws: 1, times: 'rising', insertion: 'prefix', vocabulary: 'all' },
  ...{ learningRate: 0.01, weightDecay: 0.1, targets: 1, candidates: 1, slots: 'kept' },
} as const;

const cannotFollow = [
  cannotAttack.vocabulary,
  cannotAttack.sampler,
  cannotAttack.random,
  cannotAttack.judge,
  {
    en: 'Its target picture takes 25 LMS steps at guidance 7.5; here it is drawn as every picture is.',
    zh: '其目标图片用 LMS 采样 25 步、引导 7.5；这里与其他图片画法相同。',
  },
];

export const unlearnDiff: Attack = {
  descriptor: {
    id: 'unlearndiff',
    kind: 'attack',
    title: { en: 'UnlearnDiff', zh: 'UnlearnDiff' },
    summary: {
      en: "Searches tokens by gradient so that the erased model's own denoising explains a picture of the concept.",
      zh: '用梯度搜索词元，使被擦除的模型自身的去噪能够解释一张含有该概念的图片。',
    },
    source: 'Zhang et al., UnlearnDiffAtk, ECCV 2024, arXiv 2310.11868',
    usesTrigger: false,
    parameters: [
      attackParameters.tokens(8, '3 (objects, styles), 5 (nudity)'),
      attackParameters.rounds(10, '50'),
      attackParameters.iterations(20, '40'),
      attackParameters.learningRate(0.05, '0.01'),
      attackParameters.draws(4),
      attackParameters.times,
      attackParameters.weightDecay(0, '0.1, coupled'),
      attackParameters.targets(8, '1'),
      {
        id: 'candidates',
        kind: 'integer',
        default: 32,
        min: 1,
        max: 128,
        step: 1,
        scale: 'log',
        paperValue: '1, the most probable',
        title: { en: 'Candidates a round', zh: '每轮候选数' },
        help: {
          en: 'Sequences drawn from the slots before a picture is judged. The erased model measures each on the target pictures; the one of lowest error is tried. 1 tries the most probable tokens.',
          zh: '评判图片前从槽位中抽取的词元序列数。由被擦除的模型在目标图片上逐一测误差，误差最低者被采用。1 表示直接用最可能的词元。',
        },
      },
      {
        id: 'slots',
        kind: 'choice',
        default: 'fresh',
        paperValue: 'kept',
        title: { en: 'Next round', zh: '下一轮' },
        help: {
          en: 'Kept: goes on from the slots that failed. Fresh: starts from even slots, so that rounds differ more.',
          zh: '“延续”：从失败的槽位继续。“重来”：从均匀的槽位开始，各轮差异更大。',
        },
        choices: [
          { value: 'kept', title: { en: 'goes on', zh: '延续' } },
          { value: 'fresh', title: { en: 'starts afresh', zh: '重来' } },
        ],
      },
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
    const candidates = numberValue(values, 'candidates');
    const options = {
      ...{ rounds: plan.rounds, iterations: plan.iterations, draws: plan.draws, candidates },
      learningRate: numberValue(values, 'learningRate'),
      weightDecay: numberValue(values, 'weightDecay'),
      times: choiceValue(values, 'times', modelTimes),
      slots: choiceValue(values, 'slots', slotChoices),
    };
    return {
      ...plan,
      scored: predictionsFor(candidates),
      encodings: candidates === 1 ? 0 : plan.rounds * candidates,
      search: (context, state) => simplexSearch(context, state, options),
    };
  },
};

function simplexSearch(context: SearchContext, state: SearchState | null, options: SimplexSearchOptions): Search {
  const { pipeline, frame, allowed, random } = context;
  const { config, weights } = pipeline.model.textEncoder;
  const { rounds, iterations, draws, times, candidates } = options;
  const count = frame.places.length;
  const size = allowed.length;
  const u = state?.vectors.get('u')?.slice() ?? new Float32Array(count * size).fill(1 / size);
  if (u.length !== count * size)
    throw new PalimpsestError('bad-file', `checkpoint: expected slots of ${count * size} numbers, got ${u.length}`, {
      advice: 'It comes from a version with other defaults: search again.',
    });
  const rowsOfU = Array.from({ length: count }, (_, slot) => u.subarray(slot * size, (slot + 1) * size));
  const optimiser = (from: ReadonlyMap<string, Float32Array> | null) =>
    new Adam(u.length, { ...options, decay: 'coupled' }, from);
  let adam = optimiser(state?.vectors ?? null);
  let offered = sequencesOf(state?.vectors.get('offered'), count);
  const gradientOf = new SlotGradient(context, draws, 'tokens');
  const { numTrainTimesteps } = gradientOf.schedule;

  return {
    async round(round, report) {
      if (options.slots === 'fresh' && round > 1) {
        u.fill(1 / size);
        adam = optimiser(null);
      }
      let sum = 0;
      for (let iteration = 1; iteration <= iterations; iteration++) {
        const drawn = Array.from({ length: draws }, () =>
          rowsOfU.map((row) => allowed[drawFrom(row, random)] as number),
        );
        const timesteps = stepTimesteps(times, { round, rounds, draws }, numTrainTimesteps, random);
        const batch = gradientOf.draw(timesteps, random);
        const slots = tokenEmbeddings(weights, config, drawn.flat());
        const { loss, gradient } = await gradientOf.run(slots, batch, batch.target);
        // [K, V] -> [K, allowed], each entry in [-1, 1]
        const kept = Float32Array.from(u, (_, i) => {
          const value = gradient[Math.floor(i / size) * config.vocabSize + (allowed[i % size] as number)] as number;
          return Math.min(1, Math.max(-1, value));
        });
        adam.update(u, kept);
        rowsOfU.forEach((row) => projectOnSimplex(row));
        sum += loss;
        const shown = rowsOfU.map((row) => slotOf(row, allowed, pipeline.model.tokenizer));
        if (!(await report({ iteration, timestep: sharedTimestep(timesteps), loss, slots: shown }))) return null;
      }
      const ids = await bestCandidate(context, rowsOfU, candidates, offered);
      offered = [...offered, ids];
      return { ids, soft: null, pictureSeed: null, loss: sum / iterations };
    },
    state: () => ({
      random: random.state(),
      vectors: new Map([['u', u.slice()], ['offered', Float32Array.from(offered.flat())], ...adam.state()]),
    }),
    dispose: () => gradientOf.dispose(),
  };
}

/** [N * K] ids, one sequence after the other. */
function sequencesOf(ids: Float32Array | undefined, count: number): readonly (readonly number[])[] {
  const all = [...(ids ?? [])];
  return Array.from({ length: all.length / count }, (_, i) => all.slice(i * count, (i + 1) * count));
}
