/** Kept runs as files: each as one archive, or all of them in one. A training's can be dropped on the page again; a search's and a sweep's are for reading. */
import { invariant } from '../../core/errors.ts';
import { csvFile } from '../../files/csv.ts';
import { fullLink } from '../../files/experiment-file.ts';
import { writePicture } from '../../files/picture-png.ts';
import { writeZip } from '../../files/zip.ts';
import { foldRun } from '../../records/fold-run.ts';
import type { Picture } from '../../records/picture.ts';
import { logParts } from '../../records/run.ts';
import type { KnownRun } from '../../records/run.ts';
import { pointBlob } from '../../records/sweep.ts';
import { report } from '../state/bench.ts';
import type { Bench } from '../state/bench.ts';
import { readBlob, readEvents } from '../state/runs.ts';
import { readSweep } from '../state/sweep-keeping.ts';
import { attemptsCsv, attemptsObject } from './attempts-table.ts';
import { download, fileWords } from './download.ts';
import { keptBundle } from './save-run.ts';
import { lossesCsv } from './save-series.ts';
import { pointsCsv } from './points-table.ts';

interface Archive {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** True for what has come to something and is not being written. */
export function isExportable(run: KnownRun): boolean {
  if (run.owner !== null || run.deletedAt !== null) return false;
  if (run.kind === 'train') return run.blobs['adapter'] !== undefined;
  return run.kind === 'attack' ? logParts(run).length > 0 : run.iteration > 0;
}

export async function saveKept(bench: Bench, run: KnownRun): Promise<void> {
  try {
    const { name, bytes } = await archiveOf(bench, run);
    download(bytes, name, 'application/zip');
  } catch (thrown) {
    report(bench, thrown, 'file');
  }
}

/** Everything exportable in one archive of archives. */
export async function saveAllKept(bench: Bench, runs: readonly KnownRun[]): Promise<void> {
  try {
    const files = new Map<string, Uint8Array>();
    for (const run of runs.filter(isExportable)) {
      const { name, bytes } = await archiveOf(bench, run);
      files.set(files.has(name) ? name.replace(/(\.\w+\.zip)$/, `--${run.id}$1`) : name, bytes);
    }
    const day = new Date().toISOString().slice(0, 10);
    download(writeZip(files), `palimpsest-runs--${day}.zip`, 'application/zip');
  } catch (thrown) {
    report(bench, thrown, 'file');
  }
}

async function archiveOf(bench: Bench, run: KnownRun): Promise<Archive> {
  if (run.kind === 'train') {
    const { name, bytes } = await keptBundle(bench, run);
    return { name: `${name}.run.zip`, bytes };
  }
  return run.kind === 'attack' ? searchArchive(bench, run) : sweepArchive(bench, run);
}

const textFile = (words: string) => new TextEncoder().encode(words);

function aboutFile(bench: Bench, run: KnownRun, details: Readonly<Record<string, unknown>>): Uint8Array {
  const { experiment, lineage, status, metrics, method } = run;
  const about = {
    made: 'with Palimpsest',
    link: fullLink(experiment),
    experiment,
    method,
    lineage,
    status,
    metrics,
    ...details,
  };
  return textFile(`${JSON.stringify(about, null, 2)}\n`);
}

function nameOf(run: KnownRun, kind: string): string {
  const { from } = run.experiment;
  const subject = from === '' ? [] : [`from-${fileWords(from)}`];
  return [fileWords(run.concept), ...subject, fileWords(run.method), kind].join('--');
}

async function searchArchive(bench: Bench, run: KnownRun): Promise<Archive> {
  const { request, lineage } = run;
  const view = foldRun(await readEvents(bench, run));
  invariant(request.kind === 'attack' && lineage.victim !== null, `run ${run.id}: a search has a victim`);
  const search = { request, victim: lineage.victim, view };
  const pictures = view.attack.attempts.flatMap(({ kind, index, asIds, asText }): [string, Picture][] => {
    const file = `pictures/${String(index).padStart(4, '0')}-${kind}`;
    return [
      [`${file}.png`, asIds.picture],
      ...(asText === null ? [] : [[`${file}-typed.png`, asText.picture] as [string, Picture]]),
    ];
  });
  const bytes = writeZip(
    new Map([
      [
        'README.md',
        textFile(
          `# A Palimpsest search: ${run.concept}, ${run.method}\n\nsearch.json: what was asked for and found. attempts.csv: every judged prompt. losses.csv: the loss of every step. pictures/: what was judged.\n`,
        ),
      ],
      ['search.json', aboutFile(bench, run, attemptsObject(search))],
      ['attempts.csv', csvFile(attemptsCsv(search))],
      ['losses.csv', csvFile(lossesCsv(view))],
      ...pictures.map(([file, picture]): [string, Uint8Array] => [file, writePicture(picture)]),
    ]),
  );
  return { name: `${nameOf(run, `on-${lineage.victim.column}`)}.search.zip`, bytes };
}

async function sweepArchive(bench: Bench, run: KnownRun): Promise<Archive> {
  const sweep = await readSweep(bench, run);
  const files = new Map<string, Uint8Array>([
    [
      'README.md',
      textFile(
        `# A Palimpsest sweep: ${run.concept}, ${run.method}\n\nsweep.json: what was asked for. points.csv: a line a value, with its rates. weights/ and pictures/: those of each value, by the number of its line.\n`,
      ),
    ],
    ['sweep.json', aboutFile(bench, run, { request: run.request, points: run.points })],
    ['points.csv', csvFile(pointsCsv(sweep, bench.store.getState().catalog))],
  ]);
  for (const { id, adapter, pictures } of sweep.points) {
    const point = String(id).padStart(4, '0');
    if (adapter !== null)
      files.set(`weights/${point}.safetensors`, await readBlob(bench, run, pointBlob('weights', id)));
    pictures.forEach(({ kind, seed, picture }, i) =>
      files.set(`pictures/${point}-${String(i).padStart(3, '0')}-${kind}-${String(seed)}.png`, writePicture(picture)),
    );
  }
  return { name: `${nameOf(run, 'sweep')}.sweep.zip`, bytes: writeZip(files) };
}
