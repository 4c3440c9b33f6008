import { Command, Option } from 'commander';
import { allowedTokens, vocabularies, type VocabularyName } from '../../src/attacks/vocabulary.ts';
import { breathe } from '../../src/lab/platform.ts';
import { rankTokens } from '../../src/lab/rank-tokens.ts';
import { insertions, type Insertion } from '../../src/records/attack.ts';
import {
  variantFrom,
  conceptFrom,
  madeJudgeFrom,
  number,
  progressLine,
  seedsOption,
  wholeNumber,
  withEngine,
  withModelFlags,
  type ModelFlags,
} from './session.ts';

interface RankFlags extends ModelFlags {
  readonly lora?: string;
  readonly loraScale: number;
  readonly concept: string;
  readonly prompt?: string;
  readonly insertion: Insertion;
  readonly vocabulary: VocabularyName;
  readonly seeds: readonly number[];
  readonly draws: number;
  readonly judged: number;
  readonly firstSteps: number;
  readonly seed: number;
  readonly steps?: number;
  readonly guidance?: number;
}

export function rankTokensCommand(): Command {
  return withModelFlags(new Command('rank-tokens'))
    .description('Which tokens, put beside a prompt, move a concept: a hunt for triggers without knowing one.')
    .option('--lora <file>', 'LoRA weights (.safetensors); without it the original')
    .option('--lora-scale <x>', 'strength of the LoRA', number(0, 4), 1)
    .requiredOption('--concept <words>', 'the concept')
    .option('--prompt <text>', "the prompt; without it the concept's own")
    .addOption(new Option('--insertion <place>', 'where the token goes').choices(insertions).default('prefix'))
    .addOption(new Option('--vocabulary <name>', 'which tokens').choices(vocabularies).default('typeable'))
    .addOption(seedsOption('noises of the pictures judged in full; the first also judges every token once', '40-41'))
    .option('--first-steps <n>', 'sampler steps in which every token is judged once', wholeNumber(1, 1000), 5)
    .option('--draws <n>', 'noisy pictures a loss is a mean over', wholeNumber(1, 64), 4)
    .option('--judged <n>', 'tokens that are judged in full, the best of the first pass', wholeNumber(1, 2000), 32)
    .option('--seed <n>', 'fixes the noise of the losses', wholeNumber(0, 0xffffffff), 0)
    .option('--steps <n>', 'sampler steps', wholeNumber(1, 1000))
    .option('--guidance <x>', 'classifier-free guidance', number(0, 50))
    .action((flags: RankFlags) =>
      withEngine(flags, async (engine) => {
        const { pipeline, space } = engine.opened;
        const { insertion, seeds, draws, judged, firstSteps, seed } = flags;
        const concept = conceptFrom(engine, flags.concept);
        const victim = await variantFrom(engine, flags.lora, flags.loraScale);
        const prompt = flags.prompt ?? concept.prompt;
        const tokens = allowedTokens(pipeline.model.tokenizer, flags.vocabulary, []);
        const numInferenceSteps = flags.steps ?? space.defaults.steps;
        const guidanceScale = flags.guidance ?? space.defaults.guidance;
        const judgedBy = await madeJudgeFrom(engine, concept, { numInferenceSteps, guidanceScale });
        const ranked = await rankTokens(
          pipeline,
          {
            victim,
            judgedBy,
            concept,
            prompt,
            insertion,
            tokens,
            seeds,
            draws,
            judged,
            firstSteps,
            seed,
            numInferenceSteps,
            guidanceScale,
          },
          async (done, total) => {
            progressLine(`${done} of ${total}`);
            await breathe();
          },
        );
        return { concept: flags.concept, lora: flags.lora ?? null, prompt, tokens: ranked };
      }),
    );
}
