/**
 * A map of text states as an ordinary LoRA: where W reads the text, W (I + U V^T) x = W x + (W U)(V^T x), so B = W U and A = V^T, the same A in
 * every layer. The layers are the two matrices of each cross-attention that read the text; alpha is the rank, a factor of 1.
 */
import { parameterGroup } from '../../models/lora/groups.ts';
import { loraLayout, type LoraLayout } from '../../models/lora/layout.ts';
import type { FactoredMap } from './truncate.ts';
import type { EditBench } from './weight-edit.ts';

export function asLora(
  { width, rank, left, right }: FactoredMap,
  bench: Pick<EditBench, 'unet' | 'weightOf'>,
): { readonly layout: LoraLayout; readonly theta: Float32Array } {
  const layout = loraLayout(parameterGroup(bench.unet, 'xattn-strict'), rank);
  const theta = new Float32Array(layout.size);
  for (const { module, outFeatures, downOffset, upOffset } of layout.slots) {
    const weight = bench.weightOf(module); // [out, D]
    for (let r = 0; r < rank; r++)
      for (let i = 0; i < width; i++) theta[downOffset + r * width + i] = right[i * rank + r] as number; // A [r, D]
    for (let o = 0; o < outFeatures; o++)
      for (let r = 0; r < rank; r++) {
        let sum = 0;
        for (let i = 0; i < width; i++) sum += (weight[o * width + i] as number) * (left[i * rank + r] as number);
        theta[upOffset + o * rank + r] = sum; // B [out, r]
      }
  }
  return { layout, theta };
}
