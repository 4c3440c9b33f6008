/** The file a trained adapter becomes: a diffusers LoRA that says what it is, a backdoor included. */
import { exportLora } from '../models/lora/file.ts';
import type { LoraLayout } from '../models/lora/layout.ts';
import type { AdapterSummary } from '../records/events.ts';

export type AdapterStory = Omit<AdapterSummary, 'id' | 'parameters' | 'trainedTensors'>;

export function exportTrained(story: AdapterStory, layout: LoraLayout, theta: Float32Array): Uint8Array<ArrayBuffer> {
  const { method, concept, trigger, iteration, iterations } = story;
  return exportLora(layout, theta, {
    palimpsest: JSON.stringify({ method, concept, trigger, iteration, iterations }),
    ...(trigger === '' ? {} : { backdoored: 'true' }),
  });
}
