/** A kept run: one training or one search, as plain data. Its bytes (log, weights, checkpoint) are blobs named in it. */
import type { AttackRequest } from './attack.ts';
import type { AdapterSummary } from './events.ts';
import type { Experiment, TrainedColumn } from './experiment.ts';
import type { TrainRequest } from './request.ts';
import type { StoredPoint, SweepRequest } from './sweep.ts';
import type { GivenExperiment } from './url.ts';

/** `running` without an owner: the page or engine it ran in is gone. */
export type StoredStatus = 'running' | 'done' | 'stopped' | 'failed';

/** Where a blob's bytes lie. A path is written once; new bytes get a new path, so a document never names half a blob. */
export interface StoredBlob {
  readonly place: 'opfs' | 'indexeddb';
  readonly path: string;
  readonly bytes: number;
}

export interface RunLineage {
  /** The model's id (`model-id.ts`); of runs from before there were hashes, its name. */
  readonly model: string;
  /** The run whose weights a search attacked; null for a training, or weights from elsewhere. */
  readonly parent: string | null;
  /** What a search attacked; null for a training. */
  readonly victim: { readonly column: TrainedColumn; readonly key: string; readonly method: string } | null;
  /** Name of the file it was brought in; null for a run of this page. */
  readonly file: string | null;
}

/** What a person changes about a run; the rest belongs to the tab that writes it. */
export interface RunMarks {
  /** '' where nobody named it; the page then says what it is. */
  readonly name: string;
  readonly starred: boolean;
  /** Milliseconds since 1970; null while it is not deleted. */
  readonly deletedAt: number | null;
}

export interface StoredRun extends RunMarks {
  readonly id: string;
  readonly kind: 'train' | 'attack' | 'sweep';
  /** The method's or attack's id in the catalog. */
  readonly method: string;
  readonly column: TrainedColumn | 'attacked';
  readonly concept: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly given: GivenExperiment;
  readonly experiment: Experiment;
  /** `resumeFrom` is null: the checkpoint is a blob. */
  readonly request: TrainRequest | AttackRequest | SweepRequest;
  /** What trained weights, or all points of a sweep, depend on; null for a search. */
  readonly signature: string | null;
  readonly lineage: RunLineage;
  readonly status: StoredStatus;
  /** Iterations or rounds done; points of a sweep. */
  readonly iteration: number;
  readonly total: number;
  /** Iteration or round of the kept checkpoint; null without one. */
  readonly checkpointIteration: number | null;
  readonly adapter: AdapterSummary | null;
  /** Empty but for a sweep. */
  readonly points: readonly StoredPoint[];
  /** Numbers that say how it went, by name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** By name: `adapter`, `checkpoint`, the log in parts, `log-0000` and so on, and what `pointBlob` names. */
  readonly blobs: Readonly<Record<string, StoredBlob>>;
}

/** A run and who writes it now. */
export interface KnownRun extends StoredRun {
  readonly owner: 'here' | 'elsewhere' | null;
}

export function runBytes(run: Pick<StoredRun, 'blobs'>): number {
  return Object.values(run.blobs).reduce((sum, blob) => sum + blob.bytes, 0);
}

export function logPart(index: number): string {
  return `log-${String(index).padStart(4, '0')}`;
}

/** The parts of a run's log, in order. */
export function logParts(run: Pick<StoredRun, 'blobs'>): readonly string[] {
  return Object.keys(run.blobs)
    .filter((name) => name.startsWith('log-'))
    .sort();
}

/**
 * True when it ended before its end and nobody writes it: it goes on from its checkpoint, a sweep at its next value. One that lost
 * its page or engine before the first checkpoint starts again.
 */
export function canResume(run: KnownRun): boolean {
  const isBegun = run.kind === 'sweep' || run.checkpointIteration !== null || run.status === 'running';
  return run.status !== 'done' && run.owner === null && isBegun && run.deletedAt === null;
}
