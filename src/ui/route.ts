/** The places of the page: the bench (home), the search in full size, the sweep, the kept runs and the article. */
import { useSyncExternalStore } from 'react';

export type Route = 'bench' | 'attack' | 'sweep' | 'runs' | 'learn';

const bench = '#/bench';
const attack = '#/bench/attack';

export function routeOf(hash: string): Route {
  if (hash === attack || hash.startsWith(`${attack}?`)) return 'attack';
  if (hash.startsWith('#/sweep')) return 'sweep';
  if (hash.startsWith('#/runs')) return 'runs';
  return hash.startsWith('#/learn') ? 'learn' : 'bench';
}

/** The bench's link as the link of the same experiment where the reader is; null where the address holds no experiment. */
export function hashAt(route: Route, benchHash: string): string | null {
  if (route === 'attack') return attack + benchHash.slice(bench.length);
  return route === 'bench' ? benchHash : null;
}

export function useRoute(): Route {
  return useSyncExternalStore(
    (changed) => {
      addEventListener('hashchange', changed);
      return () => removeEventListener('hashchange', changed);
    },
    () => routeOf(location.hash),
  );
}
