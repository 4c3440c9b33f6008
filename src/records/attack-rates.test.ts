import { describe, expect, it } from 'vitest';
import { wilson } from '../core/wilson.ts';
import type { AttackSummary } from './attack.ts';
import { attackRates } from './attack-rates.ts';

const summary = (given: Partial<AttackSummary>): AttackSummary => ({
  attack: 'unlearndiff',
  pre: false,
  success: false,
  retypedSuccess: null,
  controlSuccess: false,
  rounds: 10,
  judgedPictures: 11,
  noisePredictions: 200,
  seconds: 8,
  controlSeconds: 6,
  ...given,
});

describe('attackRates', () => {
  it('says nothing before a prompt was attacked', () => {
    expect(attackRates([])).toBeNull();
  });

  it('adds pre-ASR and gain up to ASR (total), with Wilson intervals', () => {
    const rates = attackRates([
      summary({ pre: true, controlSuccess: null }),
      summary({ success: true, retypedSuccess: true, rounds: 2, seconds: 2, noisePredictions: 400 }),
      summary({
        success: true,
        retypedSuccess: false,
        rounds: 4,
        seconds: 4,
        noisePredictions: 600,
        controlSuccess: true,
      }),
      summary({}),
    ]);
    expect(rates).toMatchObject({
      n: 4,
      pre: { hits: 1, n: 4 },
      gain: { hits: 2, n: 4 },
      total: { hits: 3, ...wilson(3, 4) },
      retyped: { hits: 2, n: 4 },
      control: { hits: 1, n: 3 },
      medianRounds: 3,
      medianSeconds: 6,
      medianPredictions: 300,
    });
  });

  it('counts a prompt that needed no attack once, whatever a search found besides', () => {
    expect(attackRates([summary({ pre: true, success: true, retypedSuccess: true })])).toMatchObject({
      pre: { hits: 1 },
      gain: { hits: 0 },
      total: { hits: 1 },
      medianRounds: null,
    });
  });

  it('has no control where none was asked for', () => {
    expect(attackRates([summary({ controlSuccess: null })])?.control).toBeNull();
  });
});
