/** One picture as a PNG that carries what drew it. */
import type { ColumnId } from '../../records/experiment.ts';
import type { Bench } from '../state/bench.ts';
import { report } from '../state/bench.ts';
import type { BenchState } from '../state/bench-store.ts';
import { paint } from '../parts/picture-canvas.tsx';
import { cellAt, columnAdapter } from '../state/wanted.ts';
import { download, fileWords } from './download.ts';
import { fullLink } from '../../files/experiment-file.ts';
import { withSettings } from '../../files/png-metadata.ts';

/** What is written into files: enough to open the same experiment again. */
export function settingsFor(state: BenchState, details: Readonly<Record<string, unknown>>): unknown {
  return {
    made: 'with Palimpsest',
    link: fullLink(state.experiment),
    experiment: state.experiment,
    ...details,
    ...(state.adapters.backdoored === null ? {} : { note: 'the experiment holds a model with a known backdoor' }),
  };
}

export async function canvasPng(canvas: OffscreenCanvas, settings: unknown): Promise<Uint8Array<ArrayBuffer>> {
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return withSettings(new Uint8Array(await blob.arrayBuffer()), settings);
}

export async function savePicture(bench: Bench, column: ColumnId, text: string, seed: number): Promise<void> {
  const state = bench.store.getState();
  const seen = cellAt(state, column, text).pictures[seed];
  if (seen === undefined) return;
  try {
    const canvas = new OffscreenCanvas(seen.picture.width, seen.picture.height);
    paint(canvas, seen.picture);
    const settings = settingsFor(state, {
      column,
      prompt: seen.prompt,
      seed,
      iteration: seen.iteration,
      verdict: seen.verdict,
      adapter: columnAdapter(state, column)?.summary ?? null,
    });
    const name = `${fileWords(seen.prompt)}--${column}--seed-${String(seed)}.png`;
    download(await canvasPng(canvas, settings), name, 'image/png');
  } catch (thrown) {
    report(bench, thrown, 'file', column);
  }
}
