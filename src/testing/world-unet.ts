/** The UNet of the bundled model as the engine holds it: int8 weights expanded once. */
import { readFileSync } from 'node:fs';
import { parseUNetConfig } from '../models/config/unet-config.ts';
import { parameterGroup } from '../models/lora/groups.ts';
import { dequantise, weightsFromSafetensors } from '../tensor/quantise.ts';
import { readSafetensors } from '../tensor/safetensors.ts';

const folder = new URL('../../public/models/palimpsest-world/unet/', import.meta.url);

export function readWorldUNet() {
  const config = parseUNetConfig(JSON.parse(readFileSync(new URL('config.json', folder), 'utf8')));
  const bytes = readFileSync(new URL('diffusion_pytorch_model.int8.safetensors', folder));
  const stored = weightsFromSafetensors(readSafetensors(Uint8Array.from(bytes), 'unet'), 'unet');
  const weights = new Map(
    [...stored].map(([key, weight]) => [key, weight.dtype === 'quantised-int8' ? dequantise(weight) : weight]),
  );
  return { config, weights, layers: parameterGroup(config, 'full') };
}
