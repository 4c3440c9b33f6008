/** Latent numbers as a picture: the first three channels as red, green and blue, on one fixed scale. */
import type { Picture } from '../../../records/events.ts';

/** `scale`: the value shown as full colour; 0 is middle grey, -scale is black. Fewer than three channels repeat the last. */
export function latentPicture(
  values: Float32Array,
  [channels, height, width]: readonly [number, number, number],
  scale: number,
): Picture {
  const area = height * width;
  const pixels = new Uint8ClampedArray(4 * area);
  for (let i = 0; i < area; i++) {
    for (let colour = 0; colour < 3; colour++) {
      const value = values[Math.min(colour, channels - 1) * area + i] ?? 0;
      pixels[4 * i + colour] = 127.5 * (value / scale + 1);
    }
    pixels[4 * i + 3] = 255;
  }
  return { width, height, pixels };
}
