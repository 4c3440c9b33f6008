/** Probes of the trigger lab for a panel of its own: drawn on request, with their progress, stopped when nobody wants them. */
import { useCallback, useEffect, useState } from 'react';
import type { TriggerLabRequest, TriggerProbe } from '../../../records/trigger-lab.ts';
import { useBench } from '../../bench-context.ts';
import { beside, stopAsides } from '../../state/asides.ts';
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

/** `kind`: under which name the job bar shows it. */
export function useProbes(kind: 'licence' | 'review'): Probes {
  const bench = useBench();
  const [progress, setProgress] = useState<ProbeProgress | null>(null);
  const stop = useCallback(() => stopAsides(bench, kind), [bench, kind]);
  useEffect(() => stop, [stop]);
  const draw = async (request: TriggerLabRequest) => {
    setProgress({ done: 0, total: 0 });
    try {
      return await beside(
        bench,
        kind,
        (told) => bench.connection.engine.triggerLab(request, told),
        (done, total) => setProgress({ done, total }),
      );
    } catch (thrown) {
      report(bench, thrown, 'job', 'backdoored');
      return null;
    } finally {
      setProgress(null);
    }
  };
  return { progress, draw, stop };
}
