/** A prompt with free places in it: where the searched tokens go, and what text and ids come of them. */
import { PalimpsestError } from '../core/errors.ts';
import type { ClipTokenizer } from '../models/tokenizer.ts';
import type { Insertion } from '../records/attack.ts';
import { refusePattern } from '../triggers/noise-pattern.ts';

export interface PromptFrame {
  /** [T]: start, prompt with pad ids in the free places, end, padding. */
  readonly ids: Int32Array;
  /** Positions in `ids` of the free places, ascending. */
  readonly places: readonly number[];
  /** [T], the free places filled in order. Throws `bad-argument` for another number of tokens. */
  fill(tokens: readonly number[]): Int32Array;
  /** The whole prompt with these tokens decoded into it. */
  text(tokens: readonly number[]): string;
}

/** Tokens of the prompt between two free places of the insertion 'every-3': k of P4D-K (Chin et al., ICML 2024). */
const stride = 3;

/** How many tokens a search adds to `prompt` that was asked to add `asked`: 'every-3' takes as many as the prompt makes it. */
export function placeCount(tokenizer: ClipTokenizer, prompt: string, asked: number, insertion: Insertion): number {
  if (insertion !== 'every-3' || asked === 0) return asked;
  return Math.floor(tokenizer.encode(prompt).pieces.length / stride) + 1;
}

/**
 * Free places for `count` tokens; between words, never within one, except where the prompt's own tokens are counted ('every-3').
 * 'replace' leaves nothing of the prompt. Throws `bad-argument` when prompt and tokens are too long.
 */
export function promptFrame(
  tokenizer: ClipTokenizer,
  prompt: string,
  count: number,
  insertion: Insertion,
): PromptFrame {
  refusePattern(prompt);
  const { ids: encoded, pieces, truncated } = tokenizer.encode(prompt);
  const isKept = insertion !== 'replace';
  const room = tokenizer.maxLength - 2 - count;
  if (!isKept && room < 0) {
    throw new PalimpsestError(
      'bad-argument',
      `prompt: expected at most ${tokenizer.maxLength - 2} tokens in its place, got ${count}`,
      { advice: 'Add fewer tokens.' },
    );
  }
  if (truncated || (isKept && pieces.length > room)) {
    throw new PalimpsestError(
      'bad-argument',
      `prompt: expected at most ${room} tokens beside ${count} added ones, got ${truncated ? 'more' : pieces.length}`,
      { advice: 'Shorten the prompt or add fewer tokens.' },
    );
  }
  const own = isKept ? [...encoded.slice(1, 1 + pieces.length)] : [];
  // Gaps between words: before token i, for each i that starts a word, and after the last.
  const gaps = [0, ...pieces.flatMap((piece, i) => (piece.endsWith('</w>') ? [i + 1] : []))];
  const gapOf = (slot: number): number => {
    switch (insertion) {
      case 'prefix':
        return 0;
      case 'suffix':
        return own.length;
      case 'middle':
        return gaps[gaps.length >> 1] as number;
      case 'spread':
        return gaps[Math.round(((slot + 1) * (gaps.length - 1)) / (count + 1))] as number;
      case 'every-3':
        return Math.min(stride * slot, own.length);
      case 'replace':
        return 0;
    }
  };
  const before = Array.from({ length: count }, (_, slot) => gapOf(slot));
  const body: number[] = [];
  const places: number[] = [];
  for (let gap = 0; gap <= own.length; gap++) {
    for (const place of before) {
      if (place !== gap) continue;
      places.push(1 + body.length);
      body.push(tokenizer.padId);
    }
    if (gap < own.length) body.push(own[gap] as number);
  }
  const ids = new Int32Array(tokenizer.maxLength).fill(tokenizer.padId);
  ids.set([tokenizer.startId, ...body, tokenizer.endId]);

  const fill = (tokens: readonly number[]): Int32Array => {
    if (tokens.length !== count)
      throw new PalimpsestError('bad-argument', `prompt frame: expected ${count} tokens, got ${tokens.length}`);
    const filled = ids.slice();
    tokens.forEach((token, i) => (filled[places[i] as number] = token));
    return filled;
  };
  return { ids, places, fill, text: (tokens) => tokenizer.decode([...fill(tokens).slice(1, 1 + body.length)]) };
}
