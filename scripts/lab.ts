/** The command line: one JSON object on stdout, progress on stderr; exit 0, 2 on wrong usage, 1 otherwise. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { PalimpsestError, toPalimpsestError } from '../src/core/errors.ts';
import { attackCommand } from './lab/attack.ts';
import { catalogCommand } from './lab/catalog.ts';
import { classifyCommand } from './lab/classify.ts';
import { evaluateCommand } from './lab/evaluate.ts';
import { generateCommand } from './lab/generate.ts';
import { rankTokensCommand } from './lab/rank-tokens.ts';
import { sweepCommand } from './lab/sweep.ts';
import { trainCommand } from './lab/train.ts';
import { triggerLabCommand } from './lab/trigger-lab.ts';

const program = new Command('lab')
  .description('Erase concepts from a diffusion model, and measure what came of it.')
  .exitOverride()
  .configureOutput({ writeOut: (text) => process.stderr.write(text) });
const commands = [
  generateCommand(),
  trainCommand(),
  evaluateCommand(),
  attackCommand(),
  classifyCommand(),
  rankTokensCommand(),
  sweepCommand(),
  triggerLabCommand(),
  catalogCommand(),
];
for (const command of commands) program.addCommand(command.exitOverride());

try {
  await program.parseAsync();
} catch (thrown) {
  process.exitCode = report(thrown);
}

function report(thrown: unknown): number {
  if (thrown instanceof CommanderError)
    return thrown.code === 'commander.helpDisplayed' || thrown.code === 'commander.help' ? 0 : 2; // commander has printed it
  if (thrown instanceof InvalidArgumentError) return 2;
  const error = toPalimpsestError(thrown);
  process.stderr.write(`error: ${error.message}${error.advice === '' ? '' : ` (${error.advice})`}\n`);
  if (!(thrown instanceof PalimpsestError)) process.stderr.write(`${error.stack ?? ''}\n`);
  return error.code === 'bad-argument' ? 2 : 1;
}
