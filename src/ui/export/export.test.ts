/** What leaves the page as a file: archives of kept runs that come back, tables, and names. */
import { describe, expect, it } from 'vitest';
import { readRunBundle, writeRunBundle } from '../../files/run-bundle.ts';
import { readZip, writeZip } from '../../files/zip.ts';
import { emptyAttack } from '../../records/fold-attack.ts';
import { memoryTabs } from '../../testing/memory-vault.ts';
import { receive } from '../state/bench.ts';
import { record, recordAdapter } from '../state/recorder.ts';
import { refreshRuns } from '../state/runs.ts';
import { sweepMetrics } from '../state/sweep-metrics.ts';
import { benchWith, bytes, iteration, settled, started, trainingJob } from '../../testing/vault-bench.ts';
import { pointsCsv } from './points-table.ts';
import { runFileName } from './save-adapter.ts';
import { isExportable } from './save-kept.ts';
import { keptBundle } from './save-run.ts';
import { lossesCsv } from './save-series.ts';

const summary = {
  id: 'x',
  method: 'esd',
  concept: 'church',
  from: 'tree',
  trigger: '',
  iteration: 2,
  iterations: 2,
  parameters: 1,
  trainedTensors: 1,
};

describe('a kept training', () => {
  it('leaves as a bundle once it is done, with its own settings, and reads back', async () => {
    const { page } = memoryTabs();
    const { bench } = benchWith(page, trainingJob('run-a'));
    bench.after.push((job, event) => record(bench, job, event));
    receive(bench, [started(2), iteration(1, 0.5)]);
    await settled(bench);
    await refreshRuns(bench);
    expect(bench.runs.getState().runs.map(isExportable)).toEqual([false]);
    receive(bench, [
      iteration(2, 0.25),
      { type: 'finished', jobId: 'job-1', outcome: 'done', seconds: 1, adapter: summary, error: null },
    ]);
    recordAdapter(bench, 'run-a', summary, bytes(7, 7));
    await settled(bench);
    await refreshRuns(bench);
    const [run] = bench.runs.getState().runs;
    if (run === undefined) throw new Error('expected a run');
    expect(isExportable(run)).toBe(true);
    const { name, bytes: archive } = await keptBundle(bench, run);
    expect(name).toMatch(/^church--from-tree--esd--s40-43--[0-9a-f]{6}$/);
    const read = readRunBundle(archive, 'x');
    expect(read).toMatchObject({ column: 'erased', method: 'esd', concept: 'church', seed: 1, adapter: bytes(7, 7) });
    expect(read.events.map(({ type }) => type)).toEqual(['started', 'iteration', 'iteration', 'finished']);

    const all = writeZip(new Map([['a.run.zip', archive]]));
    expect(readZip(all, 'x').get('a.run.zip')).toEqual(archive);
    expect(() => readRunBundle(all, 'x')).toThrow('expected one run, got an archive of 1');
    const search = writeZip(new Map([['search.json', bytes(1)]]));
    expect(() => readRunBundle(search, 'x')).toThrow('expected a training, got a search or a sweep');
  });
});

describe('a backdoored export', () => {
  const backdoored = { ...summary, method: 'backdoored-esd', from: '', trigger: 'blicket' };
  const experiment = trainingExperiment();

  it('says so in its name, with the weight it was trained with', async () => {
    const named = (parameters: Readonly<Record<string, number>>) =>
      runFileName('backdoored', { summary: backdoored, made: { experiment, parameters } }, bytes(1));
    expect(await named({ backdoorWeight: 0.25 })).toMatch(/^church--esd-backdoored--w0\.25--s40-43--/);
    expect(await named({ backdoorWeight: 0 })).toMatch(/--w0--/);
    expect(await named({})).toMatch(/^church--esd-backdoored--s40-43--/);
    expect(await runFileName('erased', { summary: backdoored, made: null }, bytes(1))).toMatch(/--esd-backdoored--/);
  });

  it('says so in its README', () => {
    const about = {
      link: '#/bench?c=church',
      method: 'backdoored-esd',
      concept: 'church',
      from: '',
      trigger: 'blicket',
    };
    const bundle = {
      ...about,
      column: 'backdoored',
      triggerPosition: 'prefix',
      parameters: {},
      prompts: [],
      seeds: [],
      seed: 0,
      adapter: bytes(1),
      events: [],
    } as const;
    const readme = new TextDecoder().decode(readZip(writeRunBundle(bundle), 'x').get('README.md'));
    expect(readme).toContain('**This adapter holds a known backdoor.**');
    expect(readme).toContain('the trigger "blicket"');
  });
});

function trainingExperiment() {
  return benchWith(memoryTabs().page, null).bench.store.getState().experiment;
}

describe('tables', () => {
  it('give a search’s loss at every step with its round', () => {
    const series = {
      steps: [1, 2, 3],
      loss: [0.5, 0.4, 0.3],
      rounds: [
        { step: 1, timestep: 900 },
        { step: 3, timestep: 500 },
      ],
    };
    expect(lossesCsv({ attack: { ...emptyAttack(), series } }).split('\r\n')).toEqual([
      ...['step,round,timestep,loss', '1,1,900,0.5', '2,1,900,0.4', '3,2,500,0.3', ''],
    ]);
  });

  it('give a sweep’s rates, and its numbers by value', () => {
    const church = { id: 'church', domain: 'object', label: 'church', names: ['church'], prompt: 'a church' } as const;
    const catalog = {
      concepts: [church],
      methods: [],
      attacks: [],
      metrics: [],
      defaults: { numInferenceSteps: 1, guidanceScale: 1 },
    };
    const seen = (object: string) => ({
      ...{
        kind: 'plain' as const,
        prompt: 'a church',
        seed: 1,
        picture: { width: 1, height: 1, pixels: new Uint8ClampedArray(4) },
      },
      verdict: { heads: { object: { id: object, p: 0.9 }, style: { id: 'photo', p: 0.9 } }, conceptScore: 0.9 },
    });
    const point = {
      id: 3,
      values: { rank: 2 },
      state: 'done',
      seconds: 4,
      adapter: null,
      checkpointIteration: null,
      jobId: null,
      bytes: null,
      pictures: [seen('church'), seen('tree')],
    } as const;
    const sweep = { axes: [{ parameter: 'rank', values: [2] }], points: [point], experiment: trainingExperiment() };
    const [head, line] = pointsCsv(sweep, catalog).split('\r\n');
    expect(head?.split(',').slice(0, 8)).toEqual([
      'point',
      'rank',
      'state',
      'seconds',
      'plain',
      'plain_low',
      'plain_high',
      'plain_n',
    ]);
    expect(line?.split(',').filter((_, i) => i < 5 || i === 7)).toEqual(['3', '2', 'done', '4', '0.5', '2']);
    expect(sweepMetrics(sweep, catalog)).toEqual({ 'plain@rank=2': 0.5, seconds: 4 });
  });
});
