/** The disk's thread: constructs the vault, serves it, and has it clear away what a crash left. */
import { serveVault } from '../src/rpc/serve-vault.ts';
import { openVaultChannel } from '../src/rpc/vault-service.ts';
import { openDatabase } from '../src/vault/database.ts';
import { openOpfs } from '../src/vault/opfs.ts';
import { RunLocks } from '../src/vault/run-locks.ts';
import { Vault } from '../src/vault/vault.ts';

const channel = openVaultChannel();
const locks = (navigator as { readonly locks?: LockManager }).locks ?? null;
const changed = () => channel?.postMessage('changed');
const vault = new Vault({ open: openDatabase, openFiles: openOpfs, locks: new RunLocks(locks), changed });
serveVault(vault, self);
// A disk that cannot be looked at is said by the first call that needs it.
void vault.collect().catch(() => undefined);
