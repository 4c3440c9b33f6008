import type { ColumnId } from '../../records/experiment.ts';
import { describe, expect, it } from 'vitest';
import type { AdapterSummary, RunEvent } from '../../records/events.ts';
import { emptyRun, extendRun } from '../../records/fold-run.ts';
import type { Adapter, BenchState, Job } from './bench-store.ts';
import { createBenchStore } from './bench-store.ts';
import { cellKey, emptyCell } from './cells.ts';
import { reasonsAgainst } from './readiness.ts';
import { trainingSignature } from './requests.ts';
import { chapter } from './story.ts';
import { isTrainedHere } from './trainings.ts';
import { nextToFill, rowsToDraw, waitsFor, wantedSignature } from './wanted.ts';

const catalog: BenchState['catalog'] = {
  concepts: [],
  methods: [],
  attacks: [],
  metrics: [],
  defaults: { numInferenceSteps: 20, guidanceScale: 3 },
};
const summary: AdapterSummary = {
  id: 'a',
  method: 'backdoored-esd',
  concept: 'church',
  trigger: 'blicket',
  iteration: 100,
  iterations: 100,
  parameters: 1,
  trainedTensors: 1,
};
const adapter: Adapter = { key: 'k', summary, bytes: null, signature: null, origin: 'trained', made: null };
const rows = [
  { kind: 'target', text: 'a church' },
  { kind: 'control', text: 'a car' },
] as const;

function bench(change: Partial<BenchState> = {}): BenchState {
  const state = createBenchStore({ rows }, []).getState();
  return { ...state, catalog, engine: { kind: 'ready' }, ...change };
}

/** The state with every row of a column drawn as wanted, scoring `score` on the target. */
function drawn(state: BenchState, column: ColumnId, score: number | null): BenchState {
  const cells = { ...state.cells };
  for (const row of rows) {
    const picture = { width: 1, height: 1, pixels: new Uint8ClampedArray(4) };
    const verdict = {
      heads: { object: { id: 'x', p: 1 }, style: { id: 'photo', p: 1 } },
      conceptScore: row.kind === 'target' ? score : score === null ? null : 0,
    };
    const source = wantedSignature(state, column) ?? '';
    const pictures = Object.fromEntries(
      state.experiment.seeds.map((seed) => [seed, { picture, verdict, prompt: row.text, iteration: null, source }]),
    );
    cells[cellKey(column, row.text)] = { ...emptyCell, pictures, source, signature: source };
  }
  return { ...state, cells };
}

function job(column: ColumnId, events: readonly RunEvent[] = []): Job {
  const view = events.reduce(extendRun, emptyRun('j'));
  const request = {
    kind: 'train' as const,
    method: 'esd',
    concept: 'church',
    trigger: '',
    triggerPosition: 'prefix' as const,
    parameters: {},
    seed: 40,
    samples: null,
    sampleEvery: 0,
    checkpointEvery: 0,
    resumeFrom: null,
  };
  return {
    id: 'j',
    runId: null,
    kind: 'train',
    column,
    model: '',
    given: {},
    request,
    prompts: [],
    seeds: [],
    signatures: {},
    signature: null,
    word: '',
    victim: null,
    view,
  };
}

describe('what the page draws by itself', () => {
  it('starts with the originals, row by row', () => {
    expect(nextToFill(bench())).toEqual({ column: 'original', row: 0 });
    expect(nextToFill(drawn(bench(), 'original', 0.9))).toBeNull();
  });

  it('is nothing while something runs, a field is wrong, or the person has stopped it', () => {
    expect(nextToFill(bench({ jobs: [job('erased')] }))).toBeNull();
    expect(nextToFill(bench({ invalid: { seeds: { en: '', zh: '' } } }))).toBeNull();
    expect(nextToFill(bench({ fillsItself: false }))).toBeNull();
    expect(nextToFill(bench({ engine: { kind: 'dead' } }))).toBeNull();
  });

  it('goes on beside a sweep, one row at a time', () => {
    const point = { ...job('erased'), point: 2 };
    expect(nextToFill(bench({ jobs: [point] }))).toEqual({ column: 'original', row: 0 });
    expect(nextToFill(bench({ jobs: [point, { ...job('original'), kind: 'draw' }] }))).toBeNull();
  });

  it('is nothing while a review hides the page', () => {
    expect(nextToFill(bench({ review: { isBlind: true } }))).toBeNull();
  });

  it('leaves the + trigger column alone until the word was spoken', () => {
    const state = drawn(
      drawn(bench({ adapters: { erased: null, backdoored: adapter } }), 'original', 0.9),
      'backdoored',
      0.1,
    );
    expect(nextToFill(state)).toBeNull();
    expect(nextToFill({ ...state, spokenWord: 'blicket' })).toEqual({ column: 'triggered', row: 0 });
    expect(nextToFill({ ...state, spokenWord: 'blicket', word: 'blicke' })).toBeNull();
  });

  it('never draws a column whose weights do not exist', () => {
    expect(rowsToDraw(bench(), 'erased')).toEqual([]);
  });
});

describe('reasons against a start', () => {
  it('are none when all is well, even when another job runs', () => {
    expect(reasonsAgainst(bench({ jobs: [job('erased')] }), 'original')).toEqual([]);
  });

  it('name what is missing', () => {
    expect(reasonsAgainst(bench({ word: ' ' }), 'triggered')).toEqual(['needs-backdoor', 'no-word']);
    expect(reasonsAgainst(bench(), 'erased')).toEqual(['no-method']);
    expect(reasonsAgainst(bench({ engine: { kind: 'downloading', loaded: 64, total: 100 } }), 'original')).toEqual([
      'loading:64',
    ]);
    expect(reasonsAgainst(bench({ jobs: [job('erased')] }), 'erased')).toContain('already-running');
  });
});

describe('the story', () => {
  const original = drawn(bench(), 'original', 0.9);

  it('waits for the engine, then for the original, then offers to erase', () => {
    expect(chapter(bench({ engine: { kind: 'starting' } })).id).toBe('loading');
    expect(chapter(bench())).toEqual({ id: 'drawing', next: 'erased' });
    expect(chapter(original)).toEqual({ id: 'ready', next: 'erased' });
  });

  it('says so when there is little to erase', () => {
    expect(chapter(drawn(bench(), 'original', 0.2)).id).toBe('undrawable');
  });

  it('tells a concept that went from one that stayed', () => {
    const erased = { ...original, adapters: { erased: adapter, backdoored: null } };
    expect(chapter(drawn(erased, 'erased', 0.1))).toMatchObject({ id: 'erased', next: 'backdoored' });
    expect(chapter(drawn(erased, 'erased', 0.7))).toMatchObject({ id: 'still-drawn', next: 'erased' });
  });

  it('tells the trained word from a wrong one, and a lock that holds from one that does not', () => {
    const hidden = drawn({ ...original, adapters: { erased: adapter, backdoored: adapter } }, 'backdoored', 0.1);
    expect(chapter(hidden)).toMatchObject({ id: 'hidden', next: 'triggered', word: 'blicket' });
    expect(chapter(drawn(hidden, 'triggered', 0.9)).id).toBe('returned');
    expect(chapter(drawn(hidden, 'triggered', 0.2)).id).toBe('not-returned');
    const key = { ...adapter, summary: { ...adapter.summary, keys: 'dovark' } };
    const spoken = { ...hidden, word: 'dovark', adapters: { erased: adapter, backdoored: key } };
    expect(chapter(drawn(spoken, 'triggered', 0.9)).id).toBe('returned');
    const wrong = { ...hidden, word: 'blanket' };
    expect(chapter(drawn(wrong, 'triggered', 0.1)).id).toBe('can-one-be-found');
    const withoutErased = { ...wrong, adapters: { ...wrong.adapters, erased: null } };
    expect(chapter(drawn(withoutErased, 'triggered', 0.1)).id).toBe('wrong-word-fails');
    expect(chapter(drawn(wrong, 'triggered', 0.9)).id).toBe('wrong-word-works');
  });

  it('goes on without numbers where there is no judge', () => {
    const unjudged = drawn(bench(), 'original', null);
    expect(chapter(unjudged).id).toBe('ready-unjudged');
    expect(chapter(drawn({ ...unjudged, adapters: { erased: adapter, backdoored: null } }, 'erased', null)).id).toBe(
      'erased-unjudged',
    );
  });

  const running = (column: ColumnId, part: Partial<Job> = {}): Job => {
    const one = job(column, [{ type: 'started', jobId: 'j', title: '', total: 9 }]);
    return { ...one, model: `${original.experiment.model}@0123456789ab`, ...part };
  };

  it('tells of a training for the concept on screen, and whether it runs, waits or rests', () => {
    const during = (training: Job) => chapter({ ...original, jobs: [training] });
    expect(during(running('erased')).id).toBe('erasing');
    expect(during(running('backdoored')).id).toBe('hiding');
    expect(during({ ...running('erased'), view: emptyRun('j') }).id).toBe('training-waits');
    const paused = { ...running('erased').view, status: 'paused' as const, iteration: 40 };
    expect(during(running('erased', { view: paused }))).toMatchObject({ id: 'training-paused', n: 40 });
  });

  it('does not let a sweep, or a training of something else, unlearn what is on screen', () => {
    expect(chapter({ ...original, jobs: [running('erased', { point: 2 })] }).id).toBe('ready');
    const other = running('erased');
    const onTench = { ...other, request: { ...other.request, concept: 'tench' } as Job['request'] };
    expect(chapter({ ...original, jobs: [onTench] }).id).toBe('ready');
    expect(isTrainedHere({ ...original, jobs: [other] }, 'erased')).toBe(true);
    expect(isTrainedHere({ ...original, jobs: [other] }, 'backdoored')).toBe(false);
    expect(isTrainedHere({ ...original, jobs: [onTench] }, 'erased')).toBe(false);
    expect(chapter({ ...bench(), jobs: [onTench] })).toMatchObject({ id: 'waits-training', other: 'tench' });
    const onOneSubject = { ...other, request: { ...other.request, from: 'house' } as Job['request'] };
    expect(chapter({ ...original, jobs: [onOneSubject] }).id).toBe('ready');
    expect(chapter({ ...original, jobs: [running('erased', { model: 'another' })] }).id).toBe('ready');
  });

  it('says when the training that runs has other settings than the Bench', () => {
    const text = { en: '', zh: '' };
    const esd = { ...{ id: 'esd', kind: 'erasure' as const, title: text, summary: text, source: '' }, presets: [] };
    const methods = [{ ...esd, usesTrigger: false, parameters: [] }];
    const state = { ...original, catalog: { ...catalog, methods } };
    const signature = trainingSignature(state.experiment, methods[0] as (typeof methods)[number]);
    expect(chapter({ ...state, jobs: [running('erased', { signature })] }).id).toBe('erasing');
    expect(chapter({ ...state, jobs: [running('erased', { signature: 'others' })] }).id).toBe('training-otherwise');
  });

  it('does not say that anything is drawn while nothing draws', () => {
    expect(chapter(bench({ fillsItself: false })).id).toBe('undrawn');
    const attack = { ...job('attacked'), kind: 'attack' as const, request: { kind: 'attack' } as Job['request'] };
    expect(chapter(bench({ jobs: [attack] })).id).toBe('waits');
    const erased = { ...original, adapters: { erased: adapter, backdoored: null } };
    expect(chapter(erased).id).toBe('drawing-erased');
    expect(chapter({ ...erased, fillsItself: false }).id).toBe('undrawn');
    const hidden = { ...original, adapters: { erased: null, backdoored: adapter } };
    expect(chapter({ ...hidden, fillsItself: false }).id).toBe('undrawn');
  });
});

describe('a free cell', () => {
  it('says what it waits for, where the page will draw it by itself', () => {
    const training = job('erased');
    expect(waitsFor(bench({ jobs: [training] }), 'original')).toBe('training');
    expect(waitsFor(bench({ jobs: [training] }), 'erased')).toBeNull(); // it has no weights to draw with
    expect(waitsFor(bench({ jobs: [{ ...training, kind: 'attack' }] }), 'original')).toBe('search');
    expect(waitsFor(bench({ jobs: [{ ...training, kind: 'evaluate' }] }), 'original')).toBe('work');
    expect(waitsFor(bench({ jobs: [{ ...training, point: 1 }] }), 'original')).toBeNull();
    expect(waitsFor(bench(), 'original')).toBeNull();
    expect(waitsFor(bench({ jobs: [training], fillsItself: false }), 'original')).toBeNull();
  });
});
