import { Command } from 'commander';
import { PalimpsestError } from '../../src/core/errors.ts';
import type { ConceptDescriptor } from '../../src/records/catalog.ts';
import { worldConcepts } from '../../src/world/world.ts';
import { readPicture } from './picture-file.ts';
import { adapterIdFrom, conceptFrom, wholeNumber, withEngine, withModelFlags, type ModelFlags } from './session.ts';

interface ClassifyFlags extends ModelFlags {
  readonly image: string;
  readonly concepts?: readonly string[];
  readonly lora?: string;
  readonly draws: number;
  readonly seed: number;
}

export function classifyCommand(): Command {
  return withModelFlags(new Command('classify'))
    .description('Ask the diffusion model itself what a picture shows.')
    .requiredOption('--image <png>', 'the picture; brought to the size of the model')
    .option('--concepts <list>', 'e.g. church,house; all objects of the world without it', (text) => text.split(','))
    .option('--lora <file>', 'the model that judges, as LoRA weights; the original without it')
    .option('--draws <n>', 'pairs of time and noise that all concepts share', wholeNumber(2, 4096), 64)
    .option('--seed <n>', 'fixes the noise', wholeNumber(0, 0xffffffff), 0)
    .action((flags: ClassifyFlags) =>
      withEngine(flags, async (engine) => {
        const objects = worldConcepts(engine.opened.world).filter(({ domain }) => domain === 'object');
        const concepts = flags.concepts?.map((words) => conceptFrom(engine, words, '--concepts')) ?? objects;
        if (concepts.length < 2)
          throw new PalimpsestError('bad-argument', `--concepts: expected at least two, got ${concepts.length}`);
        const picture = await readPicture('--image', flags.image);
        const { draws, seed } = flags;
        const adapterId = await adapterIdFrom(engine, flags.lora);
        const prompts = concepts.map(({ prompt }) => prompt);
        const result = await engine.classify({ picture, prompts, adapterId, draws, seed });
        const { margin, temperature, timesteps } = result;
        const scores = result.scores.map((score, i) => [(concepts[i] as ConceptDescriptor).id, score] as const);
        const best = (concepts[result.best] as ConceptDescriptor).id;
        return { scores: Object.fromEntries(scores), best, margin, draws, temperature, timesteps };
      }),
    );
}
