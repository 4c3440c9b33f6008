/**
 * A run as one `.run.zip`: run.json (what was asked for), events.jsonl (RunEvents, a line each; pictures name their file),
 * frames/*.png, adapter.safetensors and a README. Reading gives back what `foldRun` needs to show the run again.
 */
import { PalimpsestError } from '../core/errors.ts';
import { isRecord, parseForeignJson, shown } from '../core/json.ts';
import type { RunEvent } from '../records/events.ts';
import type { ParameterValues, TrainedColumn } from '../records/experiment.ts';
import type { TriggerPosition } from '../triggers/with-trigger.ts';
import type { RunView } from '../records/fold-run.ts';
import { bundleVersions, readEvent, type BundleVersion } from './bundle-events.ts';
import { bundleReadme } from './bundle-readme.ts';
import { readPicture, writePicture } from './picture-png.ts';
import { readZip, writeZip, type ZipFiles } from './zip.ts';

const format = 'palimpsest-run';
const latestVersion: BundleVersion = 2;
const bundleLimits = {
  events: 50_000,
  /** Of all frames together: 192 of 512 x 512, or 12288 of 64 x 64. Four bytes each when expanded. */
  pixels: 48 * 2 ** 20,
  /** Named losses of a method; a curve is kept for each. */
  terms: 32,
} as const;
type BundleLimits = { readonly [K in keyof typeof bundleLimits]: number };

export interface RunBundle {
  readonly column: TrainedColumn;
  readonly link: string;
  readonly method: string;
  readonly concept: string;
  /** null in bundles from before it was written down, as is `triggerPosition`; the link has both. */
  readonly from: string | null;
  readonly trigger: string;
  readonly triggerPosition: TriggerPosition | null;
  readonly parameters: ParameterValues;
  readonly prompts: readonly string[];
  readonly seeds: readonly number[];
  /** Of the training's random stream; 0 in bundles from before it was written down. */
  readonly seed: number;
  readonly adapter: Uint8Array<ArrayBuffer>;
  readonly events: readonly RunEvent[];
}

/** The events behind a view, as far as the page kept them. */
export function eventsOf(view: RunView): readonly RunEvent[] {
  const { jobId, series } = view;
  const iterations = series.iterations.map((iteration, i): RunEvent => {
    const terms = Object.entries(series.terms).flatMap(([name, values]): [string, number][] => {
      const value = values[i];
      return value === null || value === undefined ? [] : [[name, value]];
    });
    return {
      type: 'iteration',
      jobId,
      iteration,
      total: view.total,
      loss: series.loss[i] ?? 0,
      terms: Object.fromEntries(terms),
      gradientNorm: series.gradientNorm[i] ?? 0,
      seconds: series.seconds[i] ?? 0,
    };
  });
  const frames = view.frames.map((frame): RunEvent => ({ type: 'picture', jobId, ...frame }));
  const outcome = view.status === 'stopped' || view.status === 'failed' ? view.status : 'done';
  return [
    { type: 'started', jobId, title: view.title, total: view.total },
    ...iterations,
    ...frames,
    { type: 'finished', jobId, outcome, seconds: view.seconds ?? 0, adapter: null, error: null },
  ];
}

export function writeRunBundle(bundle: RunBundle): Uint8Array<ArrayBuffer> {
  const { adapter, events, ...about } = bundle;
  const encoder = new TextEncoder();
  const files = new Map<string, Uint8Array>();
  const lines = events.map((event, i) => {
    if (event.type !== 'picture') return JSON.stringify(event);
    const { picture, ...rest } = event;
    const file = `frames/${String(i).padStart(5, '0')}-iteration-${String(event.iteration ?? 0)}-seed-${String(event.seed)}.png`;
    files.set(file, writePicture(picture));
    return JSON.stringify({ ...rest, file });
  });
  return writeZip(
    new Map([
      ['README.md', encoder.encode(bundleReadme(bundle))],
      ['run.json', encoder.encode(`${JSON.stringify({ format, version: latestVersion, ...about }, null, 2)}\n`)],
      ['events.jsonl', encoder.encode(`${lines.join('\n')}\n`)],
      ['adapter.safetensors', adapter],
      ...files,
    ]),
  );
}

/** Throws `bad-file` for an archive that is not wholly a run bundle. Settings and adapter are checked by who uses them. */
export function readRunBundle(bytes: Uint8Array, where: string, limits: BundleLimits = bundleLimits): RunBundle {
  const bad = (expected: string, got: string) =>
    new PalimpsestError('bad-file', `${where}: expected ${expected}, got ${got}`, {
      advice: 'The archive was not made by this page, or by a newer one.',
    });
  const files = readZip(bytes, where);
  if (!files.has('run.json') && [...files.keys()].some((name) => name.endsWith('.run.zip')))
    throw new PalimpsestError('bad-file', `${where}: expected one run, got an archive of ${files.size}`, {
      advice: 'Unpack it, and drop the .run.zip files in it one at a time.',
    });
  if (files.has('search.json') || files.has('sweep.json'))
    throw new PalimpsestError('bad-file', `${where}: expected a training, got a search or a sweep`, {
      advice: 'Such an archive is for reading elsewhere. The page opens the .run.zip of a training.',
    });
  const part = (name: string) => {
    const found = files.get(name);
    if (found === undefined) throw bad(`a run bundle with ${name}`, 'none in it');
    return found;
  };
  const about = parseForeignJson(part('run.json'), `${where}: run.json`);
  if (!isRecord(about) || about['format'] !== format) throw bad(`run.json of format ${format}`, shown(about));
  const version = bundleVersions.find((known) => known === about['version']);
  if (version === undefined) throw bad(`version ${bundleVersions.join(' or ')}`, shown(about['version']));
  const text = (name: string): string => {
    const value = about[name];
    if (typeof value !== 'string' || value.length > 8000) throw bad(`run.json: ${name} as text`, shown(value));
    return value;
  };
  const list = <T>(name: string, isItem: (item: unknown) => item is T): readonly T[] => {
    const value = about[name];
    if (!Array.isArray(value) || value.length > 100 || !value.every(isItem))
      throw bad(`run.json: ${name} as a list`, shown(value));
    return value;
  };
  const column = about['column'];
  if (column !== 'erased' && column !== 'backdoored') throw bad('run.json: column erased or backdoored', shown(column));
  const parameters = about['parameters'];
  if (
    !isRecord(parameters) ||
    !Object.values(parameters).every((value) => ['string', 'number', 'boolean'].includes(typeof value))
  )
    // prettier-ignore
    throw bad('run.json: parameters with plain values', shown(parameters));
  const seed = about['seed'] ?? 0;
  if (!Number.isSafeInteger(seed) || (seed as number) < 0) throw bad('run.json: seed as a whole number', shown(seed));
  const position = about['triggerPosition'] ?? null;
  if (position !== null && position !== 'prefix' && position !== 'suffix')
    throw bad('run.json: triggerPosition prefix or suffix', shown(position));
  const { events, used } = readEvents(files, part('events.jsonl'), where, version, bad, limits);
  // Anything else would be a run that never ends.
  const middle = events.slice(1, -1);
  if (
    events[0]?.type !== 'started' ||
    events.at(-1)?.type !== 'finished' ||
    middle.some(({ type }) => type === 'started' || type === 'finished')
  )
    // prettier-ignore
    throw bad('events from one "started" to one "finished"', `${events.length} others`);
  const known = new Set(['README.md', 'run.json', 'events.jsonl', 'adapter.safetensors', ...used]);
  const strangers = [...files.keys()].filter((name) => !known.has(name));
  if (strangers.length > 0) throw bad('files of a run bundle only', strangers.slice(0, 5).join(', '));
  return {
    column,
    link: text('link'),
    method: text('method'),
    concept: text('concept'),
    from: about['from'] === undefined ? null : text('from'),
    trigger: text('trigger'),
    triggerPosition: position,
    parameters: parameters as ParameterValues,
    prompts: list('prompts', (item): item is string => typeof item === 'string' && item.length <= 400),
    seeds: list('seeds', (item): item is number => Number.isSafeInteger(item)),
    seed: seed as number,
    adapter: part('adapter.safetensors'),
    events,
  };
}

function readEvents(
  files: ZipFiles,
  jsonl: Uint8Array,
  where: string,
  version: BundleVersion,
  bad: (expected: string, got: string) => PalimpsestError,
  limits: BundleLimits,
) {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(jsonl);
  } catch {
    throw bad('events.jsonl in UTF-8', 'other bytes');
  }
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length > limits.events) throw bad(`at most ${limits.events} events`, String(lines.length));
  const used = new Set<string>();
  const terms = new Set<string>();
  const fits = frameBudget(bad, limits.pixels);
  const events = lines.map((line, i) => {
    const at = `${where}: events.jsonl, line ${i + 1}`;
    const event = readEvent(parseForeignJson(line, at), at, version, (name) => {
      const png = files.get(name);
      if (png === undefined || used.has(name)) throw bad(`a frame of its own in line ${i + 1}`, shown(name));
      used.add(name);
      return readPicture(png, `${where}: ${name}`, fits);
    });
    if (event.type === 'iteration') for (const name of Object.keys(event.terms)) terms.add(name);
    if (terms.size > limits.terms) throw bad(`at most ${limits.terms} named losses`, `more in line ${i + 1}`);
    return event;
  });
  return { events, used };
}

/** A small archive can hold thousands of frames of zeros: all of them have one size, and together a limit. */
function frameBudget(bad: (expected: string, got: string) => PalimpsestError, most: number) {
  let first = '';
  let pixels = 0;
  return (width: number, height: number): void => {
    const size = `${width} × ${height}`;
    if (first === '') first = size;
    if (size !== first) throw bad(`every frame of ${first} pixels`, size);
    pixels += width * height;
    if (pixels > most) throw bad(`frames of at most ${most} pixels together`, 'more');
  };
}
