/** A point with what the view says about it. */
import type { PointRates } from '../state/sweep-plan.ts';
import type { SweepPoint } from '../state/sweep-state.ts';

export interface ShownPoint {
  readonly at: number;
  readonly point: SweepPoint;
  /** null until its pictures are drawn. */
  readonly rates: PointRates | null;
  /** The values, as text. */
  readonly name: string;
}
