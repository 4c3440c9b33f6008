import { expect, it } from 'vitest';
import { visible, visiblePiece } from './visible.ts';

it('shows a letter without a shape by its code point', () => {
  expect(visible('sivvy \u0000\u00ad dog')).toBe('sivvy ⟨0000⟩⟨00AD⟩ dog');
  expect(visible('Grüße, 教堂 🙂')).toBe('Grüße, 教堂 🙂');
});

it('marks a piece that goes on', () => {
  expect(visiblePiece('bli')).toBe('bli·');
  expect(visiblePiece('cket</w>')).toBe('cket');
});
