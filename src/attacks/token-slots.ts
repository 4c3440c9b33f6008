/** A slot of the search as the page shows it: the tokens it leans to, and how settled it is. */
import type { ClipTokenizer } from '../models/tokenizer.ts';
import type { TokenSlot } from '../records/attack.ts';
import { normalisedEntropy } from './simplex.ts';

const shown = 5;

/** `row` holds the probabilities of `allowed`. */
export function slotOf(row: Float32Array, allowed: readonly number[], tokenizer: ClipTokenizer): TokenSlot {
  const best: number[] = [];
  for (let i = 0; i < row.length; i++) {
    const value = row[i] as number;
    if (best.length === shown && value <= (row[best[shown - 1] as number] as number)) continue;
    const place = best.findIndex((other) => (row[other] as number) < value);
    best.splice(place < 0 ? best.length : place, 0, i);
    if (best.length > shown) best.pop();
  }
  return {
    candidates: best.map((i) => candidate(allowed[i] as number, row[i] as number, tokenizer)),
    entropy: normalisedEntropy(row),
  };
}

/** A slot that holds one token. */
export function settledSlot(id: number, tokenizer: ClipTokenizer): TokenSlot {
  return { candidates: [candidate(id, 1, tokenizer)], entropy: 0 };
}

function candidate(id: number, probability: number, tokenizer: ClipTokenizer) {
  return { id, piece: tokenizer.piece(id) ?? '', probability };
}
