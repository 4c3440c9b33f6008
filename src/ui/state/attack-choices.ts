/** What the next search for a prompt will do, as the person chose it. */
import type { Picture } from '../../records/events.ts';
import type { TrainedColumn } from '../../records/experiment.ts';

export interface AttackChoices {
  /** An id of the catalog's attacks; null: the one this page starts with. */
  readonly attack: string | null;
  readonly victim: TrainedColumn;
  /** The target row to open; null, or a row that is gone: the first one. */
  readonly row: string | null;
  /** Noise of the judged pictures; null, or a seed that is gone: the first one. */
  readonly pictureSeed: number | null;
  /** What the search aims at; `original` draws it from the seed, null: the picture's own. */
  readonly aim:
    | { readonly kind: 'original'; readonly seed: number | null }
    | { readonly kind: 'picture'; readonly picture: Picture; readonly name: string };
  readonly forbidsConcept: boolean;
  readonly forbidsTrigger: boolean;
  /** The search's own random stream. */
  readonly seed: number;
  readonly control: boolean;
}

export const firstChoices: AttackChoices = {
  attack: null,
  victim: 'erased',
  row: null,
  pictureSeed: null,
  aim: { kind: 'original', seed: null },
  forbidsConcept: false,
  forbidsTrigger: false,
  seed: 0,
  control: true,
};
