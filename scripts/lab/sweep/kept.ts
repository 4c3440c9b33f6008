/** The file a sweep writes and goes on from: its settings, and one result a finished point. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { PalimpsestError } from '../../../src/core/errors.ts';
import type { ParameterValues } from '../../../src/records/experiment.ts';
import { flagName } from './axes.ts';

/** Everything a result depends on besides the varied values. */
export type SweepSettings = Readonly<Record<string, unknown>>;

export interface SweepResult {
  readonly values: ParameterValues;
  readonly training: Readonly<Record<string, unknown>>;
  /** Why there are no rates: the training or its pictures held numbers that are not finite. null, or absent in older files: they did not. */
  readonly diverged?: string | null;
  readonly evaluation: Readonly<Record<string, unknown>>;
}

/** Results of an earlier run with equal settings, or none without a file. Throws `bad-argument` for another sweep's file. */
export async function readKept(file: string, settings: SweepSettings): Promise<readonly SweepResult[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new PalimpsestError('bad-argument', `--out: expected a file, "${file}" cannot be read`, { cause });
  });
  if (text === null) return [];
  let kept: { settings?: SweepSettings; results?: readonly SweepResult[] };
  try {
    kept = JSON.parse(text) as typeof kept;
  } catch (cause) {
    throw refusal(file, 'expected the JSON of an earlier sweep, got something else', cause);
  }
  if (typeof kept.settings !== 'object' || !Array.isArray(kept.results))
    throw refusal(file, 'expected the JSON of an earlier sweep, got something else');
  const { weightsHash } = settings;
  const isUnmarked = weightsHash !== undefined && kept.settings['weightsHash'] === undefined;
  // Files from before it was written down hold hours of work.
  if (isUnmarked)
    process.stderr.write(`${file}: warning: it does not say which weights its results were computed with\n`);
  const before = isUnmarked ? { ...kept.settings, weightsHash } : kept.settings;
  const other = firstDifference(before, settings);
  if (other !== null) {
    const [name, then, now] = other;
    throw refusal(file, `it holds a sweep with ${flagName(name)} ${then}, this one has ${now}`);
  }
  return kept.results as readonly SweepResult[];
}

/** Written beside and renamed, so that a crash leaves the old file or the new one. */
export async function writeKept(file: string, settings: SweepSettings, results: readonly SweepResult[]): Promise<void> {
  await writeFile(`${file}.part`, `${JSON.stringify({ settings, results }, null, 1)}\n`);
  await rename(`${file}.part`, file);
}

export function resultAt(results: readonly SweepResult[], values: ParameterValues): SweepResult | undefined {
  return results.find((result) => firstDifference(result.values, values) === null);
}

/** Name and both values of the first entry that is not the same in both; the varied parameters' names are one entry. */
function firstDifference(a: SweepSettings, b: SweepSettings): readonly [string, string, string] | null {
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [before, now] = [a[name], b[name]].map(textOf) as [string, string];
    if (before === now) continue;
    if (isRecord(a[name]) && isRecord(b[name])) {
      const inside = firstDifference(a[name], b[name]);
      if (inside === null) continue; // the same entries in another order
      return inside;
    }
    return [name, shortened(before), shortened(now)];
  }
  return null;
}

function textOf(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function isRecord(value: unknown): value is SweepSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

function refusal(file: string, what: string, cause?: unknown): PalimpsestError {
  return new PalimpsestError('bad-argument', `--out ${file}: ${what}`, {
    advice: 'Name another file for this sweep, or delete that one.',
    ...(cause === undefined ? {} : { cause }),
  });
}
