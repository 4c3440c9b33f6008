/** The page's end of the wire to the vault worker, and how it hears of other tabs' changes. */
import { wrap } from 'comlink';
import { PalimpsestError } from '../core/errors.ts';
import { vaultChannel, type VaultService } from './vault-service.ts';
import { type Outcome, unwrap, type Wired } from './wire.ts';

export interface VaultConnection {
  readonly vault: VaultService;
  /** Called after a change by this tab's vault or another's. Returns what ends it. */
  onChange(listener: () => void): () => void;
}

export function connectVault(): VaultConnection {
  const worker = new Worker(new URL('../../workers/vault.worker.ts', import.meta.url), { type: 'module' });
  // Remote<> promises what Wired<> already says, in types that TypeScript cannot match through the mapped type.
  const remote = wrap<Wired<VaultService>>(worker) as unknown as Wired<VaultService>;
  const gone = new Promise<never>((_resolve, reject) => {
    worker.addEventListener('error', (event) =>
      reject(new PalimpsestError('worker-died', `vault worker: stopped with "${event.message}"`)),
    );
  });
  gone.catch(() => undefined); // calls race against it
  const call = async <T>(outcome: Promise<Outcome<T>>): Promise<T> => unwrap(await Promise.race([outcome, gone]));
  return {
    vault: {
      list: () => call(remote.list()),
      own: (id) => call(remote.own(id)),
      disown: (id) => call(remote.disown(id)),
      save: (run, blobs) => call(remote.save(run, blobs)),
      change: (id, change) => call(remote.change(id, change)),
      read: (id, name) => call(remote.read(id, name)),
      remove: (ids) => call(remote.remove(ids)),
    },
    onChange(listener) {
      const channel = new BroadcastChannel(vaultChannel);
      channel.onmessage = () => listener();
      return () => channel.close();
    },
  };
}
