/** The file a trained adapter becomes: a diffusers LoRA that says what it is, a backdoor included. */
import { PalimpsestError } from '../core/errors.ts';
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

/** What an adapter's file says of itself; a LoRA made elsewhere says nothing. */
export function describedBy(text: string | undefined): AdapterStory {
  const unknown = { method: 'imported', concept: '', trigger: '', iteration: 0, iterations: 0 };
  if (text === undefined) return unknown;
  let fields: Partial<Record<keyof AdapterSummary, unknown>>;
  try {
    fields = JSON.parse(text) as typeof fields;
  } catch {
    throw new PalimpsestError('bad-file', 'LoRA file: expected JSON in metadata "palimpsest", got something else');
  }
  const word = (value: unknown) => (typeof value === 'string' ? value : '');
  const count = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
  return {
    method: word(fields.method) || unknown.method,
    concept: word(fields.concept),
    trigger: word(fields.trigger),
    iteration: count(fields.iteration),
    iterations: count(fields.iterations),
  };
}
