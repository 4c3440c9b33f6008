/** Four places: the bench (home), the sweep, the kept runs and the article. The experiment stays in the bench's link. */
import { useSyncExternalStore } from 'react';

export type Route = 'bench' | 'sweep' | 'runs' | 'learn';

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
