/** Which tokens a search may use. */
import { PalimpsestError } from '../core/errors.ts';
import type { ClipTokenizer } from '../models/tokenizer.ts';

/** 'typeable': whole words that come back as the same token when typed. 'all': pieces of words too. */
export const vocabularies = ['typeable', 'all'] as const;
export type VocabularyName = (typeof vocabularies)[number];

/**
 * Ids of a vocabulary without special tokens and without what `forbiddenWords` rules out, ascending. A forbidden text is taken
 * word by word. Ruled out are the word itself, longer words that begin with it, pieces that begin it (so that no run of tokens
 * spells it), and whole words of three letters and more that begin it. Throws `bad-argument` when no token is left.
 */
export function allowedTokens(
  tokenizer: ClipTokenizer,
  vocabulary: VocabularyName,
  forbiddenWords: readonly string[],
): readonly number[] {
  const words = forbiddenWords.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((word) => word !== ''); // prettier-ignore
  const special = new Set([tokenizer.startId, tokenizer.endId, tokenizer.padId]);
  const allowed: number[] = [];
  for (let id = 0; id < tokenizer.vocabSize; id++) {
    const piece = tokenizer.piece(id);
    if (piece === undefined || special.has(id) || words.some((word) => leadsTo(piece.toLowerCase(), word))) continue;
    if (vocabulary === 'typeable' && !isTypeable(tokenizer, id, piece)) continue;
    allowed.push(id);
  }
  if (allowed.length === 0)
    throw new PalimpsestError('bad-argument', `forbiddenWords: expected to leave tokens to search among, all are ruled out by ${words.length} words`); // prettier-ignore
  return allowed;
}

/** Whether a piece is, or begins, `word`. */
function leadsTo(piece: string, word: string): boolean {
  const whole = piece.endsWith('</w>');
  const letters = whole ? piece.slice(0, -4) : piece;
  if (letters === word) return true;
  if (word.length >= 3 && letters.startsWith(word)) return true;
  return word.startsWith(letters) && (!whole || letters.length >= 3);
}

function isTypeable(tokenizer: ClipTokenizer, id: number, piece: string): boolean {
  if (!piece.endsWith('</w>')) return false;
  const text = tokenizer.decode([id]);
  if (!/^[\p{L}\p{N}\p{P}\p{S}]+$/u.test(text)) return false; // some bytes decode to nothing that can be seen
  const { ids, pieces } = tokenizer.encode(text);
  return pieces.length === 1 && ids[1] === id;
}
