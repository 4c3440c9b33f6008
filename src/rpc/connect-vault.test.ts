/** A vault worker that dies, with and without saying so, over a MessageChannel. */
import { expect, it } from 'vitest';
import { connectVault } from './connect-vault.ts';
import type { EngineWorker } from './connect.ts';
import type { Locks } from './lifeline.ts';
import { serveVault } from './serve-vault.ts';
import type { VaultService } from './vault-service.ts';

/** Locks that are granted when their holder is killed. */
function fakeLocks(): Locks & { killAll(): void } {
  const waiting = new Map<string, (() => unknown)[]>();
  return {
    request(name, _options, callback) {
      const queue = waiting.get(name) ?? [];
      waiting.set(name, queue);
      if (queue.push(callback) === 1) callback();
      return new Promise(() => undefined);
    },
    killAll() {
      for (const [name, [, next]] of waiting) {
        waiting.delete(name);
        next?.();
      }
    },
  };
}

/** The first vault never answers; those after it do. */
function connect() {
  const locks = fakeLocks();
  const ports: MessagePort[] = [];
  const connection = connectVault((name): EngineWorker => {
    const { port1, port2 } = new MessageChannel();
    const isFirst = ports.push(port1) === 1;
    const list = () => (isFirst ? new Promise<never>(() => undefined) : Promise.resolve([]));
    serveVault({ list } as unknown as VaultService, Object.assign(port2, { name }), locks);
    return Object.assign(port1, { terminate: () => port1.close() });
  }, locks);
  return { vault: connection.vault, locks, ports };
}

it('rejects calls in flight when it is ended without a word, and the next call gets another', async () => {
  const { vault, locks, ports } = connect();
  const hanging = vault.list();
  const failure = expect(hanging).rejects.toMatchObject({
    code: 'worker-died',
    message: 'vault worker: was ended by the browser',
  });
  await new Promise((resolve) => setTimeout(resolve, 20)); // its lifeline is watched by now
  locks.killAll();
  await failure;
  expect(ports).toHaveLength(1);
  expect(await vault.list()).toEqual([]);
  expect(ports).toHaveLength(2);
  ports[1]?.close();
});

it('does so, too, when it says that it stopped', async () => {
  const { vault, ports } = connect();
  const failure = expect(vault.list()).rejects.toMatchObject({ code: 'worker-died' });
  ports[0]?.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }));
  await failure;
  expect(await vault.list()).toEqual([]);
  ports[1]?.close();
});
