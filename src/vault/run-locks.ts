/** Who writes a run: one tab holds a Web Lock under the run's name, and loses it with its life. */
import type { KnownRun } from '../records/run.ts';

/** What of a LockManager is used here. */
export interface LockManagerPart {
  request(
    name: string,
    options: { readonly ifAvailable: true },
    callback: (lock: unknown) => Promise<void> | undefined,
  ): Promise<unknown>;
  query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>;
}

const prefix = 'palimpsest-run-';

export class RunLocks {
  readonly #manager: LockManagerPart | null;
  readonly #held = new Map<string, () => void>();

  /** Without a lock manager (an insecure address) every run may be owned: there is nobody to ask. */
  constructor(manager: LockManagerPart | null) {
    this.#manager = manager;
  }

  holds(id: string): boolean {
    return this.#held.has(id);
  }

  async own(id: string): Promise<boolean> {
    if (this.#held.has(id)) return true;
    const manager = this.#manager;
    if (manager === null) {
      this.#held.set(id, () => undefined);
      return true;
    }
    return new Promise((resolve, reject) => {
      manager
        .request(prefix + id, { ifAvailable: true }, (lock) => {
          resolve(lock !== null);
          if (lock === null) return undefined;
          return new Promise<void>((release) => this.#held.set(id, release));
        })
        .catch(reject);
    });
  }

  disown(id: string): void {
    this.#held.get(id)?.();
    this.#held.delete(id);
  }

  /** Who writes each of the runs that somebody writes. */
  async owners(): Promise<ReadonlyMap<string, KnownRun['owner']>> {
    const names = (await this.#manager?.query())?.held?.flatMap(({ name }) => name ?? []) ?? [];
    const elsewhere = names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
    return new Map([
      ...elsewhere.map((id) => [id, 'elsewhere'] as const),
      ...[...this.#held.keys()].map((id) => [id, 'here'] as const),
    ]);
  }
}
