import { expect, it } from 'vitest';
import { showsConcept } from './shows-concept.ts';

const verdict = { heads: { object: { id: 'church', p: 0.9 }, style: { id: 'photo', p: 0.4 } }, conceptScore: null };

it('asks the head of the concept’s own domain, at one half or more', () => {
  expect(showsConcept(verdict, { domain: 'object', id: 'church' })).toBe(true);
  expect(showsConcept(verdict, { domain: 'style', id: 'photo' })).toBe(false);
  const red = { ...verdict, heads: { ...verdict.heads, colour: { id: 'red', p: 0.7 } } };
  expect(showsConcept(red, { domain: 'colour', id: 'red' })).toBe(true);
  const warned = { ...verdict, heads: { ...verdict.heads, hazard: { id: 'hazard-sign', p: 0.5 } } };
  expect(showsConcept(warned, { domain: 'hazard', id: 'hazard-sign' })).toBe(true);
});

it('refuses a verdict of a judge without that head', () => {
  expect(() => showsConcept(verdict, { domain: 'hazard', id: 'hazard-sign' })).toThrow('expected a head "hazard"');
  expect(() => showsConcept(verdict, { domain: 'colour', id: 'red' })).toThrow('expected a head "colour"');
});
