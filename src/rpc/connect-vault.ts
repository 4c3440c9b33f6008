/** The page's end of the wire to the vault worker, and how it learns of other tabs' changes. */
import { wrap } from 'comlink';
import type { Locks } from './lifeline.ts';
import { openVaultChannel, type VaultService, type VaultWire } from './vault-service.ts';
import { watchWorker, type WatchedWorker } from './watch-worker.ts';
import { type Outcome, unwrap } from './wire.ts';

export interface VaultConnection {
  readonly vault: VaultService;
  /** Called after a change by this tab's vault or another's. Returns what ends it. */
  onChange(listener: () => void): () => void;
}

const spawnVaultWorker = (name: string): WatchedWorker =>
  new Worker(new URL('../../workers/vault.worker.ts', import.meta.url), { type: 'module', name });

/**
 * A vault keeps nothing in its memory that its disk does not have, so one that died is replaced at the next call. Calls in flight
 * reject with `worker-died`; who writes a run owns it anew with its next save.
 */
export function connectVault(
  spawn: (name: string) => WatchedWorker = spawnVaultWorker,
  locks?: Locks,
): VaultConnection {
  let current = attach(spawn, locks);

  async function call<T>(send: (remote: VaultWire) => Promise<Outcome<T>>): Promise<T> {
    if (current.isGone()) current = attach(spawn, locks);
    return unwrap(await Promise.race([send(current.remote), current.gone]));
  }

  return {
    vault: {
      list: () => call((remote) => remote.list()),
      own: (id) => call((remote) => remote.own(id)),
      disown: (id) => call((remote) => remote.disown(id)),
      save: (run, blobs) => call((remote) => remote.save(run, blobs)),
      change: (id, change) => call((remote) => remote.change(id, change)),
      read: (id, name) => call((remote) => remote.read(id, name)),
      remove: (ids) => call((remote) => remote.remove(ids)),
    },
    onChange(listener) {
      const channel = openVaultChannel();
      if (channel !== null) channel.onmessage = () => listener();
      return () => channel?.close();
    },
  };
}

/** One worker. `gone` rejects when it is; a script that cannot run, and an end that the browser does not report, count as ends, too. */
function attach(spawn: (name: string) => WatchedWorker, locks?: Locks) {
  const name = `palimpsest-vault-${Math.random().toString(36).slice(2)}`;
  const worker = spawn(name);
  // Remote<> promises what Wired<> already says, in types that TypeScript cannot match through the mapped type.
  const remote = wrap<VaultWire>(worker) as unknown as VaultWire;
  const watch = watchWorker(worker, remote.ready(), {
    name,
    what: 'vault worker',
    ended: 'was ended by the browser',
    locks,
  });
  return { ...watch, remote };
}
