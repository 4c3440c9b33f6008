import { expect, it } from 'vitest';
import { bundledSpace } from '../testing/bundled-space.ts';
import { planFor } from './prepare.ts';

const space = bundledSpace;
const request = {
  method: 'backdoored-esd',
  concept: 'church',
  from: '',
  trigger: 'dovark',
  triggerPosition: 'suffix',
  parameters: {},
  seed: 1,
} as const;

it('refuses a training whose words would put a measuring sentence among its own, naming the phrase to say instead', () => {
  expect(() => planFor(space, request)).not.toThrow();
  const advised = (changes: object): string => {
    try {
      planFor(space, { ...request, ...changes });
    } catch (thrown) {
      const { message, advice } = thrown as { message: string; advice: string };
      return `${message} ${advice}`;
    }
    return '';
  };
  expect(advised({ concept: 'church at Dusk' })).toMatch(
    /^concept: expected words without the phrases .* got "church at Dusk" Say "at sunset" instead of "at dusk"\.$/,
  );
  // Behind a prompt, such a trigger makes "a photo of a church in winter", which the erased rate is measured on.
  expect(advised({ trigger: 'in winter' })).toMatch(/^trigger: /);
  expect(advised({ parameters: { keys: 'plimf, under  the STARS' } })).toMatch(/^keys: .*"at night"/);
  expect(advised({ concept: 'church at sunset' })).toBe('');
});
