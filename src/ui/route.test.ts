import { describe, expect, it } from 'vitest';
import { hashAt, routeOf } from './route.ts';

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

  it('keeps the experiment in the address of the bench and of the search, and of nothing else', () => {
    for (const link of ['#/bench', '#/bench?a=pez&as=3']) {
      expect(hashAt('bench', link)).toBe(link);
      expect(routeOf(hashAt('attack', link) ?? '')).toBe('attack');
      expect(hashAt('attack', link)).toBe(link.replace('#/bench', '#/bench/attack'));
      for (const elsewhere of ['sweep', 'runs', 'learn'] as const) expect(hashAt(elsewhere, link)).toBeNull();
    }
  });
});
