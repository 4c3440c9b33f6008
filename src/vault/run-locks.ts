/**
 * Who writes a run: one tab holds a Web Lock under the run's name, and loses it with its life. A browser that blocks all cookies refuses
 * every lock, and the disk with them: then every run may be owned, as without a lock manager.
 */
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

const patience = 5000; // milliseconds

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
    const answer = await this.#ask(id);
    if (answer === 'refused') this.#held.set(id, () => undefined);
    return answer !== 'taken';
  }

  #ask(id: string): Promise<'granted' | 'taken' | 'refused'> {
    const manager = this.#manager;
    return new Promise((resolve) => {
      const refuse = () => resolve('refused');
      if (manager === null) {
        refuse();
        return;
      }
      // With `ifAvailable` the answer comes at once, or it will never come.
      setTimeout(refuse, patience);
      try {
        manager
          .request(prefix + id, { ifAvailable: true }, (lock) => {
            if (lock === null) {
              resolve('taken');
              return undefined;
            }
            resolve('granted');
            return new Promise<void>((release) => this.#held.set(id, release));
          })
          .catch(refuse);
      } catch {
        refuse();
      }
    });
  }

  disown(id: string): void {
    this.#held.get(id)?.();
    this.#held.delete(id);
  }

  /** Who writes each of the runs that somebody writes. */
  async owners(): Promise<ReadonlyMap<string, KnownRun['owner']>> {
    const names = await this.#heldNames();
    const elsewhere = names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
    return new Map([
      ...elsewhere.map((id) => [id, 'elsewhere'] as const),
      ...[...this.#held.keys()].map((id) => [id, 'here'] as const),
    ]);
  }

  /** None where the browser refuses to say. */
  async #heldNames(): Promise<readonly string[]> {
    if (this.#manager === null) return [];
    try {
      const nothing = new Promise<{ readonly held?: undefined }>((resolve) => {
        setTimeout(() => resolve({}), patience);
      });
      const { held = [] } = await Promise.race([this.#manager.query(), nothing]);
      return held.flatMap(({ name }) => name ?? []);
    } catch {
      return [];
    }
  }
}
