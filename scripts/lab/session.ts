/** What the commands share: the flags of every command, an open engine, and printing. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { PalimpsestError, toPalimpsestError } from '../../src/core/errors.ts';
import { isRecord } from '../../src/core/json.ts';
import { needPlainText } from '../../src/core/plain-text.ts';
import { halfWidth, listParts, readDigits, readNumber } from '../../src/core/typed-number.ts';
import type { TruncatedPrompt } from '../../src/diffusion/pipeline.ts';
import type { Variant } from '../../src/diffusion/variant.ts';
import { needConcept } from '../../src/concepts/concept-space.ts';
import { Engine } from '../../src/lab/engine.ts';
import { checkGuiderHeard } from '../../src/lab/heard.ts';
import type { Drawing, MadeJudge } from '../../src/lab/made-judge.ts';
import { nodePlatform } from '../../src/lab/node-platform.ts';
import { breathe } from '../../src/lab/platform.ts';
import { variantOf } from '../../src/lab/variants.ts';
import type { ConceptDescriptor } from '../../src/records/catalog.ts';
import { wordsOf, type GuiderChoice } from '../../src/records/guider.ts';
import { isSameModel } from '../../src/records/model-id.ts';
import type { AdapterNote } from '../../src/rpc/engine-service.ts';
import { nodeProviders, type NodeProvider } from '../../src/runtime/ort-node.ts';

export const bundledModel = 'public/models/palimpsest-world';
/** Its float32 form, in diffusers' layout, with the card and what examines it: nothing that the page fetches. */
export const bundledMasters = 'training/masters/palimpsest-world';

export function withModelFlags(command: Command): Command {
  return command
    .option('--model <folder>', 'model folder, as diffusers writes it or as npm run quantise does', bundledModel)
    .option(
      '--neighbours <list>',
      'for a model without world.json: things and styles to keep, to measure and to compete with, before everyday ones',
      listParts,
    )
    .option('--threads <n>', 'CPU threads', wholeNumber(1, 256))
    .addOption(
      new Option('--provider <name>', 'what computes: the CPU, or a GPU through WebGPU')
        .choices(nodeProviders)
        .default('cpu'),
    );
}

export interface ModelFlags {
  readonly model: string;
  readonly neighbours?: readonly string[];
  readonly threads?: number;
  readonly provider: NodeProvider;
}

/**
 * Opens the model, runs `task`, prints its result as one JSON object that begins with the model's id, and closes everything. A result that names what has `diverged` is printed
 * too, because it holds what was good until then; the program still ends with 1, and says why. Prompts that were cut are named in both.
 */
export async function withEngine(flags: ModelFlags, task: (engine: Engine) => Promise<unknown>): Promise<void> {
  for (const [name, value] of Object.entries(flags))
    for (const text of [value].flat()) if (typeof text === 'string') needPlainText(`--${kebab(name)}`, text);
  const engine = new Engine(nodePlatform(flags.threads, flags.provider));
  try {
    const modelUrl = `${pathToFileURL(resolve(flags.model)).href}/`;
    const { neighbours = [] } = flags;
    await engine.open({ backend: 'auto', modelUrl, neighbours }, () => undefined);
    for (const correction of engine.opened.pipeline.model.scheduler.corrections)
      process.stderr.write(`scheduler_config.json: ${correction}, as diffusers' StableDiffusionPipeline reads it\n`);
    const answer = await task(engine);
    const { truncated } = engine.opened.pipeline;
    warnOfTruncated(truncated, engine.opened.info.maxPromptTokens);
    const { modelId: model } = engine.opened.info;
    const cut = truncated.length > 0 ? { truncated } : {};
    const result = isRecord(answer) ? { model, ...answer, ...cut } : answer;
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    const diverged = isRecord(result) ? result['diverged'] : null;
    if (typeof diverged === 'string') {
      process.stderr.write(`error: ${diverged}\n`);
      process.exitCode = 1;
    }
  } finally {
    await engine.dispose();
  }
}

const kebab = (id: string) => id.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);

/** One line a prompt that is cut, the first few of many. */
function warnOfTruncated(truncated: readonly TruncatedPrompt[], tokens: number): void {
  for (const { prompt, cut } of truncated.slice(0, mostWarnings))
    process.stderr.write(`warning: the model reads ${tokens} tokens; "${cut}" is not heard in "${prompt}"\n`);
  if (truncated.length > mostWarnings)
    process.stderr.write(`warning: ${truncated.length - mostWarnings} more prompts are cut; the JSON names them\n`);
}

const mostWarnings = 5;

/** The id of a LoRA file's weights in the engine, or null without a file. */
export async function adapterIdFrom(engine: Engine, file: string | undefined, flag = '--lora'): Promise<string | null> {
  if (file === undefined) return null;
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new PalimpsestError('bad-argument', `${flag}: expected a file, "${file}" cannot be read`, { cause });
  });
  const { notes, baseModel } = await engine.inspectAdapter(Uint8Array.from(bytes));
  const { modelId } = engine.opened.info;
  if (baseModel !== '' && !isSameModel(baseModel, modelId))
    process.stderr.write(`${flag} ${file}: warning: it was made for ${baseModel}, and this is ${modelId}\n`);
  for (const note of notes) process.stderr.write(`${flag} ${file}: ${noteText(note)}\n`);
  return (await engine.importAdapter(Uint8Array.from(bytes))).id;
}

/** What a person should know of how a file was read. */
function noteText(note: AdapterNote): string {
  switch (note.kind) {
    case 'patch':
      return `whole matrices of ${note.matrices} layers and ${note.biases} biases, read as what they change of this model`;
    case 'unused-alpha':
      return `its header names ${note.name} = ${note.value}, where diffusers, sd-scripts and ComfyUI do not look; its scale is 1, as there`;
    case 'no-alpha':
      return 'peft keeps alpha in adapter_config.json, which is not in this file; alpha is taken to be the rank, a scale of 1';
  }
}

/** What draws with `--lora` and `--guider`; null, the original, without either. */
export async function variantFrom(
  engine: Engine,
  file: string | undefined,
  strength: number,
  guider: GuiderChoice | null = null,
): Promise<Variant | null> {
  const { pipeline, space } = engine.opened;
  const adapterId = await adapterIdFrom(engine, file);
  const asked = { adapterId, adapterStrength: strength, ...(guider === null ? {} : { guider }) };
  if (guider !== null) checkGuiderHeard(pipeline.model.tokenizer, wordsOf(guider));
  const variant = variantOf(space, engine.adapters, asked);
  if (variant === null || variant.adapter === null || file === undefined) return variant;
  return { ...variant, adapter: { ...variant.adapter, name: file } };
}

/** Why numbers ran away, as one sentence with what to do about it. Anything else that was thrown is thrown on. */
export function divergedText(thrown: unknown): string {
  const { code, message, advice } = toPalimpsestError(thrown);
  if (code !== 'diverged') throw thrown;
  return advice === '' ? message : `${message} (${advice})`;
}

export function conceptFrom(engine: Engine, words: string, flag = '--concept'): ConceptDescriptor {
  return needConcept(
    engine.opened.space,
    flag,
    words,
    'Colours are measured on one subject (--from); settings and other words no judge sees: train on them, and look at the pictures.',
  );
}

/** What rates are asked about: a concept, or a colour that one subject lost. */
export function seenFrom(engine: Engine, words: string, from: string): ConceptDescriptor {
  const seen = from === '' ? null : engine.opened.space.seen(words);
  return seen ?? conceptFrom(engine, words);
}

/** The judge that is made for a model without any; null for a model that brings its own. */
export async function madeJudgeFrom(
  engine: Engine,
  concept: ConceptDescriptor,
  drawing: Drawing,
): Promise<MadeJudge | null> {
  const { space, instruments } = engine.opened;
  return instruments.judges.needed(space, concept, drawing, judgingLine);
}

/** Shows how far a made judge is. */
export async function judgingLine(done: number, total: number): Promise<void> {
  progressLine(`pictures for a judge: ${done} of ${total}`);
  await breathe();
}

export function progressLine(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}\u001b[K`);
}

export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = readNumber(text);
    if (!Number.isInteger(value) || value < min || value > max)
      throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}, got "${text}"`);
    return value;
  };
}

export function number(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = readNumber(text);
    if (!(value >= min && value <= max))
      throw new InvalidArgumentError(`expected a number from ${min} to ${max}, got "${text}"`);
    return value;
  };
}

const largestSeed = 0xffffffff;

/** "40,41,42" or "40-43"; each seed once. */
export function seedList(text: string): readonly number[] {
  const seeds = listParts(text).flatMap((part) => {
    const range = /^\s*(\d{1,15})\s*-\s*(\d{1,15})\s*$/.exec(halfWidth(part));
    const [first, last] = range === null ? [readDigits(part), readDigits(part)] : [Number(range[1]), Number(range[2])];
    if (!(first <= largestSeed && last <= largestSeed))
      throw new InvalidArgumentError(`expected whole numbers from 0 to ${largestSeed}, got "${part}" in "${text}"`);
    if (last < first || last - first > 9999)
      throw new InvalidArgumentError(`expected a rising range of at most 10000 seeds, got "${part}"`);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  const twice = seeds.length === new Set(seeds).size ? undefined : seeds.find((seed, i) => seeds.indexOf(seed) !== i);
  if (twice !== undefined) throw new InvalidArgumentError(`expected every seed once, got ${twice} twice in "${text}"`);
  return seeds;
}

/** `--seeds`, whose help names the range instead of listing it. */
export function seedsOption(help: string, range: string): Option {
  return new Option('--seeds <list>', help).argParser(seedList).default(seedList(range), range);
}
