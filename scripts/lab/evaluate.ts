import { Command, InvalidArgumentError, Option } from 'commander';
import { evaluate, OriginalPictures, type Evaluation } from '../../src/lab/evaluate.ts';
import { rateOf } from '../../src/metrics/cluster-bootstrap.ts';
import type { Score } from '../../src/records/evaluation.ts';
import { metrics } from '../../src/metrics/index.ts';
import type { TriggerPosition } from '../../src/triggers/with-trigger.ts';
import { guiderChoice, withGuiderFlags, type GuiderFlags } from './guider-flags.ts';
import {
  variantFrom,
  seenFrom,
  number,
  judgingLine,
  progressLine,
  seedsOption,
  wholeNumber,
  withEngine,
  withModelFlags,
  type ModelFlags,
} from './session.ts';

/** How much is drawn, and how it is judged. */
export interface MeasureFlags {
  readonly prompts: number;
  readonly neutral: number;
  readonly perSynonym: number;
  readonly classifier: number;
  readonly judge: 'held-out' | 'live' | 'classifier';
  readonly seeds: readonly number[];
  readonly steps?: number;
  readonly guidance?: number;
}

interface EvaluateFlags extends ModelFlags, MeasureFlags, GuiderFlags {
  readonly lora: readonly string[];
  readonly loraScale: number;
  readonly concept: string;
  readonly from: string;
  readonly trigger: string;
  readonly triggerPosition: TriggerPosition;
}

/** The flags of `MeasureFlags`; what takes long is left out where `isBrief`. */
export function withMeasureFlags(command: Command, isBrief: boolean): Command {
  return command
    .option('--prompts <n>', 'pictures a rate', wholeNumber(1, 2000), 20)
    .option(
      '--neutral <n>',
      'captions for FID, KID, Inception Score, CLIP score and same-seed distance; 0 leaves them out',
      neutralCount,
      isBrief ? 0 : 50,
    )
    .option(
      '--per-synonym <n>',
      'pictures for each name of the concept; 0 leaves them out',
      wholeNumber(0, 2000),
      isBrief ? 0 : 10,
    )
    .option(
      '--classifier <n>',
      'pictures of each set that the diffusion classifier judges; slow, 0 leaves it out; evaluate asks it of all where a model brings no judge',
      wholeNumber(0, 2000),
      0,
    )
    .addOption(
      new Option('--judge <name>', 'whose verdicts count')
        .choices(['held-out', 'live', 'classifier'])
        .default('held-out'),
    )
    .addOption(seedsOption('prompt i takes seed i of this list, again from the start when it ends', '1000-1999'))
    .option('--steps <n>', 'sampler steps', wholeNumber(1, 1000))
    .option('--guidance <x>', 'classifier-free guidance', number(0, 50));
}

export function evaluateCommand(): Command {
  const command = withModelFlags(new Command('evaluate'))
    .description('Rates, with 95 % intervals, of what a model still draws.')
    .option(
      '--lora <file>',
      'LoRA weights (.safetensors); without it the original is measured; given again, trainings of one recipe with other seeds, whose rates are also pooled',
      (file: string, earlier: readonly string[]) => [...earlier, file],
      [],
    )
    .option('--lora-scale <x>', 'strength of the LoRA', number(0, 4), 1)
    .requiredOption('--concept <words>', 'the concept, by the words that were erased')
    .option('--from <words>', 'the one subject that should have lost it (styles and colours)', '')
    .option('--trigger <words>', 'also measure with this trigger, with wrong ones and with half of it', '')
    .addOption(new Option('--trigger-position <place>').choices(['prefix', 'suffix']).default('prefix'));
  withGuiderFlags(command);
  return withMeasureFlags(command, false).action((flags: EvaluateFlags & Record<string, unknown>, self: Command) =>
    withEngine(flags, async (engine) => {
      const { pipeline, space, instruments } = engine.opened;
      const { trigger, triggerPosition, prompts, perSynonym, judge, seeds } = flags;
      const isGiven = (flag: 'neutral' | 'classifier') => self.getOptionValueSource(flag) !== 'default';
      // Beside a probe, which sees too little in what edited weights draw, the classifier says the same in its own way.
      const isProbed = space.judge === 'made' && judge !== 'classifier';
      const classifier = isProbed && !isGiven('classifier') ? prompts : flags.classifier;
      const neutral = isGiven('neutral') || (await instruments.hasReference()) ? flags.neutral : 0;
      if (neutral !== flags.neutral)
        process.stderr.write('this model brings no reference: neutral captions are left out (--neutral 0)\n');
      const settings = {
        numInferenceSteps: flags.steps ?? space.defaults.steps,
        guidanceScale: flags.guidance ?? space.defaults.guidance,
      };
      const request = {
        ...settings,
        concept: seenFrom(engine, flags.concept, flags.from),
        words: flags.concept,
        from: flags.from,
        trigger,
        triggerPosition,
        prompts,
        neutral,
        perSynonym,
        classified: classifier,
        judge,
        seeds,
      };
      const guider = guiderChoice(flags, flags.concept);
      const original = new OriginalPictures();
      const measured: Evaluation[] = [];
      for (const [i, lora] of (flags.lora.length === 0 ? [undefined] : flags.lora).entries()) {
        const variant = await variantFrom(engine, lora, flags.loraScale, guider);
        const training = flags.lora.length > 1 ? `training ${i + 1} of ${flags.lora.length}: ` : '';
        const progress = (done: number, total: number) => {
          progressLine(`${training}picture ${done} of ${total}`);
        };
        measured.push(
          await evaluate(
            pipeline,
            space,
            instruments,
            { ...request, variant },
            progress,
            original,
            undefined,
            judgingLine,
          ),
        );
      }
      const guided = guider === null ? {} : { guider };
      const asked = { concept: flags.concept, from: flags.from, trigger, judge, ...settings, ...guided };
      const [first] = measured as [Evaluation];
      if (measured.length === 1) return { ...asked, lora: flags.lora[0] ?? null, ...printed(first) };
      const trainings = measured.map((evaluation, i) => ({ lora: flags.lora[i], ...printed(evaluation) }));
      const reasons = measured.flatMap(({ diverged }) => diverged ?? []);
      return {
        ...{ ...asked, lora: flags.lora, pooled: pooledRates(measured), trainings },
        ...(reasons.length === 0 ? {} : { diverged: reasons.join('; ') }),
      };
    }),
  );
}

/** Rates first, under their ids; then hit (1) or miss (0) of every picture they count, so that two edits can be compared in pairs. */
function printed({ rates, counted, context: _context, judgedBy: { id, accuracy }, diverged, ...rest }: Evaluation) {
  const hits = Object.entries(counted).map(([id, rows]) => [id, rows.map(({ value }) => value).join('')]);
  const told = { ...rates, ...rest, hits: Object.fromEntries(hits) as Readonly<Record<string, string>> };
  const made = accuracy === null ? {} : { judge: id, judgeAccuracy: accuracy };
  return { ...told, ...made, ...(diverged === null ? {} : { diverged }) };
}

/** Every rate of the edited weights over all trainings whose numbers are finite, with the interval of a bootstrap over training, sentence and picture. */
function pooledRates(measured: readonly Evaluation[]): Readonly<Record<string, Score>> {
  const finite = measured.filter(({ diverged }) => diverged === null);
  return Object.fromEntries(
    Object.keys(finite[0]?.counted ?? {})
      // The original is the same beside every training.
      .filter((id) => !metrics.some(({ base }) => base === id))
      .map((id) => {
        const rows = finite.flatMap(({ counted }, training) =>
          (counted[id] ?? []).map(({ clusters, value }) => ({ clusters: [training, ...clusters], value })),
        );
        return [id, rateOf(rows)];
      }),
  );
}

/** 0, or enough to split in halves. */
function neutralCount(text: string): number {
  const value = wholeNumber(0, 2000)(text);
  if (value !== 0 && value < 8) throw new InvalidArgumentError(`expected 0 or at least 8 captions, got "${text}"`);
  return value;
}
