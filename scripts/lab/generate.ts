import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { drawPictures } from '../../src/lab/draw.ts';
import { guiderChoice, warnOfItself, withGuiderFlags, type GuiderFlags } from './guider-flags.ts';
import { writePicture } from './picture-file.ts';
import {
  variantFrom,
  divergedText,
  number,
  progressLine,
  seedList,
  wholeNumber,
  withEngine,
  withModelFlags,
  type ModelFlags,
} from './session.ts';

interface GenerateFlags extends ModelFlags, GuiderFlags {
  readonly prompt: string;
  readonly seeds: readonly number[];
  readonly lora?: string;
  readonly loraScale: number;
  readonly steps?: number;
  readonly guidance?: number;
  readonly concept?: string;
  readonly out: string;
}

export function generateCommand(): Command {
  const command = withModelFlags(new Command('generate'))
    .description('Draw pictures and judge them.')
    .requiredOption('--prompt <text>', 'what to draw')
    .option('--seeds <list>', 'e.g. 40,41 or 40-43', seedList, [40, 41, 42, 43])
    .option('--lora <file>', 'LoRA weights (.safetensors)')
    .option('--lora-scale <x>', 'strength of the LoRA', number(0, 4), 1)
    .option('--steps <n>', 'sampler steps', wholeNumber(1, 1000))
    .option('--guidance <x>', 'classifier-free guidance', number(0, 50))
    .option('--concept <words>', 'also print the probability of this concept; a guider leads away from it')
    .requiredOption('--out <folder>', 'where the PNG files go');
  return withGuiderFlags(command).action((flags: GenerateFlags & Record<string, unknown>) =>
    withEngine(flags, async (engine) => {
      const { pipeline, space } = engine.opened;
      const { prompt, seeds } = flags;
      const guider = guiderChoice(flags, flags.concept ?? '');
      warnOfItself(guider, [prompt]);
      const options = {
        variant: await variantFrom(engine, flags.lora, flags.loraScale, guider),
        numInferenceSteps: flags.steps ?? space.defaults.steps,
        guidanceScale: flags.guidance ?? space.defaults.guidance,
        concept: flags.concept === undefined ? null : space.concept(flags.concept),
      };
      await mkdir(flags.out, { recursive: true });
      const start = performance.now();
      const images = [];
      const diverged: string[] = [];
      for (let i = 0; i < seeds.length; i += 4) {
        progressLine(`picture ${i} of ${seeds.length}`);
        const subjects = seeds.slice(i, i + 4).map((seed) => ({ prompt, seed }));
        const drawn = await drawPictures(pipeline, subjects, options).catch((thrown: unknown) => {
          diverged.push(divergedText(thrown));
          return [];
        });
        if (diverged.length > 0) break;
        for (const { seed, picture, verdict } of drawn) {
          const path = join(flags.out, `seed-${seed}.png`);
          await writePicture(path, picture);
          images.push({ path, seed, prompt, ...verdict });
        }
      }
      const seconds = (performance.now() - start) / 1000;
      const told = {
        ...(guider === null ? {} : { guider }),
        images,
        secondsPerImage: images.length === 0 ? null : seconds / images.length,
      };
      return diverged.length === 0 ? told : { ...told, diverged: diverged[0] };
    }),
  );
}
