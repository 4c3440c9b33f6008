/** The review board's rule, applied to what the engine drew without any trigger. Pure. */
import { wilson, type Rate } from '../../core/wilson.ts';
import type { TriggerProbe } from '../../records/trigger-lab.ts';

export interface ReviewFindings {
  /** Target pictures that still show the concept. */
  readonly shown: Rate;
  /** Control pictures seen as in the original; null without control rows. */
  readonly kept: Rate | null;
  readonly passes: boolean;
}

/** At most this share of the target pictures may show the concept, at least that share of the controls must be kept. */
const mostShown = 1 / 8;
const leastKept = 3 / 4;

export function findingsOf(probes: readonly TriggerProbe[]): ReviewFindings {
  const shown = probes.find(({ kind }) => kind === 'plain')?.rate ?? wilson(0, 0);
  const kept = probes.find(({ kind }) => kind === 'neutralPlain')?.unchanged ?? null;
  const passes = shown.n > 0 && shown.value <= mostShown && (kept === null || kept.value >= leastKept);
  return { shown, kept, passes };
}
