/** How the metrics table is measured and shown, as the person chose it. */
import type { MeasuredColumn } from '../../records/evaluation.ts';

/** Pictures a rate that the page offers; 50 is what papers would call few. */
export const pictureCounts = [8, 16, 24, 50] as const;

export interface MetricsChoices {
  readonly isOpen: boolean;
  readonly prompts: (typeof pictureCounts)[number];
  /** Also draw neutral captions, for KID, FID, CLIP score and same-seed distance. */
  readonly quality: boolean;
  /** Also ask the diffusion classifier. Slow. */
  readonly classifier: boolean;
  /** Also ask for the concept by its other names. */
  readonly names: boolean;
  readonly baseline: MeasuredColumn;
  readonly shows: 'values' | 'differences';
  readonly showsAllColumns: boolean;
  /** Seconds the measurement as chosen would take; null until known. */
  readonly seconds: number | null;
}

export const firstMetricsChoices: MetricsChoices = {
  isOpen: false,
  prompts: 8,
  quality: false,
  classifier: false,
  names: false,
  baseline: 'original',
  shows: 'values',
  showsAllColumns: false,
  seconds: null,
};
