/** Seconds a request of the lab, or a training, would take here, asked of the engine; null while that is not known. */
import { useEffect, useState } from 'react';
import type { TrainRequest } from '../../../records/request.ts';
import type { TriggerLabRequest } from '../../../records/trigger-lab.ts';
import { useBench, useBenchState } from '../../bench-context.ts';

export function useLabCost(request: TriggerLabRequest | TrainRequest | null): number | null {
  const bench = useBench();
  const isReady = useBenchState((state) => state.engine.kind === 'ready');
  const key = JSON.stringify(request);
  const [cost, setCost] = useState<{ readonly key: string; readonly seconds: number } | null>(null);
  useEffect(() => {
    if (!isReady || key === 'null') return;
    let isCurrent = true;
    bench.connection.engine.estimate(JSON.parse(key) as TriggerLabRequest | TrainRequest).then(
      (seconds) => {
        if (isCurrent) setCost({ key, seconds });
      },
      () => undefined, // a cost is a courtesy; what is wrong is reported when the work is asked for
    );
    return () => {
      isCurrent = false;
    };
  }, [bench, isReady, key]);
  return cost?.key === key ? cost.seconds : null;
}
