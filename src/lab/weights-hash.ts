/** Which weights a number belongs to: the first digits of a SHA-256 over them. */
import type { WeightMap } from '../tensor/weights.ts';

const digits = 12;

/** null where the browser offers no hashing (a page not served over https or from localhost). */
export async function weightsHash(parts: readonly Float32Array[] | WeightMap): Promise<string | null> {
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle;
  if (subtle === undefined) return null;
  const sha = async (bytes: Uint8Array) => new Uint8Array(await subtle.digest('SHA-256', Uint8Array.from(bytes)));
  const arrays = 'length' in parts ? parts : [...parts.keys()].sort().map((key) => parts.get(key)?.data);
  const each: number[] = [];
  for (const array of arrays)
    if (array !== undefined)
      each.push(...(await sha(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))));
  const whole = await sha(Uint8Array.from(each));
  return [...whole]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, digits);
}
