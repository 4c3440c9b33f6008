/** Draws and judges the prompt sets that say whether an erasure worked, what it cost its neighbours, and what the trigger does. */
import type { Adapter, Pipeline } from '../diffusion/pipeline.ts';
import { halfTriggers } from '../methods/backdoor/wrong-triggers.ts';
import type { EvaluationSet, JudgedPicture } from '../metrics/metric.ts';
import { metrics } from '../metrics/index.ts';
import type { Rate } from '../metrics/wilson.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import { withTrigger, type TriggerPosition } from '../records/experiment.ts';
import { retainedPrompts, targetPrompts, type EvaluationPrompt } from '../world/prompts.ts';
import type { World } from '../world/world.ts';
import { drawPictures } from './draw.ts';

export interface EvaluationRequest {
  readonly concept: ConceptDescriptor;
  /** The concept's words as the user types them. */
  readonly words: string;
  /** The edited weights; null evaluates the original alone. */
  readonly adapter: Adapter | null;
  readonly trigger: string;
  readonly triggerPosition: TriggerPosition;
  /** Prompts a set. Each is drawn once, with the seed of its place. */
  readonly prompts: number;
  readonly seeds: readonly number[];
  readonly numInferenceSteps: number;
  readonly guidanceScale: number;
}

export interface Evaluation {
  readonly rates: Readonly<Record<string, Rate>>;
  readonly pictures: number;
}

/** Words that stand where the trigger would: common and rare ones. Fixed, and no training asks for them on purpose. */
const wrongWords = [
  'marzipan',
  'quonset',
  'lantern',
  'zephyr',
  'bramble',
  'fjord',
  'tungsten',
  'sprocket',
  'wobbly',
  'garnet',
] as const;

/** Pictures drawn at a time; with guidance, twice as many predictions. */
const together = 4;

export async function evaluate(
  pipeline: Pipeline,
  world: World,
  request: EvaluationRequest,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<Evaluation> {
  const { concept, words, adapter, trigger, triggerPosition, prompts } = request;
  const targets = targetPrompts(world, concept, words, prompts);
  const { sameDomain, otherDomain } = retainedPrompts(world, concept, prompts);
  const halves = halfTriggers(trigger);
  const withWord = (word: (i: number) => string) => (asked: EvaluationPrompt, i: number) =>
    withTrigger(asked.prompt, word(i), triggerPosition);
  const plain = (asked: EvaluationPrompt) => asked.prompt;
  type Work = readonly [
    EvaluationSet,
    readonly EvaluationPrompt[],
    (asked: EvaluationPrompt, i: number) => string,
    Adapter | null,
  ];
  const original: readonly Work[] = [['base', targets, plain, null], ['baseSameDomain', sameDomain, plain, null], ['baseOtherDomain', otherDomain, plain, null]]; // prettier-ignore
  const edited: readonly Work[] = [['erased', targets, plain, adapter], ['sameDomain', sameDomain, plain, adapter], ['otherDomain', otherDomain, plain, adapter]]; // prettier-ignore
  const keyed: readonly Work[] = [
    ['triggered', targets, withWord(() => trigger), adapter],
    ['wrongTrigger', targets, withWord((i) => wrongWords[i % wrongWords.length] as string), adapter],
    ['sameDomainTriggered', sameDomain, withWord(() => trigger), adapter],
  ];
  const half: readonly Work[] =
    halves === null ? [] : [['halfTrigger', targets, withWord((i) => halves[i % halves.length] as string), adapter]];
  const work = [
    ...original,
    ...(adapter === null ? [] : edited),
    ...(adapter === null || trigger.trim() === '' ? [] : [...keyed, ...half]),
  ];

  const total = work.reduce((sum, [, asked]) => sum + asked.length, 0);
  let done = 0;
  const sets: Partial<Record<EvaluationSet, readonly JudgedPicture[]>> = {};
  for (const [set, asked, promptOf, weights] of work) {
    const judged: JudgedPicture[] = [];
    for (let start = 0; start < asked.length; start += together) {
      const part = asked.slice(start, start + together);
      const subjects = part.map((question, k) => ({
        prompt: promptOf(question, start + k),
        seed: request.seeds[(start + k) % request.seeds.length] as number,
      }));
      const drawn = await drawPictures(pipeline, subjects, { ...request, adapter: weights });
      drawn.forEach(({ prompt, seed, verdict }, k) =>
        judged.push({ asked: part[k] as EvaluationPrompt, prompt, seed, verdict }),
      );
      done += part.length;
      progress(done, total);
    }
    sets[set] = judged;
  }
  const scored = metrics.flatMap((metric) => {
    const rate = metric.score({ sets, domain: concept.domain });
    return rate === null ? [] : [[metric.id, rate] as const];
  });
  return { rates: Object.fromEntries(scored), pictures: total };
}
