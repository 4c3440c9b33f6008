import { describe, expect, it } from 'vitest';
import type { MethodDescriptor } from '../../records/catalog.ts';
import { completeExperiment } from './default-experiment.ts';
import { drawRequest, drawingSignature, trainRequest, trainingSignature } from './requests.ts';

const text = { en: '', zh: '' };
const method: MethodDescriptor = {
  id: 'backdoored-esd',
  kind: 'backdoor',
  title: text,
  summary: text,
  source: '',
  usesTrigger: true,
  presets: [],
  parameters: [
    {
      id: 'iterations',
      kind: 'integer',
      title: text,
      help: text,
      default: 120,
      min: 1,
      max: 2000,
      step: 1,
      scale: 'linear',
    },
  ],
};
const say = (word: string) => ({ word, found: null });
const experiment = completeExperiment({ trigger: ' blicket ' }, null);

describe('a drawing', () => {
  it('puts the word into the prompts of the + trigger column only', () => {
    expect(drawRequest(experiment, 'backdoored', [0], 'a', say('blicket'), 'wasm').cells[0]?.prompt).toBe(
      'a photo of a church',
    );
    expect(drawRequest(experiment, 'triggered', [0], 'a', say('blicket'), 'wasm').cells[0]?.prompt).toBe(
      'blicket a photo of a church',
    );
  });

  it('is another drawing when the word, the weights or the steps change, but not when the trained word does', () => {
    const now = drawingSignature(experiment, 'triggered', 'k', say('blicket'));
    expect(drawingSignature({ ...experiment, trigger: 'x' }, 'triggered', 'k', say('blicket'))).toBe(now);
    expect(drawingSignature(experiment, 'triggered', 'k', say('blanket'))).not.toBe(now);
    expect(drawingSignature(experiment, 'triggered', 'other', say('blicket'))).not.toBe(now);
    expect(drawingSignature({ ...experiment, numInferenceSteps: 7 }, 'triggered', 'k', say('blicket'))).not.toBe(now);
    expect(drawingSignature(experiment, 'erased', 'k', say('blanket'))).toBe(
      drawingSignature(experiment, 'erased', 'k', say('blicket')),
    );
  });
});

describe('a training', () => {
  it('carries all parameters, trimmed words and live samples with and without the word', () => {
    const request = trainRequest(experiment, 'backdoored', method, 'webgpu', null);
    expect(request).toMatchObject({ trigger: 'blicket', parameters: { iterations: 120 }, seed: 40, sampleEvery: 20 });
    expect(request.samples?.cells.map(({ cell }) => cell.column)).toContain('triggered');
    expect(request.samples?.previewEvery).toBe(0);
  });

  it('draws fewer and shorter samples on a processor', () => {
    const request = trainRequest(experiment, 'backdoored', method, 'wasm', null);
    expect(request.samples?.seeds).toEqual([40, 41]);
    expect(request.samples?.numInferenceSteps).toBe(10);
  });

  it('is outdated by its own settings, not by those of pictures', () => {
    const now = trainingSignature(experiment, method);
    expect(trainingSignature({ ...experiment, numInferenceSteps: 7 }, method)).toBe(now);
    expect(trainingSignature({ ...experiment, trigger: 'other' }, method)).not.toBe(now);
    expect(trainingSignature({ ...experiment, parameters: { 'backdoored-esd': { iterations: 10 } } }, method)).not.toBe(
      now,
    );
  });
});

describe('the strength of trained weights', () => {
  const halved = { ...experiment, backdooredStrength: 0.5 };
  const strength = (column: 'original' | 'erased' | 'backdoored' | 'triggered' | 'attacked') =>
    drawRequest(halved, column, [0], 'a', say('blicket'), 'wasm').cells[0]?.adapterStrength;

  it('goes with its column, and + trigger asks the same weights', () => {
    expect(strength('backdoored')).toBe(0.5);
    expect(strength('triggered')).toBe(0.5);
    expect(strength('erased')).toBe(1);
    expect(strength('attacked')).toBe(1);
  });

  it('makes pictures outdated where it is used, and no training', () => {
    const signature = (now: typeof experiment, column: 'erased' | 'backdoored') =>
      drawingSignature(now, column, 'a', say(''));
    expect(signature(halved, 'backdoored')).not.toBe(signature(experiment, 'backdoored'));
    expect(signature(halved, 'erased')).toBe(signature(experiment, 'erased'));
    expect(trainingSignature(halved, method)).toBe(trainingSignature(experiment, method));
  });
});
