/** Three places: the bench (home), the sweep and the article. The experiment stays in the bench's link. */
import { useSyncExternalStore } from 'react';

export type Route = 'bench' | 'sweep' | 'learn';

export function routeOf(hash: string): Route {
  if (hash.startsWith('#/sweep')) return 'sweep';
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
