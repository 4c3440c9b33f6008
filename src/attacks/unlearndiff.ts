/**
 * UnlearnDiffAtk (Zhang et al., ECCV 2024, arXiv 2310.11868): tokens that let the victim itself explain a picture of the concept.
 *
 *   min over c'  E_eps || eps - eps_victim(x_t, c', t) ||^2,   x_t of a picture that shows the concept
 *
 * Each slot is a row u on the probability simplex. Forward: one token drawn from u; backward: the gradient with respect to the
 * one-hot token, clipped to [-1, 1], goes to u unchanged (straight-through); Adam; projection on the simplex. A round ends with
 * the most probable token of every slot. Deviations: docs/methods.md.
 */
import { tokenEmbeddings } from '../models/token-embeddings.ts';
import { choiceValue, numberValue } from '../records/parameters.ts';
import { Adam } from './adam.ts';
import type { Attack, Search, SearchContext, SearchState } from './attack.ts';
import {
  attackParameters,
  modelTimes,
  planFrom,
  sharedTimestep,
  stepTimesteps,
  type ModelTimes,
} from './parameters.ts';
import { argmax, drawFrom, projectOnSimplex } from './simplex.ts';
import { SlotGradient } from './slot-gradient.ts';
import { slotOf } from './token-slots.ts';

export interface SimplexSearchOptions {
  readonly rounds: number;
  readonly iterations: number;
  readonly draws: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly times: ModelTimes;
}

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
      attackParameters.tokens(3, '3 (objects, styles), 5 (nudity)'),
      attackParameters.rounds(10, '50'),
      attackParameters.iterations(20, '40'),
      attackParameters.learningRate(0.05, '0.01'),
      attackParameters.draws(4),
      attackParameters.times,
      attackParameters.weightDecay(0, '0.1, coupled'),
      attackParameters.targets(1, '1'),
      attackParameters.insertion('prefix'),
      attackParameters.vocabulary,
    ],
    presets: [
      {
        id: 'paper-size',
        title: { en: 'Paper size', zh: '论文规模' },
        values: { rounds: 50, iterations: 40, draws: 1, times: 'rising', weightDecay: 0.1, vocabulary: 'all' },
      },
    ],
  },

  plan: (values) => ({
    ...planFrom(values),
    search: (context, state) =>
      simplexSearch(context, state, {
        rounds: numberValue(values, 'rounds'),
        iterations: numberValue(values, 'iterations'),
        draws: numberValue(values, 'draws'),
        learningRate: numberValue(values, 'learningRate'),
        weightDecay: numberValue(values, 'weightDecay'),
        times: choiceValue(values, 'times', modelTimes),
      }),
  }),
};

function simplexSearch(context: SearchContext, state: SearchState | null, options: SimplexSearchOptions): Search {
  const { pipeline, frame, allowed, random } = context;
  const { config, weights } = pipeline.model.textEncoder;
  const { rounds, iterations, draws, times } = options;
  const count = frame.places.length;
  const size = allowed.length;
  const u = state?.vectors.get('u')?.slice() ?? new Float32Array(count * size).fill(1 / size);
  const rowsOfU = Array.from({ length: count }, (_, slot) => u.subarray(slot * size, (slot + 1) * size));
  const adam = new Adam(u.length, { ...options, decay: 'coupled' }, state?.vectors ?? null);
  const gradientOf = new SlotGradient(context, draws, 'tokens');
  const { numTrainTimesteps } = gradientOf.schedule;

  return {
    async round(round, report) {
      let sum = 0;
      for (let iteration = 1; iteration <= iterations; iteration++) {
        const drawn = Array.from({ length: draws }, () =>
          rowsOfU.map((row) => allowed[drawFrom(row, random)] as number),
        );
        const timesteps = stepTimesteps(times, { round, rounds, draws }, numTrainTimesteps, random);
        const batch = gradientOf.draw(timesteps, random);
        const slots = tokenEmbeddings(weights, config, drawn.flat());
        const { loss, gradient } = await gradientOf.run(slots, batch, batch.noise);
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
      const ids = rowsOfU.map((row) => allowed[argmax(row)] as number);
      return { ids, soft: null, pictureSeed: null, loss: sum / iterations };
    },
    state: () => ({ random: random.state(), vectors: new Map([['u', u.slice()], ...adam.state()]) }),
    dispose: () => gradientOf.dispose(),
  };
}
