import { describe, expect, it } from 'vitest';
import type { NumberParameter, ParameterSpec } from '../../records/parameters.ts';
import { placesOf } from '../chart/places.ts';
import { firstValues, pointsOf, readValues } from './sweep-plan.ts';

const text = { en: 'x', zh: 'x' };
const eta: NumberParameter = { id: 'eta', kind: 'number', title: text, help: text, default: 3, min: 0, max: 10, step: 0.1, scale: 'linear' }; // prettier-ignore
const rate: NumberParameter = { ...eta, id: 'learningRate', default: 0.01, min: 1e-6, max: 0.1, scale: 'log' };
const order: ParameterSpec = { id: 'order', kind: 'choice', title: text, help: text, default: 'a', choices: [{ value: 'a', title: text }, { value: 'b', title: text }] }; // prettier-ignore

describe('values of a sweep', () => {
  it('are read once each and in order, by the parameter’s own rule', () => {
    expect(readValues(eta, '2, 0.5，1, 2')).toEqual({ value: [0.5, 1, 2] });
    expect(readValues(order, 'b, a')).toEqual({ value: ['b', 'a'] });
    expect(readValues(eta, '1, 11')).toEqual({ problem: expect.objectContaining({ en: '11: Must be within 0 – 10' }) as unknown }); // prettier-ignore
    expect(readValues(eta, '1')).toHaveProperty('problem');
  });

  it('begin with some that are allowed', () => {
    for (const spec of [eta, rate, order]) expect(readValues(spec, firstValues(spec))).toHaveProperty('value');
  });

  it('finish one multiple before the next', () => {
    const axes = [{ parameter: 'eta', values: [1, 2] }, { parameter: 'order', values: ['a', 'b'] }]; // prettier-ignore
    expect(pointsOf(axes)).toEqual([{ eta: 1, order: 'a' }, { eta: 2, order: 'a' }, { eta: 1, order: 'b' }, { eta: 2, order: 'b' }]); // prettier-ignore
  });
});

it('places values at their true distance, on a log scale where the parameter has one, choices at equal steps', () => {
  expect(placesOf(eta, [0, 1, 10])).toEqual([0, 0.1, 1]);
  expect(placesOf(rate, [0.001, 0.01, 0.1])).toEqual([0, expect.closeTo(0.5), 1]);
  expect(placesOf(order, ['a', 'b'])).toEqual([0, 1]);
});
