/** The vault worker's end of the wire: every answer an Outcome. */
import { type Endpoint, expose } from 'comlink';
import { holdLifeline, type Locks } from './lifeline.ts';
import type { VaultService, VaultWire } from './vault-service.ts';
import { settle } from './wire.ts';

/** Where a vault is served: the worker's scope, or in tests a port. Its name is the worker's lifeline. */
type ServingScope = Endpoint & { readonly name?: string };

export function serveVault(vault: VaultService, scope: ServingScope, locks?: Locks): void {
  const lifeline = holdLifeline(scope.name ?? '', locks);
  const wire: VaultWire = {
    ready: () => settle(() => lifeline),
    list: () => settle(() => vault.list()),
    own: (id) => settle(() => vault.own(id)),
    disown: (id) => settle(() => vault.disown(id)),
    save: (run, blobs) => settle(() => vault.save(run, blobs)),
    change: (id, change) => settle(() => vault.change(id, change)),
    read: (id, name) => settle(() => vault.read(id, name)),
    remove: (ids) => settle(() => vault.remove(ids)),
  };
  expose(wire, scope);
}
