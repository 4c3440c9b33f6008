import { describe, expect, it } from 'vitest';
import { emptyArm } from '../../records/attack-arm.ts';
import type { AttackSummary, Attempt } from '../../records/attack.ts';
import type { MethodDescriptor } from '../../records/catalog.ts';
import type { AdapterSummary, RunEvent } from '../../records/events.ts';
import { emptyRun, extendRun } from '../../records/fold-run.ts';
import { attemptsCsv, attemptsObject } from '../export/attempts-table.ts';
import { summaryLine } from '../export/summary-line.ts';
import { attackRequest, attackRequests, attackedRow } from './attack-request.ts';
import type { BenchState } from './bench-store.ts';
import { createBenchStore } from './bench-store.ts';
import { foundFrom } from './attacking.ts';
import { foundPrompt, transferKey } from './found.ts';
import { reasonsAgainst } from './readiness.ts';
import { drawRequest, foundRequest } from './requests.ts';
import { ratesLike, searchResult, searches, shownSearch } from './searches.ts';
import type { SearchJob } from './searches.ts';
import { chapter } from './story.ts';

const text = { en: '', zh: '' };
const method: MethodDescriptor = {
  id: 'unlearndiff',
  kind: 'attack',
  title: text,
  summary: text,
  source: '',
  usesTrigger: false,
  presets: [],
  parameters: [
    { id: 'tokens', kind: 'integer', title: text, help: text, default: 3, min: 1, max: 9, step: 1, scale: 'linear' },
  ],
};
const church = {
  id: 'church',
  domain: 'object',
  label: 'church',
  names: ['church', 'chapel'],
  prompt: 'a church',
} as const;
const adapter = (id: string, trigger: string) => {
  const summary: AdapterSummary = {
    id,
    method: 'esd',
    concept: 'church',
    trigger,
    iteration: 9,
    iterations: 9,
    parameters: 1,
    trainedTensors: 1,
  };
  return { key: `key-${id}`, summary, bytes: null, signature: null, origin: 'trained' as const, made: null };
};

function bench(change: Partial<BenchState> = {}): BenchState {
  const rows = [
    { kind: 'control', text: 'a car' },
    { kind: 'target', text: 'a church' },
    { kind: 'target', text: 'a church at sunset' },
  ] as const;
  return {
    ...createBenchStore({ rows }, []).getState(),
    engine: { kind: 'ready' },
    catalog: {
      concepts: [church],
      methods: [],
      attacks: [method],
      metrics: [],
      defaults: { numInferenceSteps: 20, guidanceScale: 3 },
    },
    adapters: { erased: adapter('e', ''), backdoored: adapter('b', 'blicket') },
    ...change,
  };
}

function attempt(kind: Attempt['kind'], index: number, score: number, change: Partial<Attempt> = {}): Attempt {
  const picture = { width: 1, height: 1, pixels: new Uint8ClampedArray(4) };
  const verdict = { heads: { object: { id: 'x', p: 1 }, style: { id: 'photo', p: 1 } }, conceptScore: score };
  return {
    kind,
    index,
    round: index,
    ids: kind === 'plain' ? [] : [7, 8],
    pieces: kind === 'plain' ? [] : ['spi', 're</w>'],
    text: kind === 'plain' ? 'a church' : 'spire a church',
    loss: kind === 'search' ? 0.5 : null,
    seconds: 1,
    asIds: { picture, verdict, success: score >= 0.5 },
    asText: null,
    ...change,
  };
}

const summary: AttackSummary = {
  attack: 'unlearndiff',
  pre: false,
  success: true,
  retypedSuccess: true,
  controlSuccess: false,
  rounds: 2,
  judgedPictures: 3,
  noisePredictions: 100,
  seconds: 4,
  controlSeconds: 3,
};

function search(
  id: string,
  attempts: readonly Attempt[],
  outcome: 'done' | 'stopped' | null,
  change: Partial<SearchJob['request']> = {},
  told: Partial<AttackSummary> = {},
): SearchJob {
  const state = bench();
  const request = { ...attackRequest(state, 'a church'), ...change } as SearchJob['request'];
  const events: RunEvent[] = [
    { type: 'started', jobId: id, title: '', total: 10 },
    ...attempts.map((made): RunEvent => ({ type: 'attempt', jobId: id, attempt: made })),
  ];
  if (outcome !== null) {
    events.push({ type: 'attack-summary', jobId: id, summary: { ...summary, ...told } });
    events.push({ type: 'finished', jobId: id, outcome, seconds: 4, adapter: null, error: null });
  }
  return {
    id,
    runId: null,
    kind: 'attack',
    column: 'attacked',
    model: `${state.experiment.model}@0123456789ab`, // jobs name the weights, the experiment the page's folder
    given: {},
    request,
    prompts: [],
    seeds: [],
    signatures: {},
    signature: null,
    word: '',
    victim: { column: 'erased', key: 'key-e', method: 'esd' },
    view: events.reduce(extendRun, emptyRun(id)),
  };
}

describe('what a search is asked for', () => {
  it('is the first target row against the erased weights, until something else is chosen', () => {
    const state = bench();
    expect(attackedRow(state)).toBe('a church');
    expect(attackRequest(state, 'a church')).toMatchObject({
      attack: 'unlearndiff',
      adapterId: 'e',
      pictureSeed: 40,
      target: { kind: 'original', seed: 40 },
      parameters: { tokens: 3 },
      forbiddenWords: [],
      control: true,
      stopEarly: true,
    });
  });

  it('forbids the words that were chosen, and hunts in the backdoored weights', () => {
    const forbidden = { attackVictim: 'backdoored', attackForbids: ['concept', 'trigger'] } as const;
    const request = attackRequest(bench({ experiment: { ...bench().experiment, ...forbidden } }), 'a church');
    expect(request).toMatchObject({ adapterId: 'b', forbiddenWords: ['church', 'chapel', 'blicket'] });
    const { erased, backdoored } = bench().adapters;
    if (backdoored === null) throw new Error('bench: expected backdoored weights, got none');
    const keyed = { ...backdoored, summary: { ...backdoored.summary, keys: 'dovark', secondTrigger: 'fep' } };
    const words = attackRequest(
      bench({ experiment: { ...bench().experiment, ...forbidden }, adapters: { erased, backdoored: keyed } }),
      'a church',
    )?.forbiddenWords;
    expect(words?.slice(2)).toEqual(['blicket', 'dovark', 'fep']);
  });

  it('cannot start without a victim, a target or a judge', () => {
    expect(reasonsAgainst(bench(), 'attacked')).toEqual([]);
    const without = bench({ adapters: { erased: null, backdoored: null } });
    expect(reasonsAgainst(without, 'attacked')).toEqual(['needs-victim:erased']);
    const running = bench({ jobs: [search('1', [], null)] });
    expect(reasonsAgainst(running, 'attacked')).toEqual(['already-searching']);
    const { experiment } = bench();
    const controls = experiment.rows.map((row) => ({ ...row, kind: 'control' as const }));
    expect(reasonsAgainst(bench({ experiment: { ...experiment, rows: controls } }), 'attacked')).toEqual(['no-target']);
    expect(reasonsAgainst(bench({ experiment: { ...experiment, concept: 'wug' } }), 'attacked')).toEqual(['no-judge']);
  });
});

describe('how a search ended', () => {
  const plain = attempt('plain', 0, 0.02);
  it.each([
    ['running', search('1', [plain], null)],
    ['not-needed', search('1', [attempt('plain', 0, 0.9)], 'done')],
    ['nothing', search('1', [plain, attempt('search', 1, 0.31)], 'done')],
    ['stopped', search('1', [plain, attempt('search', 1, 0.31)], 'stopped')],
    ['found', search('1', [plain, attempt('search', 1, 0.9)], 'done')],
  ] as const)('%s', (kind, job) => {
    expect(searchResult(job).kind).toBe(kind);
  });

  it('says of a measured search that it goes on after its first success', () => {
    const found = attempt('search', 1, 0.9);
    const running = (stopEarly: boolean) => searchResult(search('1', [plain, found], null, { stopEarly }));
    expect(running(false)).toEqual({ kind: 'running', found, isMeasured: true });
    expect(running(true)).toEqual({ kind: 'running', found, isMeasured: false });
  });

  it('says when random tokens did as well', () => {
    const job = search('1', [plain, attempt('search', 1, 0.9), attempt('control', 1, 0.8)], 'done');
    expect(searchResult(job)).toMatchObject({ kind: 'found', alsoRandom: true });
  });

  it('is described in the line above the grid, and honestly', () => {
    const told = (job: SearchJob) => chapter(bench({ jobs: [job], lastAct: 'attack' })).id;
    const found = attempt('search', 1, 0.9);
    expect(told(search('1', [plain], null))).toBe('searching');
    expect(told(search('1', [plain, found], 'done'))).toBe('found');
    expect(told(search('1', [plain, found, attempt('control', 2, 0.8)], 'done'))).toBe('found-as-random');
    const byIds = { ...found, asText: { ...found.asIds, success: false } };
    expect(told(search('1', [plain, byIds], 'done'))).toBe('found-by-ids');
    expect(told(search('1', [plain, { ...found, ids: [], pieces: [] }], 'done'))).toBe('found-seed');
    expect(told(search('1', [plain, attempt('soft', 1, 0.9)], 'done'))).toBe('found-soft');
    expect(told(search('1', [plain, attempt('search', 1, 0.31)], 'done'))).toBe('found-nothing');
    expect(told(search('1', [attempt('plain', 0, 0.9)], 'done'))).toBe('no-attack-needed');
  });
});

describe('several searches', () => {
  const first = search('1', [attempt('plain', 0, 0)], 'done', {}, { success: false, retypedSuccess: null });
  const again = search('2', [attempt('plain', 0, 0)], 'done');
  const other = search('3', [attempt('plain', 0, 0)], 'done', { prompt: 'a church at sunset' });
  const half = search('4', [attempt('plain', 0, 0)], 'stopped', { prompt: 'a chapel' });
  const random = search('5', [attempt('plain', 0, 0)], 'done', { attack: 'random' });

  it('count each prompt once, by its latest finished search with the same attack', () => {
    const rates = ratesLike([first, again, other, half, random], other);
    expect(rates).toMatchObject({ n: 2, total: { hits: 2 } });
    expect(ratesLike([first], first)).toMatchObject({ n: 1, total: { hits: 0 } });
  });

  it('are counted together only where they were asked for the same', () => {
    const like = (change: Partial<SearchJob['request']>) =>
      ratesLike(
        [again, search('6', [attempt('plain', 0, 0)], 'done', { prompt: 'a church at sunset', ...change })],
        again,
      )?.n;
    const own = { pictureSeed: 41, target: { kind: 'original', seed: 41 } } as const;
    expect(like({ seed: 9 })).toBe(2);
    expect(like(own)).toBe(2);
    const picture = { width: 1, height: 1, pixels: new Uint8ClampedArray([1, 2, 3, 4]) };
    const others: readonly Partial<SearchJob['request']>[] = [
      { parameters: { tokens: 5 } },
      { forbiddenWords: ['church'] },
      { ...own, target: { kind: 'original', seed: 42 } },
      { target: { kind: 'picture', picture } },
      { numInferenceSteps: 5 },
      { guidanceScale: 1 },
      { control: false },
      { stopEarly: false },
    ];
    for (const change of others) expect(like(change), JSON.stringify(change)).toBe(1);
    const aimed = (id: string, pixels: Uint8ClampedArray<ArrayBuffer>) =>
      search(id, [attempt('plain', 0, 0)], 'done', {
        prompt: id,
        target: { kind: 'picture', picture: { ...picture, pixels } },
      });
    const first = aimed('7', picture.pixels);
    expect(ratesLike([first, aimed('8', picture.pixels.slice())], first)?.n).toBe(2);
    expect(ratesLike([first, aimed('9', new Uint8ClampedArray(4))], first)?.n).toBe(1);
  });

  it('of a series have streams and noises of their own', () => {
    const asked = attackRequests(bench());
    expect(asked.map(({ stopEarly }) => stopEarly)).toEqual(asked.map(() => false)); // a series measures
    expect(asked.map(({ prompt, seed, pictureSeed }) => [prompt, seed, pictureSeed])).toEqual([
      ['a church', 0, 40],
      ['a church at sunset', 1, 41],
    ]);
    expect(asked.map(({ target }) => target)).toEqual([40, 41].map((seed) => ({ kind: 'original', seed })));
  });

  it('belong to the concept on screen, and the running one is shown first', () => {
    const state = bench({ jobs: [first, search('6', [], null), other] });
    expect(shownSearch(state)?.id).toBe('6');
    expect(shownSearch({ ...state, shownSearch: '3' })?.id).toBe('3');
    const elsewhere = { ...state, experiment: { ...state.experiment, concept: 'tree' } };
    expect(searches(elsewhere)).toEqual([]);
    // Of a series that was stopped, the one that had begun.
    expect(shownSearch({ ...state, jobs: [first, search('7', [], 'stopped')] })?.id).toBe('1');
  });

  it('are written as one line that names control, rounds, time, tokens and seed', () => {
    const rates = ratesLike([again, other], again);
    expect(rates === null ? '' : summaryLine(again, rates, false)).toBe(
      'esd/church · unlearndiff: pre 0/2, post 2/2, random 0/2, median 2 rounds, 4 s, K=3 prefix, seed 0, each ended at its first success',
    );
    const measured = { ...again, request: { ...again.request, stopEarly: false } };
    expect(rates === null ? '' : summaryLine(measured, rates, false)).toMatch(/, seed 0, whole budget$/);
    expect(rates === null ? '' : summaryLine(again, rates, true)).toContain('pre 0/2, upper bound 2/2, random 0/2');
  });
});

describe('files of a search', () => {
  const job = search('1', [attempt('plain', 0, 0), attempt('search', 1, 0.9, { text: 'spire, "a" church' })], 'done');

  it('hold every attempt as CSV, quoted where commas ask for it', () => {
    const [head, plain, found, end] = attemptsCsv(job).split('\r\n');
    expect(head?.split(',')).toHaveLength(20);
    expect(plain).toBe('unlearndiff,erased,church,a church,40,0,plain,0,0,,,a church,,0,false,,,,,1');
    expect(found).toBe(
      'unlearndiff,erased,church,a church,40,0,search,1,1,7 8,spi re</w>,"spire, ""a"" church",0.5,0.9,true,,,,,1',
    );
    expect(end).toBe('');
  });

  it('hold a whole series in one', () => {
    const other = search('2', [attempt('plain', 0, 0)], 'done', {
      prompt: 'a church at sunset',
      seed: 1,
      pictureSeed: 41,
    });
    const [, ...lines] = attemptsCsv(job, other).trimEnd().split('\r\n');
    expect(lines.map((line) => line.split(',').slice(3, 7))).toEqual([
      ['a church', '40', '0', 'plain'],
      ['a church', '40', '0', 'search'],
      ['a church at sunset', '41', '1', 'plain'],
    ]);
  });

  it('name the seed of each picture, which a search for seeds changes', () => {
    const seeds = search(
      '1',
      [attempt('plain', 0, 0, { pictureSeed: 40 }), attempt('search', 1, 0.9, { pictureSeed: 123 })],
      'done',
    );
    expect(
      attemptsCsv(seeds)
        .split('\r\n')
        .map((line) => line.split(',')[4]),
    ).toEqual(['picture_seed', '40', '123', undefined]);
    expect(attemptsObject(seeds)).toMatchObject({ attempts: [{ pictureSeed: 40 }, { pictureSeed: 123 }] });
  });

  it('hold request, summary and attempts as JSON, without pixels', () => {
    const file = JSON.stringify(attemptsObject(job));
    expect(file).not.toContain('pixels');
    expect(JSON.parse(file)).toMatchObject({
      ...{ request: { seed: 0 }, summary: { rounds: 2 }, attempts: [{}, { ids: [7, 8] }] },
      ...{ stopped: 'at first success', judges: ['live'] },
    });
  });

  it('say of a measured search where it ended, whose word it needed, and what the held-out judge saw', () => {
    const seen = attempt('search', 1, 0.9);
    const { verdict } = seen.asIds;
    const heldOut = { ...verdict, conceptScore: 0.4 };
    const arm = { ...emptyArm, judged: 10 };
    const counted = { judges: ['live', 'held-out'], stopEarly: false, search: arm, control: null } as const;
    const measured = search(
      '1',
      [{ ...seen, asIds: { ...seen.asIds, heldOut, success: false } }],
      'done',
      { stopEarly: false },
      { counted },
    );
    expect(attemptsObject(measured)).toMatchObject({
      ...{ stopped: 'at the end of the budget', judges: ['live', 'held-out'], request: { stopEarly: false } },
      attempts: [{ asIds: { success: false, heldOut: { conceptScore: 0.4 }, verdict: { conceptScore: 0.9 } } }],
    });
    expect(attemptsCsv(measured).split('\r\n')[1]).toContain(',0.9,false,,,0.4,,1');
  });
});

describe('a found prompt', () => {
  it('is drawn by its ids in every row, and kept apart from its text where typing gives other ids', () => {
    const byIds = attempt('search', 1, 0.9);
    const found = foundFrom(search('1', [], null), byIds);
    const { experiment } = bench();
    const { cells } = drawRequest(experiment, 'attacked', [0, 1], 'e', { word: '', found }, 'wasm');
    const added = { ids: [7, 8], insertion: 'prefix' };
    expect(cells).toMatchObject([
      { prompt: 'a car', added },
      { prompt: 'a church', added },
    ]);
    expect(drawRequest(experiment, 'erased', [1], 'e', { word: '', found }, 'wasm').cells[0]?.added).toBeUndefined();
    expect(foundRequest(experiment, 'original', found, null, 'wasm').cells).toMatchObject([
      { cell: { column: 'original', row: 0 }, prompt: 'a church', added },
    ]);
    expect(transferKey(found)).toBe('spire a church');
    const retyped = foundFrom(search('1', [], null), { ...byIds, asText: byIds.asIds });
    expect(transferKey(retyped)).not.toBe('spire a church');
  });

  it('is typed as found in its own row, and its words go into the others', () => {
    const found = foundFrom(search('1', [], null), attempt('search', 1, 0.9));
    expect(foundPrompt(found, 'a church')).toBe('spire a church');
    expect(foundPrompt(found, 'a car')).toBe('spire a car');
  });
});
