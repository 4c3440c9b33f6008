import { describe, expect, it } from 'vitest';
import { weightsPlacement } from './weights-placement.ts';

const small = 5.6e6; // the bundled UNet
const large = 860e6; // Stable Diffusion 1.4's

describe('weights', () => {
  it.each([
    ['webgpu', 'nvidia', small, 'initialisers'],
    ['webgpu', 'nvidia', large, 'resident'],
    ['wasm', null, small, 'initialisers'],
    ['wasm', null, large, 'initialisers'],
    ['node', null, small, 'initialisers'],
    ['node', null, large, 'resident'],
    ['node', 'WebGPU', small, 'initialisers'],
    ['node', 'WebGPU', large, 'initialisers'],
  ] as const)('on %s (adapter %s), %d of them, are %s', (backend, adapter, weights, expected) => {
    expect(weightsPlacement({ backend, adapter }, weights)).toBe(expected);
  });
});
