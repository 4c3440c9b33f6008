import { describe, expect, it } from 'vitest';
import { paths, placeOf, routeOf } from './route.ts';

describe('where the page is', () => {
  it.each([
    ['', 'bench'],
    ['#/bench?c=church', 'bench'],
    ['#/bench/attack', 'attack'],
    ['#/bench/attack?a=pez', 'attack'],
    ['#/bench/attacks', 'bench'],
    ['#/sweep', 'sweep'],
    ['#/runs', 'runs'],
    ['#/learn', 'learn'],
  ] as const)('%s is %s', (hash, route) => {
    expect(routeOf(hash)).toBe(route);
  });

  it('holds an experiment at the bench, the search and the sweep, and nowhere else', () => {
    for (const place of ['bench', 'attack', 'sweep'] as const) {
      expect(placeOf(paths[place])).toBe(place);
      expect(placeOf(`${paths[place]}?a=pez`)).toBe(place);
    }
    for (const elsewhere of ['#/runs', '#/learn']) expect(placeOf(elsewhere)).toBeNull();
  });
});
