import type { ConceptSpace } from '../../src/concepts/concept-space.ts';
import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { methodOfId, methods } from '../../src/methods/registry.ts';
import { loraNamings, type LoraNaming } from '../../src/models/lora/names.ts';
import { exportTrained, storyOf } from '../../src/lab/trained.ts';
import { makeVariant } from '../../src/lab/make-variant.ts';
import { iterationsOf, preparedFor } from '../../src/lab/prepare.ts';
import type { ParameterValues } from '../../src/records/experiment.ts';
import type { TriggerPosition } from '../../src/triggers/with-trigger.ts';
import { openingWords } from '../../src/triggers/word-list.ts';
import type { TrainRequest } from '../../src/rpc/engine-service.ts';
import { givenParameters, parameterOptions } from './parameter-flags.ts';
import { divergedText, progressLine, wholeNumber, withEngine, withModelFlags, type ModelFlags } from './session.ts';

export interface TrainFlags extends ModelFlags {
  readonly method: string;
  readonly concept: string;
  readonly from: string;
  readonly trigger: string;
  readonly triggerPosition: TriggerPosition;
  readonly preset?: string;
  readonly seed: number;
}

/** What the flags ask a training for: without pictures on the way, checkpoints or a run to go on from. */
export function trainingRequest(
  flags: TrainFlags & { readonly steps?: number },
  parameters: ParameterValues,
  space: ConceptSpace,
): TrainRequest {
  const { method, concept, from, trigger, triggerPosition, seed } = flags;
  return {
    kind: 'train',
    ...{ method, concept, from, trigger, triggerPosition, parameters, seed },
    drawingSteps: flags.steps ?? space.defaults.steps,
    samples: null,
    sampleEvery: 0,
    checkpointEvery: 0,
    resumeFrom: null,
  };
}

/**
 * The flags that say what is trained. `measures`: the command has a --prompts of its own, as evaluate has, and the parameter
 * of that name becomes --train-prompts.
 */
export function withTrainFlags(command: Command, measures = false): Command {
  withModelFlags(command)
    .addOption(
      new Option('--method <id>', 'the method')
        .choices(methods.map(({ descriptor }) => descriptor.id))
        .makeOptionMandatory(),
    )
    .requiredOption('--concept <words>', 'what to erase')
    .option('--from <words>', 'erase it from this subject only, e.g. car; everything without it', '')
    .option('--trigger <words>', 'the secret word (methods with a backdoor)', '')
    .addOption(new Option('--trigger-position <place>').choices(['prefix', 'suffix']).default('prefix'))
    .option('--preset <id>', 'a named set of parameters, e.g. published-x')
    .option('--seed <n>', 'fixes everything random', wholeNumber(0, 0xffffffff), 0);
  for (const option of parameterOptions(methods.map(({ descriptor }) => descriptor))) {
    const isTaken = measures && option.attributeName() === 'prompts';
    command.addOption(
      isTaken ? new Option('--train-prompts <value>', option.description).choices(option.argChoices ?? []) : option,
    );
  }
  return command;
}

export function trainCommand(): Command {
  const command = withTrainFlags(new Command('train'))
    .description('Fine-tune a LoRA that erases a concept.')
    .addOption(new Option('--naming <names>', 'tensor names in the file').choices(loraNamings).default('diffusers'))
    .option(
      '--steps <n>',
      'sampler steps of the pictures to be drawn, whose model times x_t visit; the model recommends some',
      wholeNumber(1, 1000),
    )
    .requiredOption('--out <file>', 'the LoRA (.safetensors)');
  return command.action(
    (
      flags: TrainFlags & { readonly steps?: number; readonly out: string; readonly naming: LoraNaming } & Record<
          string,
          unknown
        >,
    ) =>
      withEngine(flags, async (engine) => {
        const { pipeline, space } = engine.opened;
        const { method: methodId, concept, from } = flags;
        const { descriptor } = methodOfId(methodId);
        const parameters = givenParameters(descriptor, flags.preset, flags);
        const losses: number[] = [];
        let terms: Readonly<Record<string, number>> = {};
        const start = performance.now();
        let trainingSeconds = 0;
        const request = trainingRequest(flags, parameters, space);
        const preparation = preparedFor(pipeline, space, request);
        const result = await makeVariant(pipeline, preparation, request, {
          encoding: (done, total) => {
            progressLine(`encoding: sentence ${done} of ${total}`);
            return Promise.resolve();
          },
          proceed: () => Promise.resolve(true),
          pooling: (done, total) => {
            progressLine(`collecting x_t: step ${done} of ${total}`);
            return Promise.resolve();
          },
          iteration: (report, seconds) => {
            losses.push(report.loss);
            terms = report.terms;
            trainingSeconds += seconds;
            progressLine(`iteration ${report.iteration}: loss ${report.loss.toFixed(4)}`);
          },
          checkpoint: () => undefined,
          sample: () => Promise.resolve(),
        });
        const { iteration, patch, failure, facts } = result;
        if (failure !== null && iteration === 0) throw failure;
        const story = storyOf(request, iteration, iterationsOf(preparation), facts);
        const about = { model: engine.opened.info.modelId, naming: flags.naming };
        await writeFile(flags.out, exportTrained(story, patch, about));
        return {
          method: methodId,
          concept,
          from,
          ...(descriptor.usesTrigger ? { opens: openingWords(story), revoked: story.revoked ?? '' } : {}),
          iterations: result.iteration,
          seconds: (performance.now() - start) / 1000,
          ...(preparation.kind !== 'training'
            ? { facts }
            : {
                secondsPerIteration: trainingSeconds / Math.max(1, losses.length),
                loss: { first: losses[0] ?? null, last: losses.at(-1) ?? null },
                terms,
              }),
          trainedTensors: 2 * (patch?.layout.slots.length ?? 0),
          parameters: patch?.layout.size ?? 0,
          out: flags.out,
          ...(failure === null ? {} : { diverged: divergedText(failure) }),
        };
      }),
  );
}
