/** Pictures between files, the page (RGBA bytes) and the model ([3, H, W] in [-1, 1]). */
import { PalimpsestError } from '../core/errors.ts';
import type { Picture } from '../records/events.ts';

/** [3, H, W] in [-1, 1] -> RGBA bytes. */
export function toPicture(pixels: Float32Array): Picture {
  const area = pixels.length / 3;
  const side = Math.sqrt(area);
  const rgba = new Uint8ClampedArray(area * 4);
  for (let i = 0; i < area; i++) {
    for (let channel = 0; channel < 3; channel++)
      rgba[4 * i + channel] = 127.5 * ((pixels[channel * area + i] as number) + 1);
    rgba[4 * i + 3] = 255;
  }
  return { width: side, height: side, pixels: rgba };
}

/**
 * RGBA of any size -> [3, side, side] in [-1, 1]: the largest square in the middle, resized with a triangle filter that widens
 * when it shrinks, as Pillow's BILINEAR does; transparency goes to white. Throws `bad-argument` for bytes that do not fill the picture.
 */
export function fromPicture({ width, height, pixels }: Picture, side: number): Float32Array {
  if (!(width >= 1 && height >= 1) || pixels.length !== width * height * 4) {
    throw new PalimpsestError('bad-argument', `picture: expected ${width} x ${height} x 4 bytes, got ${pixels.length}`);
  }
  const square = Math.min(width, height);
  const left = (width - square) >> 1;
  const top = (height - square) >> 1;
  const weights = filterWeights(square, side);
  const result = new Float32Array(3 * side * side);
  const row = new Float32Array(square * side); // one channel, columns resized
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < square; y++) {
      const at = (x: number): number => {
        const pixel = 4 * ((top + y) * width + left + x);
        const alpha = (pixels[pixel + 3] as number) / 255;
        return alpha * (pixels[pixel + channel] as number) + (1 - alpha) * 255;
      };
      weights.forEach(({ first, values }, x) => {
        row[y * side + x] = values.reduce((sum, weight, i) => sum + weight * at(first + i), 0);
      });
    }
    weights.forEach(({ first, values }, y) => {
      for (let x = 0; x < side; x++) {
        const value = values.reduce((sum, weight, i) => sum + weight * (row[(first + i) * side + x] as number), 0);
        result[(channel * side + y) * side + x] = value / 127.5 - 1;
      }
    });
  }
  return result;
}

/** For each of `to` places, which of `from` places it averages and how; weights sum to 1. */
function filterWeights(from: number, to: number): readonly { first: number; values: readonly number[] }[] {
  const scale = from / to;
  const reach = Math.max(1, scale);
  return Array.from({ length: to }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(from, Math.ceil(centre + reach - 0.5));
    const raw = Array.from({ length: end - first }, (_, i) =>
      Math.max(0, 1 - Math.abs((first + i + 0.5 - centre) / reach)),
    );
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return { first, values: raw.map((weight) => weight / sum) };
  });
}
