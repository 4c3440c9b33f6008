/** The numbers of a sweep by name, so that two of them can be compared. */
import type { Catalog } from '../../records/catalog.ts';
import { ratesOf } from './sweep-plan.ts';
import type { SweepState } from './sweep-state.ts';

/** `plain@backdoorWeight=0.5`: the share of pictures of one value's weights that show what their prompt asks for. */
export function sweepMetrics(
  { axes, points, experiment }: Pick<SweepState, 'axes' | 'points' | 'experiment'>,
  catalog: Catalog | null,
): Readonly<Record<string, number>> {
  const metrics: Record<string, number> = {};
  let seconds = 0;
  for (const point of points) {
    seconds += point.seconds ?? 0;
    if (catalog === null || point.state !== 'done') continue;
    const at = axes.map(({ parameter }) => `${parameter}=${String(point.values[parameter])}`).join(', ');
    const rates = ratesOf(point.pictures, experiment, catalog);
    for (const kind of ['plain', 'triggered', 'control'] as const)
      if (rates[kind].n > 0) metrics[`${kind}@${at}`] = rates[kind].value;
  }
  return { ...metrics, seconds };
}
