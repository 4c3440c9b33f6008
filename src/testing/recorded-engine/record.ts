/** Asks the real engine, with the micro model, what `recording.ts` lists. */
import { Engine } from '../../lab/engine.ts';
import { invariant } from '../../core/errors.ts';
import type { Picture, RunEvent } from '../../records/events.ts';
import type { JobRequest } from '../../rpc/engine-service.ts';
import { microPlatform } from '../micro-model.ts';
import {
  jobNames,
  recordedClassification,
  recordedRanking,
  recordedRequests,
  recordedStep,
  type JobName,
  type RecordedJob,
  type Recording,
} from './recording.ts';

/** All events of one job, from queued to finished. */
export async function eventsOf(engine: Engine, request: JobRequest): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  let stop = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    stop = engine.listen((event) => {
      events.push(event);
      if (event.type === 'finished') resolve();
    });
  });
  await engine.start(request);
  await over;
  stop();
  return events;
}

/** Checkpoints are opaque to the page and large: the replay writes its own. */
function withoutCheckpoint(event: RunEvent): RunEvent {
  return event.type === 'checkpoint' ? { ...event, bytes: new Uint8Array(0) } : event;
}

/** The table on the page has twelve rows. */
const rankedKept = 40;

function firstPicture(jobs: ReadonlyMap<JobName, RecordedJob>): Picture {
  const event = jobs.get('drawOriginal')?.events.find(({ type }) => type === 'picture');
  invariant(event?.type === 'picture', 'recording: a drawing without pictures');
  return event.picture;
}

export async function recordEngine(): Promise<Recording> {
  const engine = new Engine(await microPlatform());
  try {
    const info = await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
    const jobs = new Map<JobName, RecordedJob>();
    let erased = '';
    for (const name of jobNames) {
      const request = recordedRequests[name](erased);
      const events = await eventsOf(engine, request);
      const end = events.at(-1);
      if (end?.type !== 'finished' || end.outcome !== 'done')
        throw new Error(`${name}: expected a job that is done, got ${JSON.stringify(end)}`);
      if (name === 'trainErasure') erased = end.adapter?.id ?? '';
      jobs.set(name, { request, events: events.map(withoutCheckpoint) });
    }
    return {
      info,
      jobs: Object.fromEntries(jobs) as Recording['jobs'],
      step: await engine.inspectStep(recordedStep),
      ranked: (await engine.rankTokens(recordedRanking(erased), () => true)).slice(0, rankedKept),
      classified: await engine.classify(recordedClassification(firstPicture(jobs))),
      adapter: await engine.exportAdapter(erased),
    };
  } finally {
    await engine.dispose();
  }
}
