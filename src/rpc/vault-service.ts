/** What the vault worker offers. The interface sees the disk only through this file. */
import type { KnownRun, RunMarks, StoredRun } from '../records/run.ts';
import type { Lifeline } from './lifeline.ts';
import type { Outcome, Wired } from './wire.ts';

/** Vaults of all tabs tell each other on this channel that something changed. */
const vaultChannel = 'palimpsest-runs';

/** null where the browser refuses it (all cookies blocked): other tabs then hear nothing, and there is no disk they could share. */
export function openVaultChannel(): BroadcastChannel | null {
  try {
    return new BroadcastChannel(vaultChannel);
  } catch {
    return null;
  }
}

/** Bytes to keep under a name; null forgets what was kept under it. */
export type BlobChanges = Readonly<Record<string, Uint8Array<ArrayBuffer> | null>>;

/** What may change about a run without owning it. Metrics are added to those it has. */
export type RunChange = Partial<RunMarks> & { readonly metrics?: Readonly<Record<string, number>> };

export interface VaultService {
  /** Every kept run, newest first, deleted ones too. */
  list(): Promise<readonly KnownRun[]>;
  /** Makes this tab the only one that may `save` the run; false when another tab is. Lasts until `disown` or the tab's end. */
  own(id: string): Promise<boolean>;
  disown(id: string): Promise<void>;
  /**
   * Blobs first, then the document that names them, then the blobs it named before are dropped: whatever fails, what was kept
   * stays. The name, star and deletion of a kept run win over the given ones. Throws `quota-exceeded`, and `bad-argument`
   * when another tab owns the run.
   */
  save(run: Omit<StoredRun, 'blobs'>, blobs: BlobChanges): Promise<StoredRun>;
  change(id: string, change: RunChange): Promise<void>;
  /** null when the run has no such blob. */
  read(id: string, name: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** For good. A run that another tab writes is refused. */
  remove(ids: readonly string[]): Promise<void>;
}

/** The vault on the wire. `ready` answers once the worker runs: with the lifeline it holds. */
export type VaultWire = Wired<VaultService> & { readonly ready: () => Promise<Outcome<Lifeline>> };
