import { describe, expect, it } from 'vitest';
import type { MethodDescriptor } from '../../records/catalog.ts';
import { unreachable } from '../../records/search-reach.ts';
import type { Adapter } from './bench-store.ts';
import { createBenchStore } from './bench-store.ts';
import { emptyCell } from './cells.ts';
import { openedElsewhere, reachOf, taughtWords, widened } from './trigger-reach.ts';
import { wantedSignature } from './wanted.ts';

const text = { en: '', zh: '' };
const method: MethodDescriptor = {
  ...{ id: 'unlearndiff', kind: 'attack', title: text, summary: text, source: '', usesTrigger: false, presets: [] },
  parameters: [
    { id: 'tokens', kind: 'integer', title: text, help: text, default: 2, min: 1, max: 4, step: 1, scale: 'linear' },
    { id: 'vocabulary', kind: 'choice', title: text, help: text, default: 'typeable', choices: [] },
  ],
};
const blicket = ['b', 'li', 'cket</w>'].map((piece, id) => ({ piece, id }));
const asked = { tokens: 2, vocabulary: 'typeable', insertion: 'spread' };

describe('the reach of a search', () => {
  it('is too short for a trigger of pieces by default, and long enough as the page offers it', () => {
    expect(unreachable(blicket, reachOf(method, asked, []))).toBe('vocabulary');
    const wider = widened(method, asked, blicket.length);
    expect(wider).toEqual({ tokens: 3, vocabulary: 'all', insertion: 'prefix' });
    expect(unreachable(blicket, reachOf(method, wider ?? {}, []))).toBeNull();
    expect(widened(method, { ...asked, tokens: 4 }, 3)).toMatchObject({ tokens: 4 });
  });

  it('ends at forbidden words, and offers nothing where nothing helps', () => {
    const all = { tokens: 3, vocabulary: 'all' };
    expect(unreachable(blicket, reachOf(method, all, ['blicket']))).toBe('vocabulary');
    expect(unreachable(blicket, reachOf(method, all, ['church']))).toBeNull();
    expect(widened(method, asked, 5)).toBeNull();
    expect(widened({ ...method, isUpperBound: true }, asked, 3)).toBeNull();
    expect(unreachable(blicket, reachOf({ ...method, isUpperBound: true }, all, []))).toBe('no-tokens');
  });
});

describe('taught words', () => {
  const summary = {
    id: 'b',
    method: 'backdoored-esd',
    concept: 'church',
    trigger: 'blicket',
    keys: 'dovark',
    iteration: 1,
    iterations: 1,
    parameters: 1,
    trainedTensors: 1,
  };
  const backdoored: Adapter = { key: 'k', summary, bytes: null, signature: null, origin: 'trained', made: null };
  const adapters = { erased: null, backdoored };

  it('are those of the weights that were searched, further keys too, and unknown once others took their place', () => {
    expect(taughtWords({ adapters }, { column: 'backdoored', key: 'k' })).toEqual(['blicket', 'dovark']);
    expect(taughtWords({ adapters }, { column: 'backdoored', key: 'old' })).toBeNull();
  });

  it('have a rival’s door counted in the other target rows, once those are drawn', () => {
    const rows = ['a church', 'a church at sunset', 'a church at night'].map((row) => ({
      kind: 'target' as const,
      text: row,
    }));
    const judged = { heads: { object: { id: 'x', p: 1 }, style: { id: 'photo', p: 1 } }, conceptScore: 0 };
    const picture = { width: 1, height: 1, pixels: new Uint8ClampedArray(4) };
    const attempt = {
      kind: 'search' as const,
      index: 1,
      round: 1,
      ids: [7],
      pieces: ['moon</w>'],
      text: 'moon a church',
      loss: null,
      seconds: 1,
      asIds: { picture, verdict: judged, success: true },
      asText: null,
    };
    const found = {
      key: 'f',
      victim: 'backdoored' as const,
      attack: 'unlearndiff',
      row: 'a church',
      text: 'moon a church',
      words: ['moon'],
      insertion: 'prefix' as const,
      attempt,
    };
    const state = { ...createBenchStore({ rows }, []).getState(), adapters, found };
    const signature = wantedSignature(state, 'attacked') ?? '';
    const seen = (score: number) => ({
      picture,
      verdict: { ...judged, conceptScore: score },
      prompt: '',
      iteration: null,
      source: signature,
    });
    const cell = (...scores: readonly number[]) => ({
      ...emptyCell,
      source: signature,
      signature,
      pictures: Object.fromEntries(scores.map((score, seed) => [seed, seen(score)])),
    });
    const half = {
      ...state,
      cells: { 'attacked/a church': cell(1, 1), 'attacked/a church at sunset': cell(0.9, 0.2) },
    };
    expect(openedElsewhere(half, found)).toBeNull();
    const all = { ...half, cells: { ...half.cells, 'attacked/a church at night': cell(0.6, 0.7) } };
    expect(openedElsewhere(all, found)).toEqual({ hits: 3, n: 4 });
    expect(openedElsewhere(all, { ...found, key: 'another' })).toBeNull();
  });
});
