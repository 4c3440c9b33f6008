/** Found tokens in a prompt: what the model is given, what a person would type, and whether that is the same. */
import type { PromptFrame } from '../attacks/prompt-frame.ts';
import type { Pipeline } from '../diffusion/pipeline.ts';
import type { DrawSubject } from './draw.ts';

export interface AsTyped {
  /** The prompt with the tokens decoded into it. */
  readonly prompt: string;
  /** False when typing `prompt` gives the very same ids. */
  readonly differs: boolean;
  /** By its ids; where typing gives other ids, as typed after it. The same noise for both. */
  readonly subjects: readonly DrawSubject[];
}

/** `ids` in the free places of `frame`, to be drawn from noise `seed`. Throws `bad-argument` for another number of ids. */
export async function asTyped(
  pipeline: Pipeline,
  frame: PromptFrame,
  ids: readonly number[],
  seed: number,
): Promise<AsTyped> {
  const sequence = frame.fill(ids);
  const prompt = frame.text(ids);
  // Pieces of bytes may decode to characters that no field takes, so that the text is cut into ids here.
  const typed = pipeline.model.tokenizer.encode(prompt).ids;
  const differs = typed.some((id, i) => id !== sequence[i]);
  const [byIds, asText] = await pipeline.encodeIds(differs ? [sequence, typed] : [sequence]);
  const subjects = [byIds, asText].flatMap((text) => (text === undefined ? [] : { prompt, seed, text }));
  return { prompt, differs, subjects };
}
