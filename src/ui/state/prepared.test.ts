import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PreparedPictures } from '../../records/prepared.ts';
import { createBenchStore } from './bench-store.ts';
import { cellAt, nextToFill, rowsToDraw, stateAt } from './wanted.ts';
import { withPrepared } from './prepared.ts';

const file = path.join(import.meta.dirname, '../../../public/models/palimpsest-world/prepared.json');
const prepared = JSON.parse(readFileSync(file, 'utf8')) as PreparedPictures;
const cut = (row: number, column: number) => ({
  width: 1,
  height: 1,
  pixels: new Uint8ClampedArray([row, column, 0, 255]),
});

function opened(given: Parameters<typeof createBenchStore>[0]) {
  const store = createBenchStore(given, []);
  store.setState(withPrepared(store.getState(), prepared, cut));
  return store;
}

describe('prepared pictures', () => {
  it('fill the Original column of the default experiment before the engine is there, and are to be drawn live', () => {
    const state = opened({}).getState();
    expect(state.experiment.rows.length).toBe(prepared.rows.length);
    for (const [row, { text }] of state.experiment.rows.entries()) {
      expect(stateAt(state, 'original', text)).toBe('prepared');
      expect(cellAt(state, 'original', text).pictures[41]?.picture.pixels.slice(0, 2)).toEqual(
        new Uint8ClampedArray([row, 1]),
      );
    }
    expect(rowsToDraw(state, 'original')).toEqual([0, 1, 2, 3]);
    expect(nextToFill(state)).toBeNull(); // nothing is drawn before the engine is ready
  });

  it('stay away from another experiment, other settings, and an engine that was faster', () => {
    for (const given of [{ concept: 'car' }, { seeds: [1, 2] }, { numInferenceSteps: 7 }, { guidanceScale: 9 }])
      expect(Object.keys(opened(given).getState().cells)).toEqual([]);
    const state = {
      ...createBenchStore({}, []).getState(),
      catalog: { concepts: [], methods: [], attacks: [], metrics: [], defaults: prepared.known.defaults },
    };
    expect(withPrepared(state, prepared, cut)).toEqual({});
  });
});
