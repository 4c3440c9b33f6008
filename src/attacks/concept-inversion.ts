/**
 * Concept inversion (CCE; Pham et al., Circumventing Concept Erasure, ICLR 2024, arXiv 2308.01508): textual inversion on the
 * victim. It finds an input embedding, which no text spells: an upper bound on what a prompt could do, never a text attack.
 *
 *   min over v  E_{x_0,t,eps} || eps - eps_victim(x_t, c(v), t) ||^2
 */
import { tokenEmbeddings } from '../models/token-embeddings.ts';
import { numberValue } from '../records/parameters.ts';
import { Adam } from './adam.ts';
import type { Attack, Search, SearchContext, SearchState } from './attack.ts';
import { nearestByCosine } from './hard-prompt.ts';
import { cannotAttack } from './paper-size.ts';
import { attackParameters, planFrom, sharedTimestep } from './parameters.ts';
import { SlotGradient } from './slot-gradient.ts';
import { settledSlot } from './token-slots.ts';

interface InversionOptions {
  readonly iterations: number;
  readonly draws: number;
  readonly learningRate: number;
  readonly weightDecay: number;
}

export const conceptInversion: Attack = {
  descriptor: {
    id: 'concept-inversion',
    kind: 'attack',
    title: { en: 'Concept inversion (upper bound)', zh: '概念反演（上界）' },
    summary: {
      en: 'Learns an input embedding instead of tokens: what is still inside, though no text may reach it.',
      zh: '学习输入嵌入而非词元：模型中仍残留什么，尽管可能没有文本能触及。',
    },
    source: 'Pham et al., Circumventing Concept Erasure Methods, ICLR 2024, arXiv 2308.01508',
    usesTrigger: false,
    isUpperBound: true,
    parameters: [
      attackParameters.tokens(1, '1'),
      attackParameters.rounds(10, '1'),
      attackParameters.iterations(40, '5000'),
      attackParameters.learningRate(0.05, '0.005'),
      attackParameters.draws(4, '16 (batches of 4, four accumulated)'),
      attackParameters.weightDecay(0, '0.01, decoupled'),
      attackParameters.targets(4, '25'),
      attackParameters.insertion('prefix'),
    ],
    presets: [
      {
        id: 'paper-size',
        title: { en: 'Paper size', zh: '论文规模' },
        values: {
          ...{ tokens: 1, rounds: 1, iterations: 5000, learningRate: 0.005, draws: 16, weightDecay: 0.01 },
          ...{ targets: 25, insertion: 'prefix' },
        },
        cannot: [
          cannotAttack.sampler,
          {
            en: 'Its prompt is the new token in a template, and it starts from the word “art”; here the token stands in the prompt and starts from a random word.',
            zh: '其提示词是套用模板的新词元，并从单词“art”开始；这里新词元加入原提示词，从随机词开始。',
          },
        ],
      },
    ],
  },

  plan: (values) => {
    const plan = planFrom(values);
    const options = {
      ...plan,
      learningRate: numberValue(values, 'learningRate'),
      weightDecay: numberValue(values, 'weightDecay'),
    };
    return { ...plan, soft: true, search: (context, state) => inversion(context, state, options) };
  },
};

function inversion(context: SearchContext, state: SearchState | null, options: InversionOptions): Search {
  const { pipeline, frame, allowed, random } = context;
  const { tokenizer, textEncoder } = pipeline.model;
  const { config, weights } = textEncoder;
  const { iterations, draws } = options;
  const width = config.hiddenSize;
  const start = () =>
    tokenEmbeddings(
      weights,
      config,
      frame.places.map(() => random.pick(allowed)),
    );
  const soft = state?.vectors.get('soft')?.slice() ?? start();
  const nearest = nearestByCosine(tokenEmbeddings(weights, config, allowed), width);
  const adam = new Adam(soft.length, { ...options, decay: 'decoupled' }, state?.vectors ?? null);
  const gradientOf = new SlotGradient(context, draws, 'embeddings');
  /** The tokens the embeddings lie nearest to: shown only, never drawn. */
  const shown = () =>
    frame.places.map((_, slot) => {
      const row = nearest(soft.subarray(slot * width, (slot + 1) * width));
      return settledSlot(allowed[row] as number, tokenizer);
    });

  return {
    async round(_round, report) {
      let sum = 0;
      for (let iteration = 1; iteration <= iterations; iteration++) {
        const { numTrainTimesteps } = gradientOf.schedule;
        const timesteps = Array.from({ length: draws }, () => random.integer(numTrainTimesteps));
        const batch = gradientOf.draw(timesteps, random);
        const slots = new Float32Array(draws * soft.length);
        for (let row = 0; row < draws; row++) slots.set(soft, row * soft.length);
        const { loss, gradient } = await gradientOf.run(slots, batch, batch.target);
        adam.update(soft, gradient);
        sum += loss;
        if (!(await report({ iteration, timestep: sharedTimestep(timesteps), loss, slots: shown() }))) return null;
      }
      return { ids: [], soft: soft.slice(), pictureSeed: null, loss: sum / iterations };
    },
    state: () => ({ random: random.state(), vectors: new Map([['soft', soft.slice()], ...adam.state()]) }),
    dispose: () => gradientOf.dispose(),
  };
}
