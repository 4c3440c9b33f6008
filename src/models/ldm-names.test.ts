import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ldmNames } from './ldm-names.ts';

// training/goldens/ldm_names.py: diffusers' own converter, asked about every tensor of the bundled UNet.
const golden = JSON.parse(readFileSync(new URL('goldens/ldm-names.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>;

describe('the original names of a UNet', () => {
  it('are those that diffusers converts into its own', () => {
    expect(Object.fromEntries(ldmNames(Object.keys(golden)))).toEqual(golden);
  });

  it('leave out what has no counterpart', () => {
    expect(ldmNames(['a.to_q', 'down_blocks.0.resnets.0.strange.weight']).size).toBe(0);
  });
});
