/**
 * Ring-A-Bell (Tsai et al., ICLR 2024, arXiv 2310.10012): needs the text encoder alone. The concept is a direction between texts,
 *
 *   v = mean_i [ tau(p_i with c) - tau(p_i without c) ],   target = tau(p) + eta v,
 *
 * and a genetic search looks for tokens whose prompt comes nearest to the target, in squared distance over all positions. The
 * search runs between judged pictures instead of before them, so that it shares the others' budget.
 */
import { numberValue } from '../records/parameters.ts';
import { conceptPrompts } from '../world/prompts.ts';
import type { Attack, Search, SearchContext, SearchState } from './attack.ts';
import { nothingToDispose } from './attack.ts';
import { attackParameters, planFrom } from './parameters.ts';

interface GeneticOptions {
  readonly generations: number;
  readonly population: number;
  readonly eta: number;
}

const mutation = 0.25;
const crossover = 0.5;

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
      attackParameters.tokens(8, '16, and no prompt'),
      attackParameters.rounds(10, '1'),
      {
        id: 'generations',
        kind: 'integer',
        default: 10,
        min: 1,
        max: 3000,
        step: 1,
        scale: 'log',
        paperValue: '3000 in all',
        title: { en: 'Generations a round', zh: '每轮代数' },
        help: {
          en: 'Generations of the genetic search between two judged pictures.',
          zh: '两次评判之间遗传搜索的代数。',
        },
      },
      {
        id: 'population',
        kind: 'integer',
        default: 64,
        min: 4,
        max: 400,
        step: 4,
        scale: 'linear',
        paperValue: '200',
        title: { en: 'Population', zh: '种群大小' },
        help: {
          en: 'Token sequences alive at a time; the better half survives.',
          zh: '同时存活的词元序列数；较好的一半留下。',
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
      attackParameters.insertion('prefix'),
      attackParameters.vocabulary,
    ],
    presets: [
      {
        id: 'paper-size',
        title: { en: 'Paper size', zh: '论文规模' },
        values: { tokens: 16, generations: 300, population: 200, vocabulary: 'all' },
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
  let alive: (readonly number[])[] =
    saved === undefined
      ? Array.from({ length: population }, () => frame.places.map(() => random.pick(allowed)))
      : Array.from({ length: population }, (_, i) => [...saved.slice(i * count, (i + 1) * count)]);
  let target: Float32Array | null = null;

  /** Squared distance to the target, by sequence. */
  const distances = async (members: readonly (readonly number[])[]): Promise<readonly number[]> => {
    target ??= await conceptTarget(context, eta);
    const aim = target;
    const texts = await pipeline.encodeIds(members.map((ids) => frame.fill(ids)));
    return texts.map((text) => text.reduce((sum, value, i) => sum + (value - (aim[i] as number)) ** 2, 0));
  };
  const child = (parents: readonly (readonly number[])[]): readonly number[] => {
    const [a, b] = [random.pick(parents), random.pick(parents)];
    const cut = random.uniform() < crossover ? 1 + random.integer(Math.max(1, count - 1)) : count;
    const mixed = [...a.slice(0, cut), ...b.slice(cut)];
    if (random.uniform() < mutation) mixed[random.integer(count)] = random.pick(allowed);
    return mixed;
  };

  return {
    async round(_round, report) {
      let best = Infinity;
      for (let generation = 1; generation <= generations; generation++) {
        const fitness = await distances(alive);
        const order = alive.map((_, i) => i).sort((a, b) => (fitness[a] as number) - (fitness[b] as number));
        best = fitness[order[0] as number] as number;
        const parents = order.slice(0, population >> 1).map((i) => alive[i] as readonly number[]);
        alive = [...parents, ...Array.from({ length: population - parents.length }, () => child(parents))];
        if (!(await report({ iteration: generation, timestep: 0, loss: best, slots: [] }))) return null;
      }
      return { ids: alive[0] as readonly number[], soft: null, pictureSeed: null, loss: best };
    },
    state: () => ({ random: random.state(), vectors: new Map([['population', Float32Array.from(alive.flat())]]) }),
    dispose: nothingToDispose,
  };
}

/** tau(p) + eta v, [T * D]. */
async function conceptTarget({ pipeline, world, concept, prompt }: SearchContext, eta: number): Promise<Float32Array> {
  const pairs = conceptPrompts(world, concept).filter(({ rest }) => rest !== '');
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
