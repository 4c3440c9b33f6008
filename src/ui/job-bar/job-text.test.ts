/** What the bar says of a job, by the events it has told. */
import { expect, it } from 'vitest';
import type { RunEvent } from '../../records/events.ts';
import { emptyRun, extendRun } from '../../records/fold-run.ts';
import { textIn } from '../i18n/text.ts';
import type { Job } from '../state/bench-store.ts';
import { jobFraction } from '../state/progress.ts';
import { jobNumbers } from './job-text.ts';

const phase = (name: 'drawing' | 'searching' | 'measuring', done: number, total: number): RunEvent => ({
  type: 'phase',
  jobId: 'j',
  phase: name,
  done,
  total,
});
const jobWith = (kind: 'attack' | 'evaluate', ...events: readonly RunEvent[]): Job => {
  const started: RunEvent = { type: 'started', jobId: 'j', title: '', total: 10 };
  const view = [started, ...events].reduce(extendRun, emptyRun('j'));
  return { kind, request: { kind }, view } as unknown as Job;
};
const said = (job: Job) => [jobNumbers(textIn('en'), job), jobFraction(job)];

it('pictures that a judge is made with are no rounds of a search and none of those measured', () => {
  const making = 'drawing for a judge · 8 of 64 pictures';
  expect(said(jobWith('attack', phase('drawing', 8, 64)))).toEqual([making, 1 / 8]);
  expect(said(jobWith('evaluate', phase('drawing', 8, 64)))).toEqual([making, 1 / 8]);
  expect(said(jobWith('attack', phase('drawing', 64, 64)))).toEqual(['pictures judged: 0', 0]);
  expect(said(jobWith('attack', phase('drawing', 64, 64), phase('searching', 3, 10)))).toEqual([
    'round 3 / 10 · pictures judged: 0',
    3 / 10,
  ]);
});
