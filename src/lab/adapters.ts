/** The LoRA weights this engine holds, by id. */
import { PalimpsestError } from '../core/errors.ts';
import { withAdapter, type Variant } from '../diffusion/variant.ts';
import type { LoraLayout } from '../models/lora/layout.ts';
import type { AdapterSummary } from '../records/events.ts';
import type { AdapterStory } from './trained.ts';

export interface StoredAdapter {
  readonly summary: AdapterSummary;
  readonly layout: LoraLayout;
  readonly theta: Float32Array;
}

export class AdapterStore {
  readonly #adapters = new Map<string, StoredAdapter>();
  #count = 0;

  add(about: AdapterStory, layout: LoraLayout, theta: Float32Array): AdapterSummary {
    this.#count += 1;
    const summary = {
      ...about,
      id: `${about.method}-${this.#count}`,
      parameters: layout.size,
      trainedTensors: 2 * layout.slots.length,
    };
    this.#adapters.set(summary.id, { summary, layout, theta });
    return summary;
  }

  get(id: string): StoredAdapter {
    const found = this.#adapters.get(id);
    if (found === undefined)
      throw new PalimpsestError(
        'bad-argument',
        `adapter: expected the id of a trained or imported adapter, got "${id}"`,
      );
    return found;
  }

  inUse(id: string | null, strength: number): Variant | null {
    if (id === null) return null;
    const { layout, theta } = this.get(id);
    return withAdapter({ layout, theta, strength, name: id });
  }
}
