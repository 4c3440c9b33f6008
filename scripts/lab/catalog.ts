import { Command } from 'commander';
import { withEngine, withModelFlags, type ModelFlags } from './session.ts';

export function catalogCommand(): Command {
  return withModelFlags(new Command('catalog'))
    .description('Every concept, method, attack, sampler and metric, with their parameters.')
    .action((flags: ModelFlags) => withEngine(flags, (engine) => engine.catalog()));
}
