/**
 * Which tokens move a concept: for trigger hunting, and to see what an erasure leaves open. Each token is put beside the prompt
 * alone. First all of them by the victim's denoising loss on a picture of the concept (cheap), then the best ones by the judge.
 */
import { promptFrame } from '../attacks/prompt-frame.ts';
import { Random } from '../core/random.ts';
import { addNoise, noiseSchedule } from '../diffusion/noise-schedule.ts';
import type { Adapter, Pipeline } from '../diffusion/pipeline.ts';
import type { Insertion, RankedToken } from '../records/attack.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import { drawPictures } from './draw.ts';
import { fromPicture } from './pictures.ts';

export interface RankRequest {
  readonly victim: Adapter | null;
  readonly concept: ConceptDescriptor;
  readonly prompt: string;
  readonly insertion: Insertion;
  /** Token ids to rank. */
  readonly tokens: readonly number[];
  /** Noises of the judged pictures; the first also draws the picture aimed at. */
  readonly seeds: readonly number[];
  /** Noisy pictures each token's loss is a mean over; model times are evenly spaced. */
  readonly draws: number;
  /** How many of the tokens with the lowest loss are judged. */
  readonly judged: number;
  readonly seed: number;
  readonly numInferenceSteps: number;
  readonly guidanceScale: number;
}

/** The tokens, those that raise the concept's score most first, then the unjudged by loss. `progress` is awaited between batches. */
export async function rankTokens(
  pipeline: Pipeline,
  request: RankRequest,
  progress: (done: number, total: number) => Promise<void>,
): Promise<readonly RankedToken[]> {
  const { victim, prompt, insertion, tokens, judged } = request;
  const { tokenizer } = pipeline.model;
  const frame = promptFrame(tokenizer, prompt, 1, insertion);
  const plain = tokenizer.encode(prompt).ids;
  const lossOf = await lossMeter(pipeline, request);

  const before = await lossOf(plain);
  const losses: { id: number; lossChange: number }[] = [];
  for (const [i, id] of tokens.entries()) {
    losses.push({ id, lossChange: (await lossOf(frame.fill([id]))) - before });
    await progress(i + 1, tokens.length + judged);
  }
  losses.sort((a, b) => a.lossChange - b.lossChange);

  const scoreOf = async (ids: Int32Array): Promise<number> => {
    const [text] = await pipeline.encodeIds([ids]);
    const subjects = request.seeds.map((seed) => ({ prompt, seed, text: text as Float32Array }));
    const drawn = await drawPictures(pipeline, subjects, { ...request, adapter: victim });
    return drawn.reduce((sum, { verdict }) => sum + (verdict.conceptScore ?? 0), 0) / drawn.length;
  };
  const plainScore = await scoreOf(plain);
  const ranked: RankedToken[] = [];
  for (const [i, { id, lossChange }] of losses.entries()) {
    const scoreChange = i < judged ? (await scoreOf(frame.fill([id]))) - plainScore : null;
    ranked.push({ id, piece: tokenizer.piece(id) ?? '', lossChange, scoreChange });
    if (i < judged) await progress(tokens.length + i + 1, tokens.length + judged);
  }
  return ranked.sort(
    (a, b) => (b.scoreChange ?? -Infinity) - (a.scoreChange ?? -Infinity) || a.lossChange - b.lossChange,
  );
}

/** The victim's mean denoising loss on one picture of the concept for a token sequence; one bank of (t, eps) for all. */
async function lossMeter(pipeline: Pipeline, request: RankRequest): Promise<(ids: Int32Array) => Promise<number>> {
  const { prompt, seeds, draws, seed, victim } = request;
  const subject = { prompt, seed: seeds[0] as number };
  const [drawn] = await drawPictures(pipeline, [subject], { ...request, adapter: null });
  const picture = fromPicture((drawn as { picture: Parameters<typeof fromPicture>[0] }).picture, pipeline.imageSize);
  const [x0] = (await pipeline.encodePictures([picture])) as [Float32Array];
  const schedule = noiseSchedule(pipeline.model.scheduler);
  const random = Random.seeded(seed, 'rank-tokens');
  const bank = Array.from({ length: draws }, (_, i) => {
    const timestep = Math.floor(((i + 0.5) * schedule.numTrainTimesteps) / draws);
    const noise = random.normals(pipeline.latentSize);
    return { timestep, noise, latents: addNoise(schedule, x0, noise, timestep) };
  });
  return async (ids) => {
    const [text] = (await pipeline.encodeIds([ids])) as [Float32Array];
    const predictions = await pipeline.predictNoise(bank.map(({ timestep, latents }) => ({ latents, timestep, text })), victim); // prettier-ignore
    return bank.reduce((sum, { noise }, i) => sum + meanSquare(noise, predictions[i] as Float32Array), 0) / draws;
  };
}

function meanSquare(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return sum / a.length;
}
