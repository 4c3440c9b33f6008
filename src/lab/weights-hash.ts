/** Which weights a number belongs to: the first digits of a SHA-256 over them. */
import { hexText, sha256 } from '../core/sha256.ts';
import { hashDigits } from '../models/model-hash.ts';
import type { WeightMap } from '../tensor/weights.ts';

export async function weightsHash(parts: readonly Float32Array[] | WeightMap): Promise<string> {
  const arrays = 'length' in parts ? parts : [...parts.keys()].sort().map((key) => parts.get(key)?.data);
  const each: number[] = [];
  for (const array of arrays)
    if (array !== undefined)
      each.push(...(await sha256(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))));
  return hexText(await sha256(Uint8Array.from(each))).slice(0, hashDigits);
}
