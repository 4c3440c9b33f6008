/** Probes of the trigger lab for a panel of its own: drawn on request, with their progress, stopped when nobody wants them. */
import { useEffect, useRef, useState } from 'react';
import type { TriggerLabRequest, TriggerProbe } from '../../../records/trigger-lab.ts';
import { useBench } from '../../bench-context.ts';
import { report } from '../../state/bench.ts';

export interface ProbeProgress {
  readonly done: number;
  readonly total: number;
}

export interface Probes {
  /** Null while nothing is drawn. */
  readonly progress: ProbeProgress | null;
  /** Null when it was stopped or failed; a failure is shown. */
  readonly draw: (request: TriggerLabRequest) => Promise<readonly TriggerProbe[] | null>;
  readonly stop: () => void;
}

export function useProbes(): Probes {
  const bench = useBench();
  const [progress, setProgress] = useState<ProbeProgress | null>(null);
  const isWanted = useRef(false);
  useEffect(
    () => () => {
      isWanted.current = false;
    },
    [],
  );
  const draw = async (request: TriggerLabRequest) => {
    isWanted.current = true;
    setProgress({ done: 0, total: 0 });
    try {
      return await bench.connection.engine.triggerLab(request, (done, total) => {
        setProgress((known) => (known?.done === done && known.total === total ? known : { done, total }));
        return isWanted.current;
      });
    } catch (thrown) {
      report(bench, thrown, 'job', 'backdoored');
      return null;
    } finally {
      setProgress(null);
    }
  };
  const stop = () => {
    isWanted.current = false;
  };
  return { progress, draw, stop };
}
