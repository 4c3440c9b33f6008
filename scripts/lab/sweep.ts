/** `sweep`: trains and measures once a value of a parameter, or of two. What is finished is kept in the out file. */
import { Command } from 'commander';
import { PalimpsestError, toPalimpsestError } from '../../src/core/errors.ts';
import { classifierFree } from '../../src/diffusion/guiders/classifier-free.ts';
import type { Engine } from '../../src/lab/engine.ts';
import { evaluate } from '../../src/lab/evaluate.ts';
import { checkEvaluationHeard } from '../../src/lab/heard.ts';
import { breathe } from '../../src/lab/platform.ts';
import { makeVariant, type MadeVariant } from '../../src/lab/make-variant.ts';
import { preparedFor } from '../../src/lab/prepare.ts';
import { weightsHash } from '../../src/lab/weights-hash.ts';
import { checkedParameters, methodOfId } from '../../src/methods/registry.ts';
import type { ParameterValues } from '../../src/records/experiment.ts';
import { withMeasureFlags, type MeasureFlags } from './evaluate.ts';
import { givenParameters } from './parameter-flags.ts';
import { progressLine, seenFrom, withEngine } from './session.ts';
import { pointsOf, readAxis } from './sweep/axes.ts';
import { readKept, resultAt, writeKept, type SweepResult } from './sweep/kept.ts';
import { trainingRequest, withTrainFlags, type TrainFlags } from './train.ts';

interface SweepFlags extends TrainFlags, MeasureFlags {
  readonly vary: readonly string[];
  readonly out: string;
  readonly trainPrompts?: string;
}

export function sweepCommand(): Command {
  const command = withTrainFlags(new Command('sweep'), true)
    .description('Train and evaluate once for every value of a parameter; a second --vary gives a grid.')
    .requiredOption(
      '--vary <parameter=values>',
      'e.g. backdoor-weight=0,0.5,1',
      (text: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), text],
    )
    .requiredOption('--out <file>', 'the results so far (.json); a second call goes on from there');
  return withMeasureFlags(command, true).action((flags: SweepFlags & Record<string, unknown>) =>
    withEngine(flags, (engine) => sweep(engine, flags)),
  );
}

async function sweep(engine: Engine, flags: SweepFlags & Record<string, unknown>): Promise<unknown> {
  const { pipeline, space } = engine.opened;
  const method = methodOfId(flags.method);
  const { descriptor } = method;
  const { concept, triggerPosition, seed, prompts, neutral, perSynonym, classifier, judge, seeds } = flags;
  const axes = flags.vary.map((text) => readAxis(descriptor.id, descriptor.parameters, text));
  const varied = axes.map(({ parameter }) => parameter);
  if (axes.length > 2 || new Set(varied).size !== varied.length)
    throw new PalimpsestError(
      'bad-argument',
      `--vary: expected one parameter or two different ones, got ${varied.join(', ')}`,
    );
  const parameterFlags: Readonly<Record<string, unknown>> = { ...flags, prompts: flags.trainPrompts };
  const given = givenParameters(descriptor, flags.preset, parameterFlags);
  const both = varied.find((id) => parameterFlags[id] !== undefined);
  if (both !== undefined)
    throw new PalimpsestError('bad-argument', `--vary ${both}: expected it varied or fixed, got both`);
  const fixed = Object.entries(checkedParameters(method, given)).filter(([id]) => !varied.includes(id));
  const sampling = {
    numInferenceSteps: flags.steps ?? space.defaults.steps,
    guidanceScale: flags.guidance ?? space.defaults.guidance,
  };
  const settings = {
    model: flags.model,
    weightsHash: await weightsHash(pipeline.model.unet.weights),
    method: descriptor.id,
    concept,
    from: flags.from === '' ? null : flags.from,
    trigger: flags.trigger,
    triggerPosition,
    seed,
    vary: [...varied].sort(),
    parameters: Object.fromEntries(fixed),
    prompts,
    neutral,
    perSynonym,
    classifier,
    judge,
    // Those that are used.
    seeds: seeds.slice(0, Math.max(prompts, neutral, perSynonym)),
    ...sampling,
  };
  const seen = seenFrom(engine, concept, flags.from);
  const points = pointsOf(axes);
  const { tokenizer } = pipeline.model;
  for (const values of points) {
    const request = { ...flags, method: descriptor.id, parameters: { ...given, ...values } };
    preparedFor(pipeline, space, request);
  }
  const trigger = descriptor.usesTrigger ? flags.trigger : '';
  checkEvaluationHeard(tokenizer, space, { ...flags, ...sampling, concept: seen, words: concept, trigger });
  let results = await readKept(flags.out, settings);

  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once('SIGINT', onInterrupt); // pressed again, it ends the program as always
  try {
    for (const values of points) {
      if (resultAt(results, values) !== undefined) continue;
      const result = await measure(engine, flags, { ...given, ...values }, values, proceedUntil(interrupt.signal));
      results = [...results, result];
      await writeKept(flags.out, settings, results);
    }
  } catch (thrown) {
    if (!interrupt.signal.aborted || toPalimpsestError(thrown).code !== 'cancelled') throw thrown;
    const kept = points.filter((values) => resultAt(results, values) !== undefined).length;
    const where = kept === 0 ? 'no value was finished' : `${kept} of ${points.length} values are in ${flags.out}`;
    process.stderr.write(`\ninterrupted: ${where}. The same command goes on from there.\n`);
    process.exitCode = 130;
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
  const finished = points.flatMap((values) => resultAt(results, values) ?? []);
  return { settings, vary: axes, results: finished, complete: finished.length === points.length, out: flags.out };
}

/** Lets signals in, and throws `cancelled` after one: what is under way is given up. */
function proceedUntil(signal: AbortSignal): () => Promise<void> {
  return async () => {
    await breathe();
    if (signal.aborted) throw new PalimpsestError('cancelled', 'sweep: it was interrupted');
  };
}

async function measure(
  engine: Engine,
  flags: SweepFlags,
  parameters: ParameterValues,
  values: ParameterValues,
  proceed: () => Promise<void>,
): Promise<SweepResult> {
  const { pipeline, space } = engine.opened;
  const name = JSON.stringify(values);
  const start = performance.now();
  const losses: number[] = [];
  const request = trainingRequest(flags, parameters, space);
  const trained = await makeVariant(pipeline, preparedFor(pipeline, space, request), request, {
    encoding: proceed,
    proceed: () => proceed().then(() => true),
    pooling: (done, total) => {
      progressLine(`${name}: collecting x_t: step ${done} of ${total}`);
      return proceed();
    },
    iteration: ({ iteration, loss }) => {
      losses.push(loss);
      progressLine(`${name}: iteration ${iteration}: loss ${loss.toFixed(4)}`);
    },
    checkpoint: () => undefined,
    sample: () => Promise.resolve(),
  });
  const seconds = (performance.now() - start) / 1000;
  const evaluation = trained.failure === null ? await evaluationOf(engine, flags, trained, name, proceed) : {};
  const diverged = trained.failure?.message ?? evaluation.diverged ?? null;
  if (diverged !== null) process.stderr.write(`${name}: diverged, and is not measured: ${diverged}\n`);
  if (trained.patch !== null) await pipeline.release(trained.patch.layout);
  return {
    values,
    training: {
      iterations: trained.iteration,
      seconds,
      loss: { first: losses[0] ?? null, last: losses.at(-1) ?? null },
      diverged: trained.failure?.message ?? null,
    },
    // A value whose numbers ran away is a result, too: it is kept, marked, and counts nothing.
    diverged,
    evaluation,
  };
}

/** Rates of a point's weights; of weights that diverge, those of the original beside them and why there are no others. */
async function evaluationOf(
  engine: Engine,
  flags: SweepFlags,
  { patch, guider }: MadeVariant,
  name: string,
  proceed: () => Promise<void>,
): Promise<Readonly<Record<string, unknown>> & { readonly diverged?: string | null }> {
  const { pipeline, space, instruments } = engine.opened;
  const { concept, from, trigger } = flags;
  const {
    rates,
    counted: _counted,
    context: _context,
    judgedBy: { id, accuracy },
    ...rest
  } = await evaluate(
    pipeline,
    space,
    instruments,
    {
      ...flags,
      classified: flags.classifier,
      numInferenceSteps: flags.steps ?? space.defaults.steps,
      guidanceScale: flags.guidance ?? space.defaults.guidance,
      concept: seenFrom(engine, concept, from),
      words: concept,
      variant: {
        adapter: patch === null ? null : { ...patch, strength: 1, name },
        guider: guider ?? classifierFree,
      },
      trigger: methodOfId(flags.method).descriptor.usesTrigger ? trigger : '',
    },
    (done, total) => {
      progressLine(`${name}: picture ${done} of ${total}`);
    },
    undefined,
    proceed,
  );
  return { ...rates, ...rest, ...(accuracy === null ? {} : { judge: id, judgeAccuracy: accuracy }) };
}
