/** What `npm run bench` measures of one engine: the same code under Node and in a browser's worker. Times in seconds. */
import { Engine } from '../../src/lab/engine.ts';
import type { EnginePlatform } from '../../src/lab/platform.ts';
import type { AttackRequest, AttackSummary } from '../../src/records/attack.ts';
import type { JobRequest, OpenOptions } from '../../src/rpc/engine-service.ts';
import { completeExperiment } from '../../src/ui/state/default-experiment.ts';
import { interactiveAttack } from './attack-step.ts';
import { finished } from './job.ts';
import { createPasses, timed, type PassTimes } from './passes.ts';
import { drawRequest, methodOf, noAdditions, trainRequest } from '../../src/ui/state/requests.ts';

export interface MeasureOptions {
  readonly backend: OpenOptions['backend'];
  readonly modelUrl: string;
  /** Timed runs of forward and step, after two untimed ones. */
  readonly runs: number;
  /** Also run the default Erase, instead of estimating it only. */
  readonly full: boolean;
}

export interface Measurements extends PassTimes {
  readonly backend: string;
  readonly threads: number;
  readonly model: string;
  /** Download or file reading, sessions and warm-up. */
  readonly open: number;
  /** The page's first target row: four pictures at 20 steps with guidance. */
  readonly fourPictures: number;
  /** What the page writes on the button of the default Erase. */
  readonly eraseEstimate: number;
  readonly erase: number | null;
  /** UnlearnDiff at its defaults on the weights of that Erase, its whole budget of 10 rounds of 20 steps, without the control. */
  readonly attack: { readonly seconds: number; readonly rounds: number } | null;
}

const pictureSteps = 20;

export async function measure(
  platform: EnginePlatform,
  { backend, modelUrl, runs, full }: MeasureOptions,
): Promise<Measurements> {
  const engine = new Engine(platform);
  try {
    const opening = performance.now();
    const info = await engine.open({ backend, modelUrl }, () => undefined);
    const open = secondsSince(opening);

    const catalog = await engine.catalog();
    const experiment = completeExperiment({ numInferenceSteps: pictureSteps }, catalog);
    const method = methodOf({ catalog, experiment }, 'erased');
    if (method === null) throw new Error('bench: the catalog has no erasure method');
    const drawing = drawRequest(experiment, 'original', [0], null, noAdditions, info.backend);
    const erasing = trainRequest(completeExperiment({}, catalog), 'erased', method, info.backend, null);

    const fourPictures = await secondsOf(engine, { ...drawing, previewEvery: 0 });
    const eraseEstimate = await engine.estimate(erasing);
    const { forward, step, attackStep } = await timedPasses(engine, runs);
    const erased = full ? await finished(engine, erasing) : null;
    const attack =
      erased?.adapter == null ? null : await searched(engine, interactiveAttack(erased.adapter, experiment));
    const { backend: used, device, modelName } = info;
    return {
      backend: used,
      threads: device.threads,
      model: modelName,
      open,
      forward,
      step,
      attackStep,
      fourPictures,
      eraseEstimate,
      erase: erased?.seconds ?? null,
      attack,
    };
  } finally {
    await engine.dispose();
  }
}

const secondsOf = async (engine: Engine, request: JobRequest): Promise<number> =>
  (await finished(engine, request)).seconds;

/** The seconds of the search alone, as its summary says them. */
async function searched(engine: Engine, request: AttackRequest) {
  const summaries: AttackSummary[] = [];
  const unlisten = engine.listen((event) => {
    if (event.type === 'attack-summary') summaries.push(event.summary);
  });
  await finished(engine, request);
  unlisten();
  const [summary] = summaries;
  if (summary === undefined) throw new Error('bench: expected a summary of the search, got none');
  return { seconds: summary.seconds, rounds: summary.rounds };
}

async function timedPasses(engine: Engine, runs: number): Promise<PassTimes> {
  const passes = await createPasses(engine.opened);
  try {
    const [times] = await timed([passes], runs);
    return times as PassTimes;
  } finally {
    await passes.dispose();
  }
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
