import { expect, it } from 'vitest';
import { methodOfId } from '../../methods/registry.ts';
import { decodeExperiment, encodeExperiment } from '../../records/url.ts';
import type { BenchState } from './bench-store.ts';
import { completeExperiment } from './default-experiment.ts';
import { experimentWith, licenceRequest, trainedKeys, wantedKeys, withoutKey } from './licence.ts';
import { trainRequest, trainingSignature } from './requests.ts';

const method = methodOfId('backdoored-esd').descriptor;
const plain = completeExperiment({}, null);
const licensed = experimentWith(plain, method, { keys: ['blicket', 'dovark'], revoked: ['wug'] });

const adapters: BenchState['adapters'] = {
  erased: null,
  backdoored: {
    key: 'run',
    summary: {
      id: 'a',
      method: method.id,
      concept: 'church',
      trigger: 'blicket',
      keys: 'dovark',
      revoked: 'wug',
      iteration: 1,
      iterations: 1,
      parameters: 1,
      trainedTensors: 1,
    },
    bytes: null,
    signature: null,
    origin: 'trained',
    made: null,
  },
};

it('puts keys into the experiment, its link and its training, and reads them back', () => {
  expect(wantedKeys(licensed, method)).toEqual({ keys: ['blicket', 'dovark'], revoked: ['wug'] });
  const link = encodeExperiment({ parameters: licensed.parameters });
  expect(link).toBe('backdoored-esd.keys=dovark&backdoored-esd.revoked=wug');
  expect(decodeExperiment(link, [method])).toEqual({ given: { parameters: licensed.parameters }, problems: [] });
  const request = trainRequest(licensed, 'backdoored', method, 'wasm', null);
  expect(request).toMatchObject({ trigger: 'blicket', parameters: { keys: 'dovark', revoked: 'wug' } });
});

it('signs other keys as another training, and none as before there were any', () => {
  expect(trainingSignature(licensed, method)).not.toBe(trainingSignature(plain, method));
  expect(trainingSignature(plain, method)).not.toMatch(/keys|revoked|second/);
});

it('revokes a key; where it was the trigger, the next one takes its place', () => {
  const ring = trainedKeys({ adapters });
  expect(ring).toEqual({ keys: ['blicket', 'dovark'], revoked: ['wug'] });
  if (ring === null) return;
  const without = (word: string) => experimentWith(licensed, method, withoutKey(ring, word));
  expect(wantedKeys(without('dovark'), method)).toEqual({ keys: ['blicket'], revoked: ['wug', 'dovark'] });
  expect(without('blicket').trigger).toBe('dovark');
  expect(without('blicket').parameters[method.id]).toEqual({ revoked: 'wug, blicket' });
});

it('draws for the public, each holder and each revoked key, with the words of the weights in the column', () => {
  const other = { ...plain, trigger: 'something else' };
  expect(licenceRequest({ experiment: other, adapters, catalog: null })).toMatchObject({
    kinds: ['plain', 'trigger', 'key', 'revoked'],
    trigger: 'blicket',
    keys: ['dovark'],
    revoked: ['wug'],
    neutrals: [],
    shows: 'first',
  });
  expect(licenceRequest({ experiment: plain, adapters: { erased: null, backdoored: null }, catalog: null })).toBeNull();
  expect(trainedKeys({ adapters: { erased: null, backdoored: null } })).toBeNull();
});
