/** The vault worker's end of the wire: every answer an Outcome. */
import { type Endpoint, expose } from 'comlink';
import type { VaultService } from './vault-service.ts';
import { settle, type Wired } from './wire.ts';

export function serveVault(vault: VaultService, scope: Endpoint): void {
  const wire: Wired<VaultService> = {
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
