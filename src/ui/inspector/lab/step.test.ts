import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { latentPicture } from './latent-picture.ts';
import { stepFrames } from './step-frames.ts';

it('names files that exist, one frame after the other', () => {
  expect(stepFrames.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6]);
  for (const { file } of stepFrames)
    expect(existsSync(path.join(import.meta.dirname, '../../../..', file)), file).toBe(true);
});

it('shows channels as colours on a fixed scale', () => {
  const { pixels, width, height } = latentPicture(Float32Array.of(0, 3, -3, -9, 3, 9, 1, 1), [4, 1, 2], 3);
  expect([width, height]).toEqual([2, 1]);
  expect([...pixels]).toEqual([128, 0, 255, 255, 255, 0, 255, 255]);
});
