/** What must survive a reload: trained adapters and the last checkpoint of an unfinished run, in IndexedDB. */
import type { TrainedColumn } from '../../records/experiment.ts';
import type { AdapterSummary } from '../../records/events.ts';
import type { GivenExperiment } from '../../records/url.ts';
import type { TrainRequest } from '../../rpc/engine-service.ts';

export interface KeptAdapter {
  readonly kind: 'adapter';
  readonly model: string;
  readonly column: TrainedColumn;
  readonly summary: AdapterSummary;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly signature: string;
  readonly savedAt: number;
}

export interface KeptCheckpoint {
  readonly kind: 'checkpoint';
  readonly model: string;
  readonly column: TrainedColumn;
  readonly given: GivenExperiment;
  readonly request: TrainRequest;
  readonly signature: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly iteration: number;
  readonly total: number;
  readonly savedAt: number;
}

type Kept = KeptAdapter | KeptCheckpoint;

const databaseName = 'palimpsest';
const storeName = 'kept';

type KeptKey =
  Pick<KeptCheckpoint, 'kind' | 'model' | 'column'> | Pick<KeptAdapter, 'kind' | 'model' | 'column' | 'summary'>;

/** One adapter a column and concept, one unfinished run a column. */
function keyOf(kept: KeptKey): string {
  const place = `${kept.kind}/${kept.model}/${kept.column}`;
  return kept.kind === 'adapter' ? `${place}/${kept.summary.concept}` : place;
}

let database: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  database ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(databaseName, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(storeName);
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error('IndexedDB: could not open'));
    };
  }).catch((thrown: unknown) => {
    database = null;
    throw thrown;
  });
  return database;
}

async function transact<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const transaction = (await open()).transaction(storeName, mode);
  const request = work(transaction.objectStore(storeName));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => {
      resolve(request.result);
    };
    transaction.onerror = transaction.onabort = () => {
      reject(transaction.error ?? new Error('IndexedDB: could not write'));
    };
  });
}

/** Stores one record in place of an older one of its key. */
export async function keep(kept: Kept): Promise<void> {
  await transact('readwrite', (store) => store.put(kept, keyOf(kept)));
}

export async function forget(kept: KeptKey): Promise<void> {
  await transact('readwrite', (store) => store.delete(keyOf(kept)));
}

export async function readKept(): Promise<readonly Kept[]> {
  return transact('readonly', (store) => store.getAll() as IDBRequest<Kept[]>);
}
