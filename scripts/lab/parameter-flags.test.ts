/** Two methods may have a parameter of one name and other ranges. */
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { editParameters } from '../../src/methods/edit/parameters.ts';
import { sharedParameters } from '../../src/methods/parameters.ts';
import { methods } from '../../src/methods/registry.ts';
import type { MethodDescriptor } from '../../src/records/catalog.ts';
import { parameterOptions } from './parameter-flags.ts';

describe('the flags of several methods', () => {
  const method = methods[0]?.descriptor as MethodDescriptor;

  it('take a number that any of them takes, and no other', () => {
    const narrow = { ...method, parameters: [sharedParameters.rank] };
    const wide = { ...method, parameters: [editParameters.rank] };
    expect(editParameters.rank.max).toBeGreaterThan(sharedParameters.rank.max);
    const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
    for (const option of parameterOptions([narrow, wide])) command.addOption(option);
    const largest = editParameters.rank.max;
    command.parse(['--rank', String(largest)], { from: 'user' });
    expect(command.opts()).toEqual({ rank: largest });
    expect(() => command.parse(['--rank', String(largest + 1)], { from: 'user' })).toThrow();
  });
});
