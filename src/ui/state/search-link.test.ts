import { describe, expect, it } from 'vitest';
import { attacks } from '../../attacks/registry.ts';
import type { SearchSetup } from '../../records/experiment.ts';
import type { AdapterSummary } from '../../records/events.ts';
import { attackRequest, attackedRow } from './attack-request.ts';
import { createBenchStore } from './bench-store.ts';
import type { BenchState } from './bench-store.ts';
import { applyLink, benchHash, setSearch } from './experiment-actions.ts';
import type { Bench } from './bench.ts';

const catalog: BenchState['catalog'] = {
  concepts: [
    { id: 'church', domain: 'object', label: 'church', names: ['church', 'chapel'], prompt: 'a photo of a church' },
  ],
  methods: [],
  attacks: attacks.map(({ descriptor }) => descriptor),
  metrics: [],
  defaults: { numInferenceSteps: 20, guidanceScale: 3 },
};

/** A page that was just opened, with weights in both columns. */
function page(): Pick<Bench, 'store'> {
  const store = createBenchStore({}, []);
  const adapter = (id: string, trigger: string) => {
    const counts = { iteration: 1, iterations: 1, parameters: 1, trainedTensors: 1 };
    const summary: AdapterSummary = { id, method: 'esd', concept: 'church', trigger, ...counts };
    return { key: id, summary, bytes: null, signature: null, origin: 'trained' as const, made: null };
  };
  store.setState({ catalog, adapters: { erased: adapter('e', ''), backdoored: adapter('b', 'blicket') } });
  return { store };
}

const asked = ({ store }: Pick<Bench, 'store'>) => {
  const state = store.getState();
  return attackRequest(state, attackedRow(state) ?? '');
};

describe('a search in the link', () => {
  const choices: readonly Partial<SearchSetup>[] = [
    { attack: 'pez' },
    { attackVictim: 'backdoored' },
    { attackRow: 'a church at sunset' },
    { attackPictureSeed: 42 },
    { attackTargetSeed: 41 },
    { attackForbids: ['concept', 'trigger'], attackVictim: 'backdoored' },
    { attackControl: false },
    { attackSeed: 4294967295 },
  ];

  it.each(choices)('asks for the same search in a fresh page: %j', (choice) => {
    const here = page();
    const before = asked(here);
    setSearch(here, choice);
    expect(asked(here)).not.toEqual(before);
    const there = page();
    applyLink(there, benchHash(here.store.getState()));
    expect(there.store.getState().urlProblems).toEqual([]);
    expect(asked(there)).toEqual(asked(here));
  });

  it('leaves out what a page does anyway, the first row and seed too', () => {
    const here = page();
    setSearch(here, { attack: 'pez', attackSeed: 3, attackPictureSeed: 41, attackRow: 'a church at sunset' });
    expect(benchHash(here.store.getState())).toBe('#/bench?a=pez&ar=a+church+at+sunset&ap=41&as=3');
    setSearch(here, { attack: 'unlearndiff', attackSeed: 0, attackPictureSeed: 40, attackRow: 'a photo of a church' });
    expect(benchHash(here.store.getState())).toBe('#/bench');
  });

  it('says which row or seed the experiment does not have, and searches the first', () => {
    const here = page();
    applyLink(here, '#/bench?ar=a+teapot&ap=7&at=8&a=bananas');
    const { urlProblems, given } = here.store.getState();
    expect(urlProblems.map(({ field, value }) => `${field}=${value}`)).toEqual([
      'a=bananas',
      'ar=a teapot',
      'ap=7',
      'at=8',
    ]);
    expect(given).toEqual({});
    expect(asked(here)).toMatchObject({ attack: 'unlearndiff', prompt: 'a photo of a church', pictureSeed: 40 });
  });
});
