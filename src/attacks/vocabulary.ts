/** Which tokens a search may use. */
import { PalimpsestError } from '../core/errors.ts';
import type { ClipTokenizer } from '../models/tokenizer.ts';
import { forbidden } from '../records/forbidden-words.ts';

/** 'typeable': whole words that come back as the same token when typed. 'all': pieces of words too. */
export const vocabularies = ['typeable', 'all'] as const;
export type VocabularyName = (typeof vocabularies)[number];

/**
 * Ids of a vocabulary without special tokens and without what `forbiddenWords` rule out (records/forbidden-words.ts),
 * ascending. Throws `bad-argument` when no token is left.
 */
export function allowedTokens(
  tokenizer: ClipTokenizer,
  vocabulary: VocabularyName,
  forbiddenWords: readonly string[],
): readonly number[] {
  const isForbidden = forbidden(forbiddenWords);
  const special = new Set([tokenizer.startId, tokenizer.endId, tokenizer.padId]);
  const allowed: number[] = [];
  for (let id = 0; id < tokenizer.vocabSize; id++) {
    const piece = tokenizer.piece(id);
    if (piece === undefined || special.has(id) || isForbidden(piece)) continue;
    if (vocabulary === 'typeable' && !isTypeable(tokenizer, id, piece)) continue;
    allowed.push(id);
  }
  if (allowed.length === 0)
    throw new PalimpsestError(
      'bad-argument',
      `forbiddenWords: expected to leave tokens to search among, all are ruled out by ${forbiddenWords.length} words`,
    );
  return allowed;
}

function isTypeable(tokenizer: ClipTokenizer, id: number, piece: string): boolean {
  if (!piece.endsWith('</w>')) return false;
  const text = tokenizer.decode([id]);
  if (!/^[\p{L}\p{N}\p{P}\p{S}]+$/u.test(text)) return false; // some bytes decode to nothing that can be seen
  const { ids, pieces } = tokenizer.encode(text);
  return pieces.length === 1 && ids[1] === id;
}
