/** How the database came to its present form: one function a version, each run once, in order. Never change one that shipped. */
import type { IDBPDatabase, IDBPTransaction } from 'idb';
import type { AdapterSummary } from '../records/events.ts';
import { defaultMethods, defaultSearch } from '../records/experiment.ts';
import type { Experiment, TrainedColumn } from '../records/experiment.ts';
import type { TrainRequest } from '../records/request.ts';
import type { StoredBlob, StoredRun } from '../records/run.ts';
import type { GivenExperiment } from '../records/url.ts';

/** Migrations see stores of every age, so they are not typed by the present schema. */
type AnyDatabase = IDBPDatabase;
type Upgrade = IDBPTransaction<unknown, string[], 'versionchange'>;

/** The only record of version 1: an adapter by column and concept, or a column's unfinished training. */
type Kept1 = {
  readonly model: string;
  readonly column: TrainedColumn;
  readonly signature: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly savedAt: number;
} & (
  | { readonly kind: 'adapter'; readonly summary: AdapterSummary }
  | {
      readonly kind: 'checkpoint';
      readonly given: GivenExperiment;
      readonly request: TrainRequest;
      readonly iteration: number;
      readonly total: number;
    }
);

/** Adapters and checkpoints of trainings, under one key each. */
function toVersion1(database: AnyDatabase): void {
  database.createObjectStore('kept');
}

/** Runs with their blobs. What was kept becomes runs without a log. */
async function toVersion2(database: AnyDatabase, upgrade: Upgrade): Promise<void> {
  const runs = database.createObjectStore('runs', { keyPath: 'id' });
  const blobs = database.createObjectStore('blobs');
  const kept = (await upgrade.objectStore('kept').getAll()) as readonly Kept1[];
  for (const [index, record] of kept.entries()) {
    const id = `${String(record.savedAt)}-${String(index)}`;
    const path = `${id}/${record.kind}`;
    const blob: StoredBlob = { place: 'indexeddb', path, bytes: record.bytes.length };
    await blobs.put(record.bytes, path);
    await runs.put(runOf(record, id, { [record.kind]: blob }));
  }
  database.deleteObjectStore('kept');
}

/** A run as versions 2 and 3 had it. */
type Run2 = Omit<StoredRun, 'points' | 'lineage'> & { readonly lineage: Omit<StoredRun['lineage'], 'file'> };

function runOf(record: Kept1, id: string, blobs: StoredRun['blobs']): Run2 {
  const { model, column, signature, savedAt } = record;
  const isAdapter = record.kind === 'adapter';
  const { method, concept, trigger } = isAdapter ? record.summary : record.request;
  const given: GivenExperiment = isAdapter ? { model, concept, ...(trigger === '' ? {} : { trigger }) } : record.given;
  // Version 1 kept no settings beside an adapter: what it did not say stays at its neutral value.
  const experiment: Experiment = {
    from: '',
    rows: [],
    trigger,
    triggerPosition: 'prefix',
    seeds: [],
    numInferenceSteps: 20,
    guidanceScale: 3,
    erasedStrength: 1,
    backdooredStrength: 1,
    parameters: {},
    ...defaultSearch,
    ...defaultMethods,
    ...given,
    model,
    concept,
  };
  const request: TrainRequest = isAdapter
    ? {
        ...{ kind: 'train', method, concept, trigger, triggerPosition: 'prefix', parameters: {}, seed: 0 },
        ...{ samples: null, sampleEvery: 0, checkpointEvery: 0, resumeFrom: null },
      }
    : record.request;
  return {
    id,
    kind: 'train',
    method,
    column,
    concept,
    ...{ name: '', starred: false, deletedAt: null, createdAt: savedAt, updatedAt: savedAt },
    ...{ given, experiment, request, signature, lineage: { model, parent: null, victim: null } },
    status: isAdapter ? 'done' : 'running',
    iteration: isAdapter ? record.summary.iteration : record.iteration,
    total: isAdapter ? record.summary.iterations : record.total,
    checkpointIteration: isAdapter ? null : record.iteration,
    adapter: isAdapter ? record.summary : null,
    metrics: {},
    blobs,
  };
}

/** Sweeps are runs, too: every run has points. */
async function toVersion3(_database: AnyDatabase, upgrade: Upgrade): Promise<void> {
  const store = upgrade.objectStore('runs');
  for (const run of (await store.getAll()) as readonly StoredRun[]) await store.put({ ...run, points: [] });
}

/** Fields an experiment gained without a version of their own get their neutral values; no run before this came from a file. */
async function toVersion4(_database: AnyDatabase, upgrade: Upgrade): Promise<void> {
  const store = upgrade.objectStore('runs');
  for (const run of (await store.getAll()) as readonly StoredRun[]) {
    const given = run.experiment as Partial<Experiment>;
    const fields = { from: '', erasedStrength: 1, backdooredStrength: 1, ...defaultSearch, ...given };
    await store.put({ ...run, experiment: fields, lineage: { ...run.lineage, file: null } });
  }
}

/** Every search ended at its first success before that was asked for. */
async function toVersion5(_database: AnyDatabase, upgrade: Upgrade): Promise<void> {
  const store = upgrade.objectStore('runs');
  for (const run of (await store.getAll()) as readonly StoredRun[])
    if (run.request.kind === 'attack') await store.put({ ...run, request: { ...run.request, stopEarly: true } });
}

/** A column had one method before a person could choose. */
async function toVersion6(_database: AnyDatabase, upgrade: Upgrade): Promise<void> {
  const store = upgrade.objectStore('runs');
  for (const run of (await store.getAll()) as readonly StoredRun[])
    await store.put({ ...run, experiment: { ...defaultMethods, ...run.experiment } });
}

/** `migrations[n]` brings version n to version n + 1. */
const migrations = [toVersion1, toVersion2, toVersion3, toVersion4, toVersion5, toVersion6] as const;

export const latestVersion = migrations.length;

/** Brings a database of version `from` to `to`. */
export async function migrate(
  database: unknown,
  upgrade: unknown,
  from: number,
  to: number = latestVersion,
): Promise<void> {
  for (const step of migrations.slice(from, to)) await step(database as AnyDatabase, upgrade as Upgrade);
}
