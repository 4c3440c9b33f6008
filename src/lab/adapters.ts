/** What this engine holds beside the original, by id: weights that were made or imported, and guiders. */
import { PalimpsestError } from '../core/errors.ts';
import type { Patch } from '../diffusion/adapter.ts';
import { atStrength } from '../diffusion/guiders/at-strength.ts';
import { classifierFree } from '../diffusion/guiders/classifier-free.ts';
import type { Guider } from '../diffusion/guiders/guider.ts';
import type { Variant } from '../diffusion/variant.ts';
import type { AdapterSummary } from '../records/events.ts';
import type { AdapterStory } from './trained.ts';

export interface StoredAdapter {
  readonly summary: AdapterSummary;
  /** null: the original's weights, as they are. */
  readonly patch: Patch | null;
  readonly guider: Guider;
}

export class AdapterStore {
  readonly #adapters = new Map<string, StoredAdapter>();
  #count = 0;

  /** `guider`: what `about` says of it, ready to use. */
  add(about: AdapterStory, patch: Patch | null, guider: Guider = classifierFree): AdapterSummary {
    this.#count += 1;
    const summary = {
      ...about,
      id: `${about.method}-${this.#count}`,
      parameters: patch?.layout.size ?? 0,
      trainedTensors: 2 * (patch?.layout.slots.length ?? 0),
    };
    this.#adapters.set(summary.id, { summary, patch, guider });
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

  /** `strength` is of both, weights and guider. */
  inUse(id: string | null, strength: number): Variant | null {
    if (id === null) return null;
    const { patch, guider } = this.get(id);
    return {
      adapter: patch === null ? null : { ...patch, strength, name: id },
      guider: atStrength(guider, strength),
    };
  }
}
