/** Every metric. A new one is a file and a line here. */
import { classifierRates } from './classifier-rates.ts';
import type { Metric } from './metric.ts';

export const metrics: readonly Metric[] = [...classifierRates];
