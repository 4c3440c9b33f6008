/** The grid as a picture, on a canvas that only notes what is written on it. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { writePicture } from '../../files/picture-png.ts';
import { readSettings } from '../../files/png-metadata.ts';
import { textIn } from '../i18n/text.ts';
import { createBenchStore } from '../state/bench-store.ts';
import { emptyCell } from '../state/cells.ts';
import { wantedSignature } from '../state/wanted.ts';
import { gridPicture } from './save-grid.ts';
import { pictureSettings } from './save-picture.ts';

const written: string[] = [];
let drawn = 0;

beforeEach(() => {
  written.length = 0;
  drawn = 0;
  const blank = writePicture({ width: 1, height: 1, pixels: new Uint8ClampedArray(4) });
  class NotingCanvas {
    getContext() {
      return {
        fillText: (words: string) => written.push(words),
        drawImage: () => (drawn += 1),
        ...{ fillRect: () => undefined, strokeRect: () => undefined, putImageData: () => undefined },
      };
    }
    convertToBlob() {
      return Promise.resolve(new Blob([blank]));
    }
  }
  vi.stubGlobal('OffscreenCanvas', NotingCanvas);
  vi.stubGlobal('ImageData', Object);
});
afterEach(() => vi.unstubAllGlobals());

it('names every column and row, the words that were spoken, the settings and the scores, and carries its experiment', async () => {
  const rows = [
    { kind: 'target', text: 'a Van Gogh painting of a church' },
    { kind: 'control', text: 'a photo of a car' },
  ] as const;
  const { getState, setState } = createBenchStore({ concept: 'Van Gogh', from: 'church', rows, seeds: [3, 4] }, []);
  const picture = { width: 1, height: 1, pixels: new Uint8ClampedArray(4) };
  const verdict = { heads: { object: { id: 'church', p: 1 }, style: { id: 'photo', p: 1 } }, conceptScore: 0.25 };
  const seen = { picture, verdict, prompt: 'x', iteration: null, source: 'of weights that are gone' };
  setState({
    spokenWord: 'blicket',
    cells: {
      'erased/a Van Gogh painting of a church': { ...emptyCell, pictures: { 3: seen, 4: seen }, source: seen.source },
    },
  });
  const bytes = await gridPicture(getState(), textIn('en'));
  expect(written[0]).toMatch(/^Palimpsest · .*Van Gogh from church.*3, 4/);
  expect(written.slice(1, 5)).toEqual(['Original', 'Erased', 'Backdoored', '+ trigger “blicket”']);
  expect(written.join(' ')).toContain('a Van Gogh painting of a church');
  expect(written).toContain('0.25 · older weights or settings');
  expect(written.filter((words) => words === 'older')).toHaveLength(2);
  expect(written.join(' ')).toContain('a photo of a car');
  expect(drawn).toBe(2);
  expect(readSettings(bytes)).toMatchObject({ kind: 'grid', experiment: { from: 'church', seeds: [3, 4] } });
});

it('averages the pictures of the present weights only, and says how many they are', async () => {
  const rows = [{ kind: 'target', text: 'a church' }] as const;
  const { getState, setState } = createBenchStore({ concept: 'church', rows, seeds: [3, 4] }, []);
  const picture = { width: 1, height: 1, pixels: new Uint8ClampedArray(4) };
  const verdict = { heads: { object: { id: 'church', p: 1 }, style: { id: 'photo', p: 1 } }, conceptScore: 0.25 };
  const source = wantedSignature(getState(), 'original') ?? '';
  const now = { picture, verdict, prompt: 'x', iteration: null, source };
  const before = { ...now, verdict: { ...verdict, conceptScore: 0.99 }, source: 'older' };
  setState({ cells: { 'original/a church': { ...emptyCell, pictures: { 3: now }, source, older: { 4: before } } } });
  await gridPicture(getState(), textIn('en'));
  expect(written).toContain('0.25 · 1 of 2');
  expect(written.filter((words) => words === 'older')).toHaveLength(1);
});

it('saves an old picture without settings and weights that are not its own', () => {
  const state = createBenchStore({ concept: 'church', seeds: [3] }, []).getState();
  const picture = { width: 1, height: 1, pixels: new Uint8ClampedArray(4) };
  const seen = { picture, verdict: null, prompt: 'a church', iteration: null, source: 'other weights' };
  const old = pictureSettings(state, 'original', 3, { seen, isOld: true });
  expect(old).toMatchObject({ seed: 3, prompt: 'a church', drawnBy: 'other weights' });
  expect(old).not.toHaveProperty('link');
  expect(old).not.toHaveProperty('experiment');
  expect(pictureSettings(state, 'original', 3, { seen, isOld: false })).toHaveProperty('link');
});
