import { expect, it } from 'vitest';
import { wilson } from '../../core/wilson.ts';
import type { SweepPicture } from '../../records/sweep.ts';
import type { SweepState } from '../state/sweep-state.ts';
import { completeExperiment } from '../state/default-experiment.ts';
import { probesCsv } from './save-probes.ts';
import { sweepCsv } from './save-sweep.ts';

const lines = (csv: string) => csv.trimEnd().split('\r\n');

it('has a row a value, kind of picture and baseline of a sweep, with hits and interval', () => {
  const concepts = [
    { id: 'church', domain: 'object' as const, label: 'church', names: ['church'], prompt: 'a church' },
  ];
  const catalog = {
    concepts,
    methods: [],
    attacks: [],
    metrics: [],
    defaults: { numInferenceSteps: 2, guidanceScale: 3 },
  };
  const picture = (kind: SweepPicture['kind'], object: string): SweepPicture => ({
    kind,
    prompt: 'a church',
    seed: 1,
    picture: { width: 1, height: 1, pixels: new Uint8ClampedArray(4) },
    verdict: { heads: { object: { id: object, p: 0.9 }, style: { id: 'photo', p: 1 } }, conceptScore: 0 },
  });
  const point = { jobId: null, adapter: null, bytes: null, checkpointIteration: null };
  const sweep: SweepState = {
    ...{ id: 's', opened: 0, signature: '', column: 'backdoored', given: {}, status: 'ended' },
    axes: [{ parameter: 'backdoorWeight', values: [0, 1] }],
    baseline: { plain: wilson(1, 4), control: wilson(0, 0) },
    experiment: completeExperiment({ concept: 'church' }, catalog),
    points: [
      {
        ...point,
        id: 0,
        values: { backdoorWeight: 0 },
        state: 'done',
        seconds: 3,
        pictures: [picture('plain', 'none'), picture('triggered', 'church')],
      },
      { ...point, id: 1, values: { backdoorWeight: 1 }, state: 'waiting', seconds: null, pictures: [] },
    ],
  };
  const [head, ...rows] = lines(sweepCsv(sweep, catalog));
  expect(head).toBe('backdoorWeight,series,hits,pictures,rate,low_95,high_95,state,training_seconds');
  const { low, high } = wilson(1, 4);
  const [none, all] = [wilson(0, 1), wilson(1, 1)];
  expect(rows).toEqual([
    `0,plain,0,1,0,${none.low},${none.high},done,3`,
    `0,triggered,1,1,1,${all.low},${all.high},done,3`,
    `,baseline plain,1,4,0.25,${low},${high},done,`,
  ]);
});

it('has a row a picture of the trigger lab, with the numbers of its way', () => {
  const rate = wilson(1, 2);
  const pictures = [
    { prompt: 'blicket, a church', seed: 40, score: 0.75, shows: true },
    { prompt: 'x', seed: 41, score: 0.25, shows: false },
  ];
  const csv = probesCsv('church', [{ kind: 'trigger', word: 'blicket', pictures, rate, score: rate, unchanged: null }]);
  expect(lines(csv).slice(1)).toEqual([
    `church,trigger,blicket,"blicket, a church",40,0.75,true,1,2,0.5,${rate.low},${rate.high},0.5`,
    `church,trigger,blicket,x,41,0.25,false,1,2,0.5,${rate.low},${rate.high},0.5`,
  ]);
});
