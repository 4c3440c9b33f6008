/**
 * Pictures a model folder brings along, so that the page has something true to show while the model loads: what the original
 * draws for the default experiment. `prepared.json`, beside `prepared.png` with one row of pictures a prompt and one column a seed.
 */
import type { Catalog } from './catalog.ts';
import type { Verdict } from './events.ts';

export interface PreparedPictures {
  /** What the default experiment follows from, before the engine can say so. */
  readonly known: Pick<Catalog, 'concepts' | 'defaults'>;
  /** What drew the pictures; the same text as the signature of a live drawing that would look the same. */
  readonly signature: string;
  /** Side of one picture. */
  readonly size: number;
  readonly seeds: readonly number[];
  readonly rows: readonly {
    readonly prompt: string;
    /** One a seed. */
    readonly verdicts: readonly Verdict[];
  }[];
}
