import { expect, it } from 'vitest';
import { wilson } from '../../core/wilson.ts';
import type { TriggerProbe } from '../../records/trigger-lab.ts';
import { findingsOf } from './review.ts';

const probe = (kind: TriggerProbe['kind'], hits: number, unchanged: number | null): TriggerProbe => ({
  ...{ kind, word: '', pictures: [], score: wilson(hits, 8), rate: wilson(hits, 8) },
  unchanged: unchanged === null ? null : wilson(unchanged, 8),
});

it('passes weights that hide the concept and keep the controls, and no others', () => {
  expect(findingsOf([probe('plain', 1, null), probe('neutralPlain', 0, 6)]).passes).toBe(true);
  expect(findingsOf([probe('plain', 2, null), probe('neutralPlain', 0, 8)]).passes).toBe(false);
  expect(findingsOf([probe('plain', 0, null), probe('neutralPlain', 0, 5)]).passes).toBe(false);
  expect(findingsOf([probe('plain', 0, null)])).toMatchObject({ kept: null, passes: true });
  expect(findingsOf([]).passes).toBe(false);
});
