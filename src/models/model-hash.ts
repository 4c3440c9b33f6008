/** Which model it is, by its weights and not by its name: the same numbers are the same model, in one file or in shards, in f16 or widened. */
import { hexText, sha256 } from '../core/sha256.ts';
import type { Weight } from '../tensor/weights.ts';
import type { DiffusionModel } from './family.ts';

/** Hexadecimal digits of a model's hash that are kept and shown: 48 bits. */
export const hashDigits = 12;

/**
 * The first digits of the SHA-256 over one line a tensor, sorted: its component, its name in today's diffusers, its shape and the SHA-256
 * of its numbers as little-endian float32; for int8, of its codes and of its scales.
 */
export async function modelHash({
  textEncoder,
  unet,
  vae,
}: Pick<DiffusionModel, 'textEncoder' | 'unet' | 'vae'>): Promise<string> {
  const lines: string[] = [];
  for (const [component, { weights }] of Object.entries({ text_encoder: textEncoder, unet, vae }))
    for (const [key, weight] of weights)
      lines.push(`${component} ${key} [${weight.shape.join(', ')}] ${await numbersHash(weight)}`);
  return hexText(await sha256(new TextEncoder().encode(lines.sort().join('\n')))).slice(0, hashDigits);
}

async function numbersHash(weight: Weight): Promise<string> {
  const arrays = weight.dtype === 'float32' ? [weight.data] : [weight.data, weight.scale];
  const hashes: string[] = [];
  for (const { buffer, byteOffset, byteLength } of arrays)
    hashes.push(hexText(await sha256(new Uint8Array(buffer, byteOffset, byteLength))));
  return hashes.join(' ');
}
