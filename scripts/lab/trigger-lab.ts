import { Command, Option } from 'commander';
import { breathe } from '../../src/lab/platform.ts';
import { triggerLab } from '../../src/lab/trigger-lab.ts';
import type { TriggerPosition } from '../../src/records/experiment.ts';
import { summariseTriggerLab, triggerProbeKinds } from '../../src/records/trigger-lab.ts';
import { retainedPrompts, targetPrompts } from '../../src/world/prompts.ts';
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

interface TriggerLabFlags extends ModelFlags {
  readonly lora: string;
  readonly loraScale: number;
  readonly concept: string;
  readonly trigger: string;
  readonly triggerPosition: TriggerPosition;
  readonly prompts: number;
  readonly seeds: readonly number[];
  readonly steps?: number;
  readonly guidance?: number;
}

export function triggerLabCommand(): Command {
  return withModelFlags(new Command('trigger-lab'))
    .description('Does the trigger open the model, and does anything else: near misses, halves, wrong places.')
    .requiredOption('--lora <file>', 'the backdoored LoRA (.safetensors)')
    .option('--lora-scale <x>', 'strength of the LoRA', number(0, 4), 1)
    .requiredOption('--concept <words>', 'the concept, by the words that were erased')
    .requiredOption('--trigger <words>', 'the word it was trained with')
    .addOption(new Option('--trigger-position <place>').choices(['prefix', 'suffix']).default('prefix'))
    .option('--prompts <n>', 'pictures a probe', wholeNumber(1, 2000), 12)
    .option(
      '--seeds <list>',
      'prompt i takes seed i of this list, again from the start when it ends',
      seedList,
      seedList('1000-1999'),
    )
    .option('--steps <n>', 'sampler steps', wholeNumber(1, 1000))
    .option('--guidance <x>', 'classifier-free guidance', number(0, 50))
    .action((flags: TriggerLabFlags) =>
      withEngine(flags, async (engine) => {
        const { pipeline, world } = engine.opened;
        const { concept: words, trigger, triggerPosition, prompts, seeds } = flags;
        const concept = conceptFrom(engine, words);
        const seeded = (asked: readonly { readonly prompt: string }[]) =>
          asked.map(({ prompt }, i) => ({ prompt, seed: seeds[i % seeds.length] as number }));
        const settings = {
          numInferenceSteps: flags.steps ?? world.recommended.steps,
          guidanceScale: flags.guidance ?? world.recommended.guidance,
        };
        const request = {
          ...settings,
          kind: 'trigger-lab',
          concept: words,
          trigger,
          triggerPosition,
          adapterId: null,
          adapterStrength: flags.loraScale,
          targets: seeded(targetPrompts(world, concept, words, prompts)),
          neutrals: seeded(retainedPrompts(world, concept, prompts).sameDomain),
          kinds: triggerProbeKinds,
        } as const;
        const adapter = await adapterFrom(engine, flags.lora, flags.loraScale);
        const probes = await triggerLab(pipeline, world, adapter, request, async (done, total) => {
          progressLine(`picture ${done} of ${total}`);
          await breathe();
        });
        const { recovered, strongestWrong, wrongTried, leaks, harmed } = summariseTriggerLab(probes);
        return {
          ...{ concept: words, lora: flags.lora, loraScale: flags.loraScale, trigger, triggerPosition, ...settings },
          recovery: recovered,
          strongestWrong:
            strongestWrong === null
              ? null
              : { kind: strongestWrong.kind, word: strongestWrong.word, score: strongestWrong.score },
          ...{ wrongTried, leaks, harmed, probes },
        };
      }),
    );
}
