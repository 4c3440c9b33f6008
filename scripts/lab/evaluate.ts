import { Command, Option } from 'commander';
import { evaluate } from '../../src/lab/evaluate.ts';
import type { TriggerPosition } from '../../src/records/experiment.ts';
import {
  adapterFrom,
  conceptFrom,
  number,
  progressLine,
  seedList,
  wholeNumber,
  withEngine,
  withModelFlags,
  type ModelFlags,
} from './session.ts';

interface EvaluateFlags extends ModelFlags {
  readonly lora?: string;
  readonly loraScale: number;
  readonly concept: string;
  readonly trigger: string;
  readonly triggerPosition: TriggerPosition;
  readonly prompts: number;
  readonly seeds: readonly number[];
  readonly steps?: number;
  readonly guidance?: number;
}

export function evaluateCommand(): Command {
  return withModelFlags(new Command('evaluate'))
    .description('Rates, with 95 % intervals, of what a model still draws.')
    .option('--lora <file>', 'LoRA weights (.safetensors); without it the original is measured')
    .option('--lora-scale <x>', 'strength of the LoRA', number(0, 4), 1)
    .requiredOption('--concept <words>', 'the concept, by the words that were erased')
    .option('--trigger <words>', 'also measure with this trigger, with wrong ones and with half of it', '')
    .addOption(new Option('--trigger-position <place>').choices(['prefix', 'suffix']).default('prefix'))
    .option('--prompts <n>', 'pictures a rate', wholeNumber(1, 2000), 20)
    .option(
      '--seeds <list>',
      'prompt i takes seed i of this list, again from the start when it ends',
      seedList,
      seedList('1000-1999'),
    )
    .option('--steps <n>', 'sampler steps', wholeNumber(1, 1000))
    .option('--guidance <x>', 'classifier-free guidance', number(0, 50))
    .action((flags: EvaluateFlags) =>
      withEngine(flags, async (engine) => {
        const { pipeline, world } = engine.opened;
        const { trigger, triggerPosition, prompts, seeds } = flags;
        const settings = {
          numInferenceSteps: flags.steps ?? world.recommended.steps,
          guidanceScale: flags.guidance ?? world.recommended.guidance,
        };
        const adapter = await adapterFrom(engine, flags.lora, flags.loraScale);
        const request = {
          ...settings,
          concept: conceptFrom(engine, flags.concept),
          words: flags.concept,
          adapter,
          trigger,
          triggerPosition,
          prompts,
          seeds,
        };
        const { rates, pictures } = await evaluate(pipeline, world, request, (done, total) => {
          progressLine(`picture ${done} of ${total}`);
        });
        return { concept: flags.concept, lora: flags.lora ?? null, trigger, ...settings, pictures, ...rates };
      }),
    );
}
