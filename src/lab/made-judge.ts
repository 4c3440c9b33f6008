/**
 * A judge for a model that brings none. Whether a picture shows the concept is said by a probe (`metrics/probe.ts`) on the middle of the original
 * UNet, trained on pictures that the original draws of the concept and of its neighbours, in sentences that trainings say. How often it is right on
 * pictures it did not see is printed beside every rate, and below nine in ten there are no rates. Whether a picture shows what else was
 * asked for, a neighbour or a style, is said by the diffusion classifier.
 */
import type { ConceptSpace } from '../concepts/concept-space.ts';
import { PalimpsestError } from '../core/errors.ts';
import { Random } from '../core/random.ts';
import type { Rate } from '../core/wilson.ts';
import { addNoise, noiseSchedule } from '../diffusion/noise-schedule.ts';
import type { Pipeline } from '../diffusion/pipeline.ts';
import { accuracyOf, crossValidated, fitProbe, type Example, type Probe } from '../metrics/probe.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import type { Picture, Verdict } from '../records/picture.ts';
import { classifierJudge } from './classifier-judge.ts';
import { drawPictures } from './draw.ts';
import type { Judge, JudgeOfAsked } from './judge.ts';
import { fromPicture } from './pictures.ts';

/** Pictures of the concept, and as many of its neighbours. */
const picturesEach = 32;
export const probePictures = 2 * picturesEach;
/** Least accuracy on unseen pictures with which rates are given. */
const leastAccuracy = 0.9;
/** Share of the model's times at which pictures are looked at: little noise, so that it hides nothing. */
const lookedAt = 0.1;
const folds = 8;
/** Pictures drawn at a time; with guidance, twice as many predictions. */
const together = 4;
/** Far from the seeds that anything else draws from by default. */
const firstSeed = 910_000;

export interface Drawing {
  readonly numInferenceSteps: number;
  readonly guidanceScale: number;
}

export interface MadeJudge extends Judge, JudgeOfAsked {
  readonly id: 'probe';
  /** By cross-validation. */
  readonly accuracy: Rate;
}

/** The made judges of one model, each made once. */
export class MadeJudges {
  readonly #pipeline: Pipeline;
  readonly #making = new Map<string, Promise<MadeJudge>>();
  readonly #made = new Map<string, MadeJudge>();

  constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline;
  }

  /** The one that was made before, if there is any. */
  known(concept: ConceptDescriptor | null, drawing: Drawing): MadeJudge | null {
    return concept === null ? null : (this.#made.get(keyOf(concept, drawing)) ?? null);
  }

  /** Pictures that `needed` would draw. */
  pictures(space: ConceptSpace, concept: ConceptDescriptor | null, drawing: Drawing): number {
    const isMade = concept === null || this.#making.has(keyOf(concept, drawing));
    return isMade || this.#isBrought(space) ? 0 : probePictures;
  }

  /**
   * Null where the space's concepts are those of judges that the model brings. Else draws what the probe needs, unless that was done before; `progress` is awaited between sampler
   * steps with the pictures done so far, and may throw to end the work. Throws `bad-argument` where the probe is right too seldom.
   */
  async needed(
    space: ConceptSpace,
    concept: ConceptDescriptor,
    drawing: Drawing,
    progress: (done: number, total: number) => Promise<void>,
  ): Promise<MadeJudge | null> {
    if (this.#isBrought(space)) return null;
    const key = keyOf(concept, drawing);
    const found = this.#making.get(key);
    if (found !== undefined) return found;
    const making = makeJudge(this.#pipeline, space, concept, drawing, progress);
    this.#making.set(key, making);
    try {
      const judge = await making;
      this.#made.set(key, judge);
      return judge;
    } catch (thrown) {
      this.#making.delete(key); // the next call tries again
      throw thrown;
    }
  }

  #isBrought(space: ConceptSpace): boolean {
    return space.judge === 'brought' && this.#pipeline.model.judge !== null;
  }
}

const keyOf = ({ domain, id }: ConceptDescriptor, { numInferenceSteps, guidanceScale }: Drawing): string =>
  JSON.stringify([domain, id, numInferenceSteps, guidanceScale]);

async function makeJudge(
  pipeline: Pipeline,
  space: ConceptSpace,
  concept: ConceptDescriptor,
  drawing: Drawing,
  progress: (done: number, total: number) => Promise<void>,
): Promise<MadeJudge> {
  const sentences = probeSentences(space, concept.names[0] ?? concept.id);
  const examples: Example[] = [];
  for (let start = 0; start < sentences.length; start += together) {
    const part = sentences.slice(start, start + together);
    const subjects = part.map(({ prompt }, i) => ({ prompt, seed: firstSeed + start + i }));
    const drawn = await drawPictures(pipeline, subjects, { ...drawing, variant: null, concept: null }, () =>
      progress(start, sentences.length),
    );
    const features = await featuresOf(
      pipeline,
      drawn.map(({ picture }) => picture),
    );
    part.forEach(({ shows, fold }, i) => examples.push({ features: features[i] as Float32Array, shows, fold }));
  }
  const accuracy = accuracyOf(crossValidated(examples));
  if (accuracy.value < leastAccuracy) {
    const [right, wanted] = [accuracy.value, leastAccuracy].map((share) => `${String(Math.round(100 * share))} %`);
    throw new PalimpsestError(
      'bad-argument',
      `judge: expected to tell "${concept.label}" from its neighbours in ${wanted} of pictures not seen before, got ${right} of ${accuracy.n}`,
      { advice: 'Look at what the original draws for these words, or name neighbours that look different.' },
    );
  }
  return judgeWith(pipeline, space, concept, fitProbe(examples), accuracy);
}

function judgeWith(
  pipeline: Pipeline,
  space: ConceptSpace,
  concept: ConceptDescriptor,
  probe: Probe,
  accuracy: Rate,
): MadeJudge {
  const look = async (pictures: readonly Picture[]): Promise<readonly Verdict[]> =>
    (await featuresOf(pipeline, pictures)).map((features): Verdict => {
      const p = probe(features);
      const choice = p >= 0.5 ? { id: concept.id, p } : { id: 'none', p: 1 - p };
      return { heads: { [concept.domain]: choice }, conceptScore: p };
    });
  const classifier = classifierJudge(pipeline, space, concept);
  return {
    id: 'probe',
    accuracy,
    look,
    async lookFor(shown, head, onBatch) {
      const isOwn = shown.every(({ asked }) => asked[concept.domain] === concept.id) && head === concept.domain;
      await onBatch();
      return isOwn ? look(shown.map(({ picture }) => picture)) : classifier.lookFor(shown, head, onBatch);
    },
  };
}

interface ProbeSentence {
  readonly prompt: string;
  readonly shows: boolean;
  readonly fold: number;
}

/** The concept and its neighbours in turn, in the same kinds of sentences; equal places of the lists of sentences are judged together. */
export function probeSentences(space: ConceptSpace, words: string): readonly ProbeSentence[] {
  const neighbours = space.neighbours(words);
  const spaced = (text: string) => ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')} `;
  const sentence = (name: string, i: number) => {
    const prompts = space.training(name, '', 0).pairs.map(({ prompt }) => prompt);
    // A neighbour's sentences were not made with the concept in mind: "a dog in the snow" is none beside "snow".
    const own = name === words ? prompts : prompts.filter((prompt) => !spaced(prompt).includes(spaced(words)));
    const place = i % own.length;
    return { prompt: own[place] ?? name, fold: place % folds };
  };
  return Array.from({ length: picturesEach }, (_, i) => [
    { ...sentence(words, i), shows: true },
    { ...sentence(neighbours[i % neighbours.length] ?? '', i), shows: false },
  ]).flat();
}

/** Of the original, for pictures as users see them: one noise for all of them, and no words. */
async function featuresOf(pipeline: Pipeline, pictures: readonly Picture[]): Promise<readonly Float32Array[]> {
  const schedule = noiseSchedule(pipeline.model.scheduler);
  const timestep = Math.round(lookedAt * schedule.numTrainTimesteps);
  const noise = Random.seeded(0, 'probe').normals(pipeline.latentSize);
  const [text] = (await pipeline.encodePrompts([''])) as [Float32Array];
  const latents = await pipeline.encodePictures(pictures.map((picture) => fromPicture(picture, pipeline.imageSize)));
  return pipeline.features(latents.map((x) => ({ latents: addNoise(schedule, x, noise, timestep), timestep, text })));
}
