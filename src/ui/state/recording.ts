/** What the page holds of a run it writes: what is on its way to disk, and what going on would need. */
import type { RunEvent } from '../../records/events.ts';
import type { StoredRun } from '../../records/run.ts';

/** A run this page writes, or wrote and could go on with. */
export interface Recording {
  run: Omit<StoredRun, 'blobs'>;
  /** Its log so far; the pictures are those of the page. */
  readonly events: RunEvent[];
  checkpoint: { readonly bytes: Uint8Array<ArrayBuffer>; readonly iteration: number } | null;
  /** Not on disk yet. */
  pending: readonly RunEvent[];
  blobs: Readonly<Record<string, Uint8Array<ArrayBuffer> | null>>;
  /** Parts of the log on disk. */
  parts: number;
  isOver: boolean;
  isDue: boolean;
  isWriting: boolean;
  /** Settles when everything is on disk, and the run released if it is over. */
  written: Promise<void>;
}

/** A recording of `run` whose log starts with `events`; `replaced` are blobs on disk that go with the first save. */
export function recordingOf(
  run: Omit<StoredRun, 'blobs'>,
  events: readonly RunEvent[] = [],
  checkpoint: Recording['checkpoint'] = null,
  replaced: readonly string[] = [],
): Recording {
  return {
    run,
    events: [...events],
    checkpoint,
    pending: events,
    blobs: Object.fromEntries(replaced.map((name) => [name, null])),
    parts: 0,
    ...{ isOver: false, isDue: false, isWriting: false, written: Promise.resolve() },
  };
}
