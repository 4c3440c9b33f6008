import { describe, expect, it } from 'vitest';
import { fromPicture, toPicture } from './pictures.ts';

/** RGBA from one grey value a pixel. */
const grey = (width: number, height: number, value: (x: number, y: number) => number, alpha = 255) => {
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const v = value(i % width, Math.floor(i / width));
    pixels.set([v, v, v, alpha], 4 * i);
  }
  return { width, height, pixels };
};

describe('a picture for the model', () => {
  it('keeps every byte at its own size', () => {
    const picture = grey(8, 8, (x, y) => 4 * (8 * y + x));
    expect(toPicture(fromPicture(picture, 8)).pixels).toEqual(picture.pixels);
  });

  it('is cut from the middle', () => {
    const wide = grey(12, 4, (x) => (x >= 4 && x < 8 ? 255 : 0));
    expect([...fromPicture(wide, 4)].every((value) => value === 1)).toBe(true);
  });

  it('keeps its mean when it shrinks, and a ramp a ramp when it grows', () => {
    const checks = fromPicture(
      grey(16, 16, (x, y) => ((x + y) % 2) * 255),
      4,
    );
    for (const value of checks) expect(value).toBeCloseTo(0, 1);
    const ramp = fromPicture(
      grey(4, 4, (x) => 60 * x),
      8,
    ).slice(0, 8);
    for (let x = 1; x < 8; x++) expect((ramp[x] as number) - (ramp[x - 1] as number)).toBeGreaterThanOrEqual(0);
    expect(ramp[4]).toBeCloseTo((1.75 * 60) / 127.5 - 1, 5);
  });

  it('shows white where it is transparent', () => {
    expect(
      [
        ...fromPicture(
          grey(2, 2, () => 0, 0),
          2,
        ),
      ].every((value) => value === 1),
    ).toBe(true);
  });

  it('is refused when its bytes do not fill it', () => {
    expect(() => fromPicture({ width: 2, height: 2, pixels: new Uint8ClampedArray(4) }, 2)).toThrow(
      'expected 2 x 2 x 4 bytes',
    );
  });
});
