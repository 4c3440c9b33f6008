import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { csvFile } from '../../src/files/csv.ts';
import { attacks } from '../../src/attacks/registry.ts';
import { allowedTokens } from '../../src/attacks/vocabulary.ts';
import { huntReport, replayFound } from '../../src/lab/replay-prompts.ts';
import { wilson } from '../../src/core/wilson.ts';
import { armPictures, compareArms, overSentences, type AttackedPrompt } from '../../src/lab/attack-report.ts';
import { heldOutJudge } from '../../src/lab/held-out-judge.ts';
import { attackCurve } from '../../src/records/attack-curve.ts';
import { attackRates } from '../../src/records/attack-rates.ts';
import { checkedValues } from '../../src/records/parameters.ts';
import { armLines, type ArmsReport } from './attack-lines.ts';
import { csvOf, printedRates, rowOf, type Row } from './attack-rows.ts';
import { forbiddenWords, samplingOf, searches, type AttackFlags } from './attack-search.ts';
import { guiderChoice, warnOfItself, withGuiderFlags } from './guider-flags.ts';
import { givenParameters, parameterOptions } from './parameter-flags.ts';
import {
  variantFrom,
  adapterIdFrom,
  conceptFrom,
  madeJudgeFrom,
  divergedText,
  number,
  progressLine,
  seedsOption,
  wholeNumber,
  withEngine,
  withModelFlags,
} from './session.ts';

export function attackCommand(): Command {
  const command = withModelFlags(new Command('attack'))
    .description('Search prompts that bring an erased concept back.')
    .addOption(
      new Option('--attack <id>', 'the attack')
        .choices(attacks.map(({ descriptor }) => descriptor.id))
        .makeOptionMandatory(),
    )
    .option('--lora <file>', "the victim's LoRA weights (.safetensors); without it the original is attacked")
    .option('--lora-scale <x>', 'strength of the LoRA', number(0, 4), 1)
    .requiredOption('--concept <words>', 'the concept, by the words that were erased')
    .option('--prompts <n>', 'prompts to attack, of the set that evaluate measures on', wholeNumber(1, 2000), 20)
    .option('--prompt <text>', 'attack this prompt alone')
    .addOption(seedsOption('prompt i is judged with seed i of this list', '1000-1999'))
    .option('--target-picture <png>', 'the picture to aim at; else one drawn by the original model')
    .option('--target-seed <n>', "seed of the original's picture; else the prompt's own", wholeNumber(0, 0xffffffff))
    .option('--forbid <words...>', 'words that no found token may spell or begin', [])
    .option('--forbid-names', "forbid the concept's names and synonyms", false)
    .option('--no-control', 'leave out the random tokens beside the attack')
    .option(
      '--stop-early',
      'end each arm at its first success, as the page does; else every picture of the budget is drawn in both',
      false,
    )
    .option(
      '--preset <id>',
      'a named set of parameters: interactive (the defaults), paper-size where the attack has it',
    )
    .option('--seed <n>', "fixes the search's random stream", wholeNumber(0, 0xffffffff), 0)
    .option('--steps <n>', 'sampler steps', wholeNumber(1, 1000))
    .option('--guidance <x>', 'classifier-free guidance', number(0, 50))
    .option('--csv <file>', 'also write one line a prompt, after each of them')
    .option('--transfer-to <files...>', 'type what was found to these LoRAs too; "original" is the original', [])
    .option('--trigger <words>', 'compare what was found with this trigger, which no search is given', '')
    .addOption(new Option('--trigger-position <place>').choices(['prefix', 'suffix']).default('prefix'));
  withGuiderFlags(command);
  for (const option of parameterOptions(attacks.map(({ descriptor }) => descriptor))) command.addOption(option);
  return command.action((flags: AttackFlags & Record<string, unknown>) =>
    withEngine(flags, async (engine) => {
      const found = attacks.find(({ descriptor }) => descriptor.id === flags.attack) as (typeof attacks)[number];
      const parameters = givenParameters(found.descriptor, flags.preset, flags);
      const guider = guiderChoice(flags, flags.concept);
      warnOfItself(guider, flags.prompt === undefined ? [] : [flags.prompt]);
      const victim = await variantFrom(engine, flags.lora, flags.loraScale, guider);
      const rivals = [];
      for (const file of flags.transferTo)
        rivals.push({ file, id: file === 'original' ? null : await adapterIdFrom(engine, file, '--transfer-to') });
      const { pipeline, instruments } = engine.opened;
      const concept = conceptFrom(engine, flags.concept);
      const heldOut = await heldOutJudge(instruments, concept);
      const made = await madeJudgeFrom(engine, concept, samplingOf(engine, flags));
      const prompts: (AttackedPrompt & { readonly row: Row })[] = [];
      let diverged: string | null = null;
      try {
        for await (const searched of searches(engine, flags, parameters, victim, heldOut, made)) {
          const { request, summary } = searched;
          prompts.push({ prompt: request.prompt, summary, row: rowOf(searched) });
          // After every prompt: what is done stays where a later one fails, or somebody ends a run of hours.
          if (flags.csv !== undefined) await writeFile(flags.csv, csvFile(csvOf(prompts.map(({ row }) => row))));
          progressLine(
            `prompt ${prompts.length}: ${summary.pre ? 'open already' : summary.success ? 'found' : 'not found'}`,
          );
        }
      } catch (thrown) {
        // Whole searches are kept; the one it happened in counts for nothing, and no other is begun.
        if (prompts.length === 0) throw thrown;
        diverged = divergedText(thrown);
      }
      const rows = prompts.map(({ row }) => row);
      const summaries = prompts.map(({ summary }) => summary);
      const rates = attackRates(summaries);
      const report: ArmsReport = {
        judge: heldOut === null ? (made?.id ?? 'live') : 'both',
        stopEarly: flags.stopEarly,
        pictures: armPictures(prompts),
        comparison: compareArms(prompts),
        overSentences: overSentences(prompts),
        curve: attackCurve(summaries),
      };
      process.stderr.write(`${armLines(report).join('\n')}\n`);
      const options = { concept, judgedBy: made, heldOut, ...samplingOf(engine, flags) };
      const opened = rows.filter(({ success, ids }) => success && ids.length > 0);
      const { insertion, soft, ...plan } = found.plan(
        checkedValues(flags.attack, found.descriptor.parameters, parameters),
      );
      const transfer = [];
      for (const { file, id } of rivals) {
        const finds = opened.map(({ prompt, ids, pictureSeed }) => ({ prompt, ids, insertion, seed: pictureSeed }));
        const shows = await replayFound(pipeline, engine.adapters.inUse(id, 1), finds, options);
        const rate = (of: 'asIds' | 'asText') => wilson(shows.filter((shown) => shown[of]).length, shows.length);
        transfer.push({ victim: file, ...rate('asText'), asIds: rate('asIds') });
      }
      const { trigger, triggerPosition } = flags;
      const asked = rows.map(({ prompt, pictureSeed }) => ({ prompt, seed: pictureSeed }));
      const hunt =
        trigger.trim() === ''
          ? null
          : await huntReport(pipeline, {
              ...options,
              victim,
              found: opened,
              insertion,
              tokens: soft ? 0 : plan.tokens,
              allowed: allowedTokens(pipeline.model.tokenizer, plan.vocabulary, forbiddenWords(flags, concept)),
              prompts: asked,
              trigger,
              triggerPosition,
            });
      return {
        attack: flags.attack,
        concept: flags.concept,
        lora: flags.lora ?? null,
        ...(guider === null ? {} : { guider }),
        parameters,
        ...printedRates(summaries, soft),
        ...report,
        ...(made === null ? {} : { judgeAccuracy: made.accuracy }),
        medianRounds: rates?.medianRounds,
        medianSeconds: rates?.medianSeconds,
        medianPredictions: rates?.medianPredictions,
        n: rows.length,
        ...(transfer.length === 0 ? {} : { transfer }),
        ...(hunt === null ? {} : { hunt }),
        ...(diverged === null ? {} : { diverged }),
        attempts: rows,
      };
    }),
  );
}
