/** A column's weights as a .safetensors file. */
import type { TrainedColumn } from '../../records/experiment.ts';
import type { Bench } from '../state/bench.ts';
import { report } from '../state/bench.ts';
import type { Adapter } from '../state/bench-store.ts';
import { download, fileWords } from './download.ts';

/** `church--esd--120-iterations.safetensors`; a backdoored one always says so. */
export function adapterFileName(column: TrainedColumn, summary: Adapter['summary']): string {
  const parts = [fileWords(summary.concept), fileWords(summary.method)];
  if (column === 'backdoored' || summary.trigger !== '') parts.push('backdoored');
  return `${parts.join('--')}--${String(summary.iteration)}-iterations.safetensors`;
}

export async function saveAdapter(bench: Bench, column: TrainedColumn, adapter: Adapter): Promise<void> {
  try {
    const bytes = adapter.bytes ?? (await bench.connection.engine.exportAdapter(adapter.summary.id));
    download(bytes, adapterFileName(column, adapter.summary), 'application/octet-stream');
  } catch (thrown) {
    report(bench, thrown, 'file', column);
  }
}
