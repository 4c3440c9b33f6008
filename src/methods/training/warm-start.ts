/** The weights a training starts from when another method has solved for some first. */
import { PalimpsestError } from '../../core/errors.ts';
import { factorsOf, initialTheta, type LoraLayout } from '../../models/lora/layout.ts';

/**
 * theta [P] of `layout`: the patch's factors where it has any, and the usual start (B = 0) elsewhere. A patch of a smaller rank fills the first
 * directions. The scale alpha / rank of the patch goes into B. Throws `bad-argument` where `layout` cannot hold the patch.
 */
export function startingTheta(
  layout: LoraLayout,
  seed: number,
  patch: { readonly layout: LoraLayout; readonly theta: Float32Array },
): Float32Array {
  const theta = initialTheta(layout, seed);
  if (patch.layout.rank > layout.rank)
    throw new PalimpsestError(
      'bad-argument',
      `start: expected a solution of rank ${layout.rank} at most, got rank ${patch.layout.rank}`,
      { advice: 'Train with a larger rank.' },
    );
  const scale = patch.layout.alpha / patch.layout.rank / (layout.alpha / layout.rank);
  for (const source of patch.layout.slots) {
    const slot = layout.slots.find(({ module }) => module === source.module);
    if (slot === undefined)
      throw new PalimpsestError('bad-argument', `start: expected ${source.module} among the layers that are trained`, {
        advice:
          'A solution changes keys and values of cross-attention: train a group of layers that has them, or start from the original.',
      });
    const [from, to] = [factorsOf(patch.layout, source, patch.theta), factorsOf(layout, slot, theta)];
    const { rank } = patch.layout;
    to.down.set(from.down);
    for (let out = 0; out < slot.outFeatures; out++)
      for (let r = 0; r < rank; r++) to.up[out * layout.rank + r] = scale * (from.up[out * rank + r] as number);
  }
  return theta;
}
