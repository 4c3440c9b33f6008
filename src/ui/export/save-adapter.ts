/** A column's weights as a .safetensors file. */
import { fullLink } from '../../files/experiment-file.ts';
import type { TrainedColumn } from '../../records/experiment.ts';
import { seedsText } from '../../records/seeds.ts';
import type { ExportOptions } from '../../rpc/engine-service.ts';
import type { Bench } from '../state/bench.ts';
import { report } from '../state/bench.ts';
import type { Adapter } from '../state/bench-store.ts';
import { download, fileWords } from './download.ts';

/**
 * `church--esd-backdoored--w0.5--s40-43--a1b2c3`, `van-gogh--from-church--esd--…`: what it is, as it was trained, and six digits of
 * its SHA-256. A backdoored one always says so.
 */
export async function runFileName(
  column: TrainedColumn,
  { summary, made }: Pick<Adapter, 'summary' | 'made'>,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const method = fileWords(summary.method);
  const isBackdoored = column === 'backdoored' || summary.trigger !== '';
  const from = summary.from ?? made?.experiment.from ?? '';
  const weight = isBackdoored ? made?.parameters['backdoorWeight'] : undefined;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [
    fileWords(summary.concept),
    ...(from === '' ? [] : [`from-${fileWords(from)}`]),
    isBackdoored ? `${method.replace(/^backdoored-/, '')}-backdoored` : method,
    ...(weight === undefined ? [] : [`w${String(weight)}`]),
    ...(made === null ? [] : [`s${seedsText(made.experiment.seeds)}`]),
    [...digest.subarray(0, 3)].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
  ].join('--');
}

export async function saveAdapter(
  bench: Bench,
  column: TrainedColumn,
  adapter: Adapter,
  naming: ExportOptions['naming'],
): Promise<void> {
  try {
    const bytes = await adapterBytes(bench, adapter, naming);
    const name = await runFileName(column, adapter, bytes);
    download(bytes, `${name}${naming === 'kohya' ? '--kohya' : ''}.safetensors`, 'application/octet-stream');
  } catch (thrown) {
    report(bench, thrown, 'file', column);
  }
}

/** With the experiment it was trained in in the header; without a living engine as the page kept them. */
export function adapterBytes(
  bench: Bench,
  adapter: Adapter,
  naming: ExportOptions['naming'],
): Promise<Uint8Array<ArrayBuffer>> {
  const { engine } = bench.store.getState();
  if (engine.kind !== 'ready' && adapter.bytes !== null && naming === 'diffusers')
    return Promise.resolve(adapter.bytes);
  const link = adapter.made === null ? '' : fullLink(adapter.made.experiment);
  return bench.connection.engine.exportAdapter(adapter.summary.id, { naming, link });
}
