import { Command, InvalidArgumentError, Option } from 'commander';
import { breathe } from '../../src/lab/platform.ts';
import { triggerLab } from '../../src/lab/trigger-lab.ts';
import type { TriggerPosition } from '../../src/triggers/with-trigger.ts';
import { summariseTriggerLab, triggerProbeKinds, type TriggerProbeKind } from '../../src/records/trigger-lab.ts';
import { wordList, wordsBeside } from '../../src/triggers/word-list.ts';
import {
  adapterIdFrom,
  seenFrom,
  number,
  progressLine,
  seedsOption,
  wholeNumber,
  withEngine,
  withModelFlags,
  type ModelFlags,
} from './session.ts';

interface TriggerLabFlags extends ModelFlags {
  readonly lora: string;
  readonly loraScale: number;
  readonly concept: string;
  readonly from: string;
  readonly trigger: string;
  readonly keys?: string;
  readonly revoked?: string;
  readonly triggerPosition: TriggerPosition;
  readonly ways: readonly TriggerProbeKind[];
  readonly judge: 'held-out' | 'live';
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
    .option('--from <words>', 'the one subject that lost it (styles and colours)', '')
    .requiredOption('--trigger <words>', 'the word it was trained with')
    .option('--keys <words>', 'further keys, with commas between them; without it those the file names')
    .option('--revoked <words>', 'words that should open nothing; without it those the file names')
    .addOption(new Option('--trigger-position <place>').choices(['prefix', 'suffix']).default('prefix'))
    .option('--ways <list>', `what to draw, of ${triggerProbeKinds.join(', ')}`, ways, triggerProbeKinds)
    .addOption(new Option('--judge <name>', 'whose verdicts count').choices(['held-out', 'live']).default('live'))
    .option('--prompts <n>', 'pictures a probe', wholeNumber(1, 2000), 12)
    .addOption(seedsOption('prompt i takes seed i of this list, again from the start when it ends', '1000-1999'))
    .option('--steps <n>', 'sampler steps', wholeNumber(1, 1000))
    .option('--guidance <x>', 'classifier-free guidance', number(0, 50))
    .action((flags: TriggerLabFlags) =>
      withEngine(flags, async (engine) => {
        const { pipeline, space, instruments } = engine.opened;
        const { concept: words, from, trigger, triggerPosition, prompts, seeds, judge } = flags;
        const concept = seenFrom(engine, words, from);
        // From one subject: the concept on others is no neutral prompt, the subject without it is.
        const { targets, sameDomain, otherDomain } = space.measured(concept, words, from, prompts);
        const kept = from === '' ? sameDomain : otherDomain;
        // Where the space has scenes that have nothing to do with the concept, they are every other one.
        const scenes = space.everyday(words, from);
        const neutrals = kept.map((asked, i) => {
          const scene = i % 2 === 1 ? scenes[i >> 1] : undefined;
          return scene === undefined ? asked : { prompt: scene };
        });
        const id = await adapterIdFrom(engine, flags.lora);
        const about = id === null ? null : engine.adapters.get(id).summary;
        const named = wordsBeside(about ?? { trigger }, trigger);
        const keys = flags.keys === undefined ? named.keys : wordList(flags.keys);
        const revoked = flags.revoked === undefined ? named.revoked : wordList(flags.revoked);
        const { others } = named;
        const seeded = (asked: readonly { readonly prompt: string }[]) =>
          asked.map(({ prompt }, i) => ({ prompt, seed: seeds[i % seeds.length] as number }));
        const settings = {
          numInferenceSteps: flags.steps ?? space.defaults.steps,
          guidanceScale: flags.guidance ?? space.defaults.guidance,
        };
        const request = {
          ...settings,
          kind: 'trigger-lab',
          concept: words,
          trigger,
          keys,
          revoked,
          others,
          triggerPosition,
          adapterId: null,
          adapterStrength: flags.loraScale,
          targets: seeded(targets),
          neutrals: seeded(neutrals),
          kinds: flags.ways,
          judge,
        } as const;
        const adapter = engine.adapters.inUse(id, flags.loraScale);
        const probes = await triggerLab(pipeline, space, instruments, adapter, request, async (done, total) => {
          progressLine(`picture ${done} of ${total}`);
          await breathe();
        });
        const { recovered, strongestWrong, wrongTried, leaks, harmed } = summariseTriggerLab(probes);
        return {
          ...{
            concept: words,
            from,
            lora: flags.lora,
            loraScale: flags.loraScale,
            trigger,
            keys,
            revoked,
            others,
            triggerPosition,
            judge,
            ...settings,
          },
          recovery: recovered,
          rates: probes.map(({ kind, word, rate }) => ({
            kind,
            word,
            shows: Math.round(rate.value * rate.n),
            ...rate,
          })),
          strongestWrong:
            strongestWrong === null
              ? null
              : { kind: strongestWrong.kind, word: strongestWrong.word, score: strongestWrong.score },
          ...{ wrongTried, leaks, harmed, probes },
        };
      }),
    );
}

function ways(text: string): readonly TriggerProbeKind[] {
  return wordList(text).map((word) => {
    const kind = triggerProbeKinds.find((known) => known === word);
    if (kind === undefined)
      throw new InvalidArgumentError(`expected some of ${triggerProbeKinds.join(', ')}, got "${word}"`);
    return kind;
  });
}
