/** Both places for weights, measured in one run: two engines over one machine, their passes in turn. Times in seconds. */
import { Engine } from '../../src/lab/engine.ts';
import type { EnginePlatform } from '../../src/lab/platform.ts';
import type { Ledger } from '../../src/runtime/executor.ts';
import { weightsPlacements, type WeightsPlacement } from '../../src/runtime/weights-placement.ts';
import { createPasses, timed, type Passes, type PassTimes } from './passes.ts';
import type { MeasureOptions } from './measure.ts';

export interface PlacementTimes extends PassTimes {
  readonly placement: WeightsPlacement;
  /** Reading files, sessions and warm-up: once for each of `openings`. */
  readonly open: readonly number[];
  /** With the programs of opening and of the three passes. */
  readonly ledger: Ledger;
}

export type PlacementOptions = Pick<MeasureOptions, 'backend' | 'modelUrl' | 'runs'>;

/** The first opening also loads onnxruntime, so it is not counted. */
const openings = 4;

export async function comparePlacements(
  platformOf: (placement: WeightsPlacement) => EnginePlatform,
  { backend, modelUrl, runs }: PlacementOptions,
): Promise<readonly PlacementTimes[]> {
  const opened: { placement: WeightsPlacement; open: number[]; engine: Engine }[] = [];
  const passes: Passes[] = [];
  try {
    for (const placement of weightsPlacements)
      opened.push({ placement, open: [], engine: new Engine(platformOf(placement)) });
    for (let opening = 0; opening < openings; opening++) {
      for (const one of opened) {
        await one.engine.dispose();
        one.engine = new Engine(platformOf(one.placement));
        const started = performance.now();
        await one.engine.open({ backend, modelUrl }, () => undefined);
        if (opening > 0) one.open.push((performance.now() - started) / 1000);
      }
    }
    for (const { engine } of opened) passes.push(await createPasses(engine.opened));
    const times = await timed(passes, runs);
    return opened.map(({ placement, open, engine }, i) => ({
      ...(times[i] as PassTimes),
      placement,
      open,
      ledger: engine.opened.pipeline.executor.ledger(),
    }));
  } finally {
    for (const pass of passes) await pass.dispose();
    for (const { engine } of opened) await engine.dispose();
  }
}
