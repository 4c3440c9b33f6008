/** `--guider` and the flags of its parameters, for every command that draws. */
import { Option, type Command } from 'commander';
import { PalimpsestError } from '../../src/core/errors.ts';
import { methodOfId, methods } from '../../src/methods/registry.ts';
import { saysItself, wordsOf, type GuiderChoice } from '../../src/records/guider.ts';
import { givenParameters, parameterOptions } from './parameter-flags.ts';

export interface GuiderFlags {
  readonly guider?: string;
  readonly guiderPreset?: string;
}

const guiding = () => methods.map(({ descriptor }) => descriptor).filter(({ how }) => how === 'guider');

/** A flag for each parameter of any guider: --guider-momentum-scale for momentumScale. */
export function withGuiderFlags(command: Command): Command {
  command
    .addOption(
      new Option('--guider <id>', 'how pictures are guided; classifier-free without it').choices(
        guiding().map(({ id }) => id),
      ),
    )
    .option('--guider-preset <id>', 'a named set of its parameters, e.g. strong');
  for (const option of parameterOptions(guiding(), 'guider-')) command.addOption(option);
  return command;
}

/** What the flags choose, null without `--guider`. `concept` stands in where no words are given. Throws `bad-argument` without either. */
export function guiderChoice(
  flags: GuiderFlags & Readonly<Record<string, unknown>>,
  concept: string,
): GuiderChoice | null {
  const { guider, guiderPreset } = flags;
  if (guider === undefined) {
    const flag = Object.keys(flags).find((name) => name.startsWith('guider') && flags[name] !== undefined);
    if (flag === undefined) return null;
    throw new PalimpsestError('bad-argument', `--${kebab(flag)}: expected --guider beside it, got none`);
  }
  const { descriptor } = methodOfId(guider);
  const own = descriptor.parameters.map(({ id }) => [id, flags[`guider${capital(id)}`]] as const);
  const parameters = givenParameters(descriptor, guiderPreset, Object.fromEntries(own), '--guider-preset');
  const choice = { method: guider, concept, parameters };
  if (wordsOf(choice) === '')
    throw new PalimpsestError('bad-argument', '--guider: expected words to lead away from, got none', {
      advice: 'Name them with --guider-text, or name a concept.',
    });
  return choice;
}

/** Says on stderr where a prompt is the very text that pictures are led away from. */
export function warnOfItself(choice: GuiderChoice | null, prompts: readonly string[]): void {
  if (choice === null) return;
  const words = wordsOf(choice);
  const { title } = methodOfId(choice.method).descriptor;
  for (const prompt of new Set(prompts))
    if (saysItself(words, prompt))
      process.stderr.write(
        `warning: ${title.en} leads away from "${words}", and has nothing to do where that is the prompt\n`,
      );
}

const capital = (id: string) => id.replace(/^./, (letter) => letter.toUpperCase());
const kebab = (id: string) => id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
