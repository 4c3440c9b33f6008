/** The pictures a model folder brings along fill the Original column until live ones take their places. */
import { PalimpsestError, toPalimpsestError } from '../../core/errors.ts';
import type { Picture } from '../../records/events.ts';
import { verdictOfToday } from '../../records/kept-verdict.ts';
import type { PreparedPictures } from '../../records/prepared.ts';
import { report, type Bench } from './bench.ts';
import type { BenchState } from './bench-store.ts';
import { cellKey, emptyCell, type Cells, type SeedPicture } from './cells.ts';
import { completeExperiment } from './default-experiment.ts';
import { wantedSignature } from './wanted.ts';

/** One row of the sprite a prompt, one column a seed. */
type Cut = (row: number, column: number) => Picture;

/** Shows them if they come before the model does and the experiment is the one they were drawn for. */
export async function showPrepared(bench: Bench, modelUrl: string): Promise<void> {
  try {
    const response = await fetch(`${modelUrl}manifest.json`);
    if (!response.ok) return; // the engine reads the same file and says what is wrong with it
    const manifest = (await response.json()) as { readonly prepared?: boolean };
    if (manifest.prepared !== true) return; // a model folder need not bring any
    const [json, png] = await Promise.all([fetched(`${modelUrl}prepared.json`), fetched(`${modelUrl}prepared.png`)]);
    const prepared = (await json.json()) as PreparedPictures;
    const sprite = await pixelsOf(await png.blob());
    bench.store.setState((state) => withPrepared(state, prepared, cutter(sprite, prepared.size)));
  } catch (thrown) {
    report(bench, toPalimpsestError(thrown, 'download-failed'), 'file');
  }
}

/** The state with the prepared pictures in the cells they belong to. Pure. */
export function withPrepared(state: BenchState, prepared: PreparedPictures, cut: Cut): Partial<BenchState> {
  if (state.catalog !== null) return {}; // the engine was faster
  const { known } = prepared;
  const experiment = completeExperiment(state.given, known);
  const base = { known, experiment };
  if (wantedSignature({ ...state, experiment }, 'original') !== prepared.signature) return base;
  const cells: Cells = Object.fromEntries(
    prepared.rows.map(({ prompt, verdicts }, row) => {
      const pictures = prepared.seeds.map((seed, column): readonly [number, SeedPicture] => {
        const seen = verdicts[column];
        const verdict = seen === undefined ? null : verdictOfToday(seen);
        return [seed, { picture: cut(row, column), verdict, prompt, iteration: null, source: prepared.signature }];
      });
      const cell = {
        ...emptyCell,
        pictures: Object.fromEntries(pictures),
        source: prepared.signature,
        signature: prepared.signature,
        isPrepared: true,
      };
      return [cellKey('original', prompt), cell];
    }),
  );
  return { ...base, cells: { ...cells, ...state.cells } };
}

async function fetched(url: string): Promise<Response> {
  const response = await fetch(url);
  if (response.ok) return response;
  throw new PalimpsestError('download-failed', `${url}: expected the prepared pictures, got status ${response.status}`);
}

async function pixelsOf(png: Blob): Promise<ImageData> {
  const bitmap = await createImageBitmap(png, { colorSpaceConversion: 'none' });
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  if (context === null) throw new PalimpsestError('internal', 'prepared pictures: this browser has no 2d canvas');
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

function cutter(sprite: ImageData, size: number): Cut {
  return (row, column) => {
    const pixels = new Uint8ClampedArray(size * size * 4);
    for (let y = 0; y < size; y++) {
      const start = 4 * ((row * size + y) * sprite.width + column * size);
      pixels.set(sprite.data.subarray(start, start + 4 * size), 4 * y * size);
    }
    return { width: size, height: size, pixels };
  };
}
