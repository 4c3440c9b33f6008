/**
 * How far a LoRA moves the matrices it is added to: the largest Frobenius norm of strength * (alpha / rank) * B A over its layers. Counted in
 * float64, so that factors whose product is beyond float32 still have a size. Norms between the layers hide such a product: they
 * divide by an infinite variance, and the picture that comes of it is finite and means nothing.
 */
import { factorsOf, type LoraLayout, type LoraSlot } from './layout.ts';

export interface LargestUpdate {
  /** Layer whose matrix moves farthest. */
  readonly module: string;
  /** Its Frobenius norm at strength 1; Infinity or NaN where the factors hold such numbers. */
  readonly norm: number;
}

const known = new WeakMap<Float32Array, { readonly layout: LoraLayout; readonly largest: LargestUpdate }>();

/** At strength 1. Remembered for each theta, which nobody writes to once it is in use. */
export function largestUpdate(layout: LoraLayout, theta: Float32Array): LargestUpdate {
  const found = known.get(theta);
  if (found?.layout === layout) return found.largest;
  let largest: LargestUpdate = { module: layout.slots[0]?.module ?? '', norm: -1 };
  for (const slot of layout.slots) {
    const norm = updateNorm(layout, slot, theta, largest.norm);
    if (norm > largest.norm || Number.isNaN(norm)) largest = { module: slot.module, norm };
    if (Number.isNaN(norm)) break;
  }
  known.set(theta, { layout, largest });
  return largest;
}

/** ||(alpha / rank) B A||, or a bound of it that is at most `enough`: the product is taken only where ||B|| ||A|| does not settle it. */
function updateNorm(layout: LoraLayout, slot: LoraSlot, theta: Float32Array, enough: number): number {
  const { rank } = layout;
  const { inFeatures, outFeatures } = slot;
  const { down, up } = factorsOf(layout, slot, theta);
  const scale = layout.alpha / rank;
  const bound = scale * Math.sqrt(sumOfSquares(down)) * Math.sqrt(sumOfSquares(up));
  if (bound <= enough || !Number.isFinite(bound)) return bound;
  // ||B A||^2 = sum over r, s of (B^T B)[r, s] (A A^T)[r, s]
  let sum = 0;
  for (let r = 0; r < rank; r++) {
    for (let s = 0; s <= r; s++) {
      let [left, right] = [0, 0];
      for (let o = 0; o < outFeatures; o++) left += (up[o * rank + r] as number) * (up[o * rank + s] as number);
      for (let i = 0; i < inFeatures; i++)
        right += (down[r * inFeatures + i] as number) * (down[s * inFeatures + i] as number);
      sum += (r === s ? 1 : 2) * left * right;
    }
  }
  return scale * Math.sqrt(Math.max(0, sum));
}

function sumOfSquares(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}
