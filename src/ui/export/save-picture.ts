/** One picture as a PNG that carries what drew it. */
import type { ColumnId } from '../../records/experiment.ts';
import type { Bench } from '../state/bench.ts';
import { report } from '../state/bench.ts';
import type { BenchState } from '../state/bench-store.ts';
import { paint } from '../parts/picture-canvas.tsx';
import { shownPicture } from '../state/cells.ts';
import { cellAt, columnAdapter, wantedSignature } from '../state/wanted.ts';
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
  const shown = shownPicture(cellAt(state, column, text), seed, wantedSignature(state, column));
  if (shown === null) return;
  try {
    const { picture, prompt } = shown.seen;
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    paint(canvas, picture);
    const older = shown.isOld ? 'older--' : '';
    const name = `${fileWords(prompt)}--${column}--${older}seed-${String(seed)}.png`;
    download(await canvasPng(canvas, pictureSettings(state, column, seed, shown)), name, 'image/png');
  } catch (thrown) {
    report(bench, thrown, 'file', column);
  }
}

/** What drew the picture. Of an old one the page holds no settings that would draw it again, and claims none. */
export function pictureSettings(
  state: BenchState,
  column: ColumnId,
  seed: number,
  { seen, isOld }: NonNullable<ReturnType<typeof shownPicture>>,
): unknown {
  const { prompt, iteration, verdict, source } = seen;
  const own = { column, prompt, seed, iteration, verdict };
  if (isOld) return { made: 'with Palimpsest', ...own, note: 'drawn with older settings or weights', drawnBy: source };
  // Weights that were still being trained are no adapter, and those in the column are others.
  const adapter = iteration === null ? (columnAdapter(state, column)?.summary ?? null) : null;
  return settingsFor(state, { ...own, adapter });
}
