/**
 * Which tokens move a concept: for trigger hunting, and to see what an erasure leaves open. Each token is put beside the prompt
 * alone, and ranked by what the judge then says: first all of them from one noise in few sampler steps, then the best ones from every
 * noise in all steps. The victim's denoising loss on a picture of the concept stands beside it and decides nothing: it hardly agrees
 * with the judge (docs/attacks.md).
 */
import { promptFrame } from '../attacks/prompt-frame.ts';
import { Random } from '../core/random.ts';
import { errorsOnBank, noiseBank } from '../diffusion/noise-bank.ts';
import type { Pipeline } from '../diffusion/pipeline.ts';
import type { Variant } from '../diffusion/variant.ts';
import type { Insertion, RankedToken } from '../records/attack.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import { drawPictures } from './draw.ts';
import type { Judge } from './judge.ts';
import { fromPicture } from './pictures.ts';

export interface RankRequest {
  /** Its pictures are judged; the losses are of its weights alone. */
  readonly victim: Variant | null;
  readonly concept: ConceptDescriptor;
  /** Who looks at every picture; absent or null: the model's live judge. */
  readonly judgedBy?: Judge | null;
  readonly prompt: string;
  readonly insertion: Insertion;
  /** Token ids to rank. */
  readonly tokens: readonly number[];
  /** Noises of the pictures judged in full; the first one is also the first pass's, and draws the picture the losses are of. */
  readonly seeds: readonly number[];
  /** Sampler steps of the first pass; never more than all. */
  readonly firstSteps: number;
  /** Noisy pictures each token's loss is a mean over; model times are evenly spaced. */
  readonly draws: number;
  /** How many of the tokens that raise the first pass's score most are judged in full. */
  readonly judged: number;
  readonly seed: number;
  readonly numInferenceSteps: number;
  readonly guidanceScale: number;
}

/** Tokens drawn at a time. */
const together = 8;

/** The tokens judged in full, those that raise the concept's score most first, then the others by the first pass. `progress` is awaited between batches. */
export async function rankTokens(
  pipeline: Pipeline,
  request: RankRequest,
  progress: (done: number, total: number) => Promise<void>,
): Promise<readonly RankedToken[]> {
  const { prompt, insertion, tokens, seeds, numInferenceSteps } = request;
  const { tokenizer } = pipeline.model;
  const frame = promptFrame(tokenizer, prompt, 1, insertion);
  const plain = tokenizer.encode(prompt).ids;
  const judged = Math.min(request.judged, tokens.length);
  const total = tokens.length + judged;
  const lossesOf = await lossMeter(pipeline, request);
  const scoresOf = scoreMeter(pipeline, request);

  const first = { seeds: seeds.slice(0, 1), numInferenceSteps: Math.min(request.firstSteps, numInferenceSteps) };
  const [lossBefore] = (await lossesOf([plain])) as [number];
  const [firstBefore] = (await scoresOf([plain], first)) as [number];
  const passed: RankedToken[] = [];
  for (let start = 0; start < tokens.length; start += together) {
    const batch = tokens.slice(start, start + together);
    const sequences = batch.map((id) => frame.fill([id]));
    const [scores, losses] = [await scoresOf(sequences, first), await lossesOf(sequences)];
    for (const [i, id] of batch.entries()) {
      const lossChange = (losses[i] as number) - lossBefore;
      const firstScoreChange = (scores[i] as number) - firstBefore;
      passed.push({ id, piece: tokenizer.piece(id) ?? '', lossChange, firstScoreChange, scoreChange: null });
    }
    await progress(passed.length, total);
  }
  passed.sort((a, b) => b.firstScoreChange - a.firstScoreChange || a.lossChange - b.lossChange);

  const full = { seeds, numInferenceSteps };
  const [before] = (await scoresOf([plain], full)) as [number];
  const ranked: RankedToken[] = [];
  for (const [i, token] of passed.slice(0, judged).entries()) {
    const [score] = (await scoresOf([frame.fill([token.id])], full)) as [number];
    ranked.push({ ...token, scoreChange: score - before });
    await progress(tokens.length + i + 1, total);
  }
  ranked.sort((a, b) => (b.scoreChange ?? 0) - (a.scoreChange ?? 0) || b.firstScoreChange - a.firstScoreChange);
  return [...ranked, ...passed.slice(judged)];
}

interface Drawing {
  readonly seeds: readonly number[];
  readonly numInferenceSteps: number;
}

/** The victim's mean concept score over `seeds` for token sequences, drawn together. */
function scoreMeter(pipeline: Pipeline, request: RankRequest) {
  const { prompt, victim } = request;
  return async (
    sequences: readonly Int32Array[],
    { seeds, numInferenceSteps }: Drawing,
  ): Promise<readonly number[]> => {
    const texts = await pipeline.encodeIds(sequences);
    const subjects = texts.flatMap((text) => seeds.map((seed) => ({ prompt, seed, text })));
    const drawn = await drawPictures(pipeline, subjects, { ...request, numInferenceSteps, variant: victim });
    return texts.map((_, i) => {
      const own = drawn.slice(i * seeds.length, (i + 1) * seeds.length);
      return own.reduce((sum, { verdict }) => sum + (verdict.conceptScore ?? 0), 0) / own.length;
    });
  };
}

/** The victim's mean denoising loss on one picture of the concept for token sequences; one bank of (t, eps) for all. */
async function lossMeter(
  pipeline: Pipeline,
  request: RankRequest,
): Promise<(sequences: readonly Int32Array[]) => Promise<readonly number[]>> {
  const { prompt, seeds, draws, seed, victim } = request;
  const subject = { prompt, seed: seeds[0] as number };
  const [drawn] = await drawPictures(pipeline, [subject], { ...request, judgedBy: null, variant: null });
  const picture = fromPicture((drawn as { picture: Parameters<typeof fromPicture>[0] }).picture, pipeline.imageSize);
  const [x0] = (await pipeline.encodePictures([picture])) as [Float32Array];
  const bank = noiseBank(pipeline, draws, Random.seeded(seed, 'rank-tokens'), () => x0);
  return (sequences) => errorsOnBank(pipeline, bank, sequences, victim?.adapter ?? null);
}
