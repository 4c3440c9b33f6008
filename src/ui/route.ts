/** Four places: the bench (home), the sweep, the kept runs and the article. The links of bench and sweep carry the experiment. */
import { useSyncExternalStore } from 'react';

export type Route = 'bench' | 'sweep' | 'runs' | 'learn';

/** True for addresses that say which experiment is on screen. */
export function carriesExperiment(hash: string): boolean {
  const route = routeOf(hash);
  return route === 'bench' || (route === 'sweep' && hash.includes('?'));
}

export function routeOf(hash: string): Route {
  if (hash.startsWith('#/sweep')) return 'sweep';
  if (hash.startsWith('#/runs')) return 'runs';
  return hash.startsWith('#/learn') ? 'learn' : 'bench';
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
