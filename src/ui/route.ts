/** The places of the page: the bench (home), the search in full size, the sweep, the kept runs and the article. */
import { useSyncExternalStore } from 'react';

export type Route = 'bench' | 'attack' | 'sweep' | 'runs' | 'learn';

/** Where the address carries the experiment. */
export type Place = Exclude<Route, 'runs' | 'learn'>;

export const paths: Readonly<Record<Place, string>> = {
  bench: '#/bench',
  attack: '#/bench/attack',
  sweep: '#/sweep',
};

export function routeOf(hash: string): Route {
  if (hash === paths.attack || hash.startsWith(`${paths.attack}?`)) return 'attack';
  if (hash.startsWith('#/sweep')) return 'sweep';
  if (hash.startsWith('#/runs')) return 'runs';
  return hash.startsWith('#/learn') ? 'learn' : 'bench';
}

/** null where the address holds no experiment. */
export function placeOf(hash: string): Place | null {
  const route = routeOf(hash);
  return route === 'runs' || route === 'learn' ? null : route;
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
