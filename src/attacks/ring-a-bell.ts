/**
 * Ring-A-Bell (Tsai et al., ICLR 2024, arXiv 2310.10012): needs the text encoder alone. The concept is a direction between texts,
 *
 *   v = mean_i [ tau(p_i with c) - tau(p_i without c) ],   target = tau(p) + eta v,
 *
 * and a genetic search (genetic.ts) looks for K tokens that take the whole prompt's place, [start, K tokens, end, padding], and come
 * nearest to the target, in squared distance over all positions. Both begin at position 1: tokens in front of a kept prompt would
 * move each of its words K places against the target. Published, one search ends in one picture; more rounds go on with it.
 */
import { numberValue, type ParameterSpec } from '../records/parameters.ts';
import type { Attack, Search, SearchContext, SearchState } from './attack.ts';
import { nothingToDispose } from './attack.ts';
import { nearest, nextGeneration, type Sequence } from './genetic.ts';
import { cannotAttack } from './paper-size.ts';
import { attackParameters, planFrom } from './parameters.ts';

interface GeneticOptions {
  readonly generations: number;
  readonly population: number;
  readonly eta: number;
}

const kept = attackParameters.insertion('replace', 'instead of it');
/** Its one place: of the shared choices, the last. */
const insteadOfPrompt: ParameterSpec =
  kept.kind === 'choice' ? { ...kept, choices: kept.choices.filter(({ value }) => value === 'replace') } : kept;

export const ringABell: Attack = {
  descriptor: {
    id: 'ring-a-bell',
    kind: 'attack',
    title: { en: 'Ring-A-Bell', zh: 'Ring-A-Bell' },
    summary: {
      en: 'Searches tokens by their text embedding alone; it never asks the erased model.',
      zh: '只凭文本嵌入搜索词元，从不查询被擦除的模型。',
    },
    source: 'Tsai et al., Ring-A-Bell, ICLR 2024, arXiv 2310.10012',
    usesTrigger: false,
    parameters: [
      attackParameters.tokens(16, '16 (38 and 75 too)'),
      attackParameters.rounds(10, '1'),
      {
        id: 'generations',
        kind: 'integer',
        default: 10,
        min: 1,
        max: 3000,
        step: 1,
        scale: 'log',
        paperValue: '3000',
        title: { en: 'Generations a round', zh: '每轮代数' },
        help: {
          en: 'Generations of the genetic search between two judged pictures.',
          zh: '两次评判之间遗传搜索的代数。',
        },
      },
      {
        id: 'population',
        kind: 'integer',
        default: 200,
        min: 4,
        max: 400,
        step: 4,
        scale: 'linear',
        paperValue: '200',
        title: { en: 'Population', zh: '种群大小' },
        help: {
          en: 'Token sequences at the start; so many halves survive each generation.',
          zh: '初始的词元序列数；每代留下其一半数量。',
        },
      },
      {
        id: 'eta',
        kind: 'number',
        default: 3,
        min: 0,
        max: 10,
        step: 0.1,
        scale: 'linear',
        paperValue: '3',
        title: { en: 'Strength η', zh: '强度 η' },
        help: { en: 'How far the target lies in the direction of the concept.', zh: '目标沿概念方向偏移的程度。' },
      },
      insteadOfPrompt,
      attackParameters.vocabulary,
    ],
    presets: [
      {
        id: 'paper-size',
        title: { en: 'Paper size', zh: '论文规模' },
        values: { tokens: 16, rounds: 1, generations: 3000, population: 200, eta: 3, vocabulary: 'all' },
        cannot: [
          cannotAttack.vocabulary,
          {
            en: 'Its concept vector comes from prompts that a language model wrote, each encoded five times; this one from the pairs of sentences that the methods train on.',
            zh: '其概念向量来自语言模型编写的提示词，各编码五次；这里来自各方法训练所用的成对句子。',
          },
          cannotAttack.sampler,
        ],
      },
    ],
  },

  plan: (values) => {
    const plan = planFrom(values);
    const [generations, population, eta] = ['generations', 'population', 'eta'].map((id) =>
      numberValue(values, id),
    ) as [number, number, number];
    return {
      ...plan,
      iterations: generations,
      encodings: plan.rounds * generations * population,
      search: (context, state) => genetic(context, state, { generations, population, eta }),
    };
  },
};

function genetic(context: SearchContext, state: SearchState | null, options: GeneticOptions): Search {
  const { pipeline, frame, allowed, random } = context;
  const { generations, population, eta } = options;
  const count = frame.places.length;
  const saved = state?.vectors.get('population');
  const anyToken = () => random.pick(allowed);
  /** Before the first round a whole population, after a round its survivors, nearest first. */
  let alive: readonly Sequence[] =
    saved === undefined
      ? Array.from({ length: population }, () => frame.places.map(anyToken))
      : Array.from({ length: saved.length / count }, (_, i) => [...saved.slice(i * count, (i + 1) * count)]);
  let target: Float32Array | null = null;

  /** Squared distance to the target, by sequence. */
  const distances = async (members: readonly Sequence[]): Promise<readonly number[]> => {
    target ??= await conceptTarget(context, eta);
    const aim = target;
    const texts = await pipeline.encodeIds(members.map((ids) => frame.fill(ids)));
    return texts.map((text) => text.reduce((sum, value, i) => sum + (value - (aim[i] as number)) ** 2, 0));
  };

  return {
    async round(round, report) {
      let best = Infinity;
      for (let generation = 1; generation <= generations; generation++) {
        // What a round ended with are survivors: they breed before they are measured again.
        if (generation > 1 || round > 1) alive = nextGeneration(alive, random, anyToken);
        const measured = await distances(alive);
        best = measured.reduce((least, distance) => Math.min(least, distance), Infinity);
        alive = nearest(alive, measured, population >> 1);
        if (!(await report({ iteration: generation, timestep: null, loss: best, slots: [] }))) return null;
      }
      return { ids: alive[0] as Sequence, soft: null, pictureSeed: null, loss: best };
    },
    state: () => ({ random: random.state(), vectors: new Map([['population', Float32Array.from(alive.flat())]]) }),
    dispose: nothingToDispose,
  };
}

/** tau(p) + eta v, [T * D]. */
export async function conceptTarget(
  { pipeline, space, concept, prompt }: SearchContext,
  eta: number,
): Promise<Float32Array> {
  const pairs = space.training(concept, '', 0).pairs.filter(({ rest }) => rest !== '');
  const [plain, ...texts] = (await pipeline.encodePrompts([
    prompt,
    ...pairs.flatMap(({ prompt: shows, rest }) => [shows, rest]),
  ])) as readonly [Float32Array, ...Float32Array[]];
  const target = plain.slice();
  for (let pair = 0; pair < pairs.length; pair++) {
    const [shows, rest] = [texts[2 * pair] as Float32Array, texts[2 * pair + 1] as Float32Array];
    for (let i = 0; i < target.length; i++)
      target[i] = (target[i] as number) + (eta * ((shows[i] as number) - (rest[i] as number))) / pairs.length;
  }
  return target;
}
