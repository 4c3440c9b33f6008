/** Whether a search could have found a trigger at all: what it may put into a prompt, and where. */
import type { Insertion } from './attack.ts';

/** Why no search of a kind can put a trigger into a prompt. */
export type Unreachable =
  /** It is a pattern in the noise, and searches look for words. */
  | 'pattern'
  /** The search offers other noises or embeddings, no tokens. */
  | 'no-tokens'
  /** It has more pieces than the search has tokens. */
  | 'too-few-tokens'
  /** Its pieces belong together, and the search puts its tokens between different words. */
  | 'apart'
  /** The search may not use one of its pieces. */
  | 'vocabulary';

export interface SearchReach {
  /** Tokens the search adds; 0 where what it finds is no text. */
  readonly tokens: number;
  readonly insertion: Insertion;
  /** `piece` as the tokenizer writes it, with `</w>` at the end of a word. */
  readonly isAllowed: (id: number, piece: string) => boolean;
}

/** Whether tokens put there have words of the prompt between them. */
export function isApart(insertion: Insertion): boolean {
  return insertion === 'spread' || insertion === 'every-3';
}

/** `trigger` cut into tokens; none for a pattern in the noise. null: the search can reach it. */
export function unreachable(
  trigger: readonly { readonly id: number; readonly piece: string }[],
  { tokens, insertion, isAllowed }: SearchReach,
): Unreachable | null {
  if (trigger.length === 0) return 'pattern';
  if (tokens === 0) return 'no-tokens';
  if (!trigger.every(({ id, piece }) => isAllowed(id, piece))) return 'vocabulary';
  if (trigger.length > tokens) return 'too-few-tokens';
  return isApart(insertion) && trigger.length > 1 ? 'apart' : null;
}

/**
 * Whether a piece of a word someone typed is among the words that come back as one token when typed: it ends its word and, as
 * `unreachable` asks for every piece, nothing of the word comes before it.
 */
export function isWholeWord(_id: number, piece: string): boolean {
  return piece.endsWith('</w>');
}
