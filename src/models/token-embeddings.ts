/** Rows of the token table on the host: where attacks start from, and what they measure distances to. */
import { PalimpsestError } from '../core/errors.ts';
import { weightOf, type WeightMap } from '../tensor/weights.ts';
import type { ClipTextConfig } from './config/clip-text-config.ts';

/** [ids.length * hiddenSize], row after row. Throws `bad-argument` for an id outside the vocabulary. */
export function tokenEmbeddings(weights: WeightMap, config: ClipTextConfig, ids: ArrayLike<number>): Float32Array {
  const { vocabSize, hiddenSize } = config;
  const table = weightOf(weights, 'embeddings.token_embedding.weight', [vocabSize, hiddenSize]);
  const rows = new Float32Array(ids.length * hiddenSize);
  for (let place = 0; place < ids.length; place++) {
    const id = ids[place] as number;
    if (!(Number.isInteger(id) && id >= 0 && id < vocabSize)) {
      throw new PalimpsestError('bad-argument', `tokenEmbeddings: expected ids below ${vocabSize}, got ${id}`);
    }
    const row = table.data.subarray(id * hiddenSize, (id + 1) * hiddenSize);
    const scale = table.dtype === 'quantised-int8' ? (table.scale[id] as number) : 1;
    row.forEach((value, i) => (rows[place * hiddenSize + i] = value * scale));
  }
  return rows;
}
