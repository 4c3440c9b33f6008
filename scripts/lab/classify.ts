import { Command } from 'commander';
import { PalimpsestError } from '../../src/core/errors.ts';
import type { Engine } from '../../src/lab/engine.ts';
import { listParts } from '../../src/core/typed-number.ts';
import { readPicture } from './picture-file.ts';
import {
  adapterIdFrom,
  conceptFrom,
  number,
  wholeNumber,
  withEngine,
  withModelFlags,
  type ModelFlags,
} from './session.ts';

interface ClassifyFlags extends ModelFlags {
  readonly image: string;
  readonly concepts?: readonly string[];
  readonly sentences?: readonly string[];
  readonly lora?: string;
  readonly loraScale: number;
  readonly draws: number;
  readonly seed: number;
}

export function classifyCommand(): Command {
  return withModelFlags(new Command('classify'))
    .description('Ask the diffusion model itself what a picture shows.')
    .requiredOption('--image <png>', 'the picture; brought to the size of the model')
    .option('--concepts <list>', 'e.g. church,house; all objects of the world without it', listParts)
    .option('--sentences <texts...>', 'sentences of your own instead; "" is the empty one')
    .option('--lora <file>', 'the model that judges, as LoRA weights; the original without it')
    .option('--lora-scale <x>', 'strength of the LoRA', number(0, 4), 1)
    .option('--draws <n>', 'pairs of time and noise that all concepts share', wholeNumber(2, 4096), 64)
    .option('--seed <n>', 'fixes the noise', wholeNumber(0, 0xffffffff), 0)
    .action((flags: ClassifyFlags) =>
      withEngine(flags, async (engine) => {
        const asked = askedOf(engine, flags);
        const picture = await readPicture('--image', flags.image);
        const { draws, seed } = flags;
        const adapterId = await adapterIdFrom(engine, flags.lora);
        const prompts = asked.map(({ prompt }) => prompt);
        const result = await engine.classify({
          picture,
          prompts,
          adapterId,
          adapterStrength: flags.loraScale,
          draws,
          seed,
        });
        const { margin, temperature, timesteps } = result;
        const scores = result.scores.map((score, i) => [(asked[i] as Asked).name, score] as const);
        const best = (asked[result.best] as Asked).name;
        return {
          lora: flags.lora ?? null,
          loraScale: flags.loraScale,
          scores: Object.fromEntries(scores),
          best,
          margin,
          draws,
          temperature,
          timesteps,
        };
      }),
    );
}

interface Asked {
  /** What its score is printed under: a concept's id, or the sentence itself. */
  readonly name: string;
  readonly prompt: string;
}

function askedOf(engine: Engine, flags: ClassifyFlags): readonly Asked[] {
  if (flags.concepts !== undefined && flags.sentences !== undefined)
    throw new PalimpsestError('bad-argument', '--sentences: expected either concepts or sentences, got both');
  const objects = engine.opened.space.suggestions.filter(({ domain }) => domain === 'object');
  const concepts = flags.concepts?.map((words) => conceptFrom(engine, words, '--concepts')) ?? objects;
  const asked =
    flags.sentences === undefined
      ? concepts.map(({ id, prompt }) => ({ name: id, prompt }))
      : flags.sentences.map((sentence) => ({ name: sentence, prompt: sentence }));
  const flag = flags.sentences === undefined ? '--concepts' : '--sentences';
  const different = new Set(asked.map(({ name }) => name)).size;
  if (different < 2 || different < asked.length)
    throw new PalimpsestError(
      'bad-argument',
      `${flag}: expected at least two, all different, got ${asked.map(({ name }) => `"${name}"`).join(', ')}`,
    );
  return asked;
}
