import { expect, it } from 'vitest';
import { asTree } from './lineage.ts';
import type { KnownRun } from './run.ts';

const run = (id: string, parent: string | null) => ({ id, lineage: { model: 'm', parent, victim: null } }) as KnownRun;
const shown = (...runs: KnownRun[]) => asTree(runs).map(({ run: { id }, depth }) => `${' '.repeat(depth)}${id}`);

it('puts each run below the one it came from, brothers in their order', () => {
  expect(shown(run('search-2', 'a'), run('b', null), run('search-1', 'a'), run('a', null))).toEqual([
    ...['b', 'a', ' search-2', ' search-1'],
  ]);
});

it('loses no run whose parent is gone or goes in a circle', () => {
  expect(shown(run('orphan', 'gone'), run('x', 'y'), run('y', 'x'), run('self', 'self'))).toEqual([
    ...['orphan', 'self', 'x', 'y'],
  ]);
});
