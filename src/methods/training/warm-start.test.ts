import { describe, expect, it } from 'vitest';
import { factorsOf, initialTheta, loraLayout, type LoraLayout } from '../../models/lora/layout.ts';
import { startingTheta } from './warm-start.ts';

const layer = (module: string) => ({ module, inFeatures: 3, outFeatures: 4 });
const patchLayout = loraLayout([layer('b')], 2, 6);
const patch = {
  layout: patchLayout,
  theta: Float32Array.from({ length: patchLayout.size }, (_, i) => Math.sin(i + 1)),
};

/** (alpha / rank) B A [out, in] of a module. */
function change(layout: LoraLayout, theta: Float32Array, module: string): readonly number[] {
  const slot = layout.slots.find((candidate) => candidate.module === module);
  if (slot === undefined) throw new Error(`expected the layer ${module}`);
  const { down, up } = factorsOf(layout, slot, theta);
  return Array.from({ length: slot.outFeatures * slot.inFeatures }, (_, at) => {
    const [out, column] = [Math.floor(at / slot.inFeatures), at % slot.inFeatures];
    let sum = 0;
    for (let r = 0; r < layout.rank; r++)
      sum += (up[out * layout.rank + r] as number) * (down[r * slot.inFeatures + column] as number);
    return (layout.alpha / layout.rank) * sum;
  });
}

describe('a training that starts from a solution', () => {
  it('starts with the solution’s own change, whatever the ranks and alphas, and with none elsewhere', () => {
    for (const [rank, alpha] of [
      [2, 2],
      [5, 3],
    ] as const) {
      const layout = loraLayout([layer('a'), layer('b')], rank, alpha);
      const theta = startingTheta(layout, 7, patch);
      const [got, wanted] = [change(layout, theta, 'b'), change(patchLayout, patch.theta, 'b')];
      expect(Math.max(...wanted.map(Math.abs))).toBeGreaterThan(1);
      got.forEach((value, i) => expect(value).toBeCloseTo(wanted[i] as number, 5));
      expect(change(layout, theta, 'a').every((value) => value === 0)).toBe(true);
      // Directions that the solution leaves free still learn: their A is not zero.
      const slot = layout.slots[1];
      const fresh = initialTheta(layout, 7);
      if (slot !== undefined)
        expect(theta.slice(slot.downOffset + 6, slot.upOffset)).toEqual(
          fresh.slice(slot.downOffset + 6, slot.upOffset),
        );
    }
  });

  it('refuses a solution that it has no room for', () => {
    expect(() => startingTheta(loraLayout([layer('b')], 1), 7, patch)).toThrow('rank 1 at most, got rank 2');
    expect(() => startingTheta(loraLayout([layer('a')], 4), 7, patch)).toThrow('expected b among the layers');
  });
});
