/** What a sweep varies: `--vary backdoor-weight=0,0.5,1`, once or twice, and the points that come of it. */
import { PalimpsestError } from '../../../src/core/errors.ts';
import { listParts } from '../../../src/core/typed-number.ts';
import type { ParameterValue, ParameterValues } from '../../../src/records/experiment.ts';
import type { ParameterSpec } from '../../../src/records/parameters.ts';
import { readParameter } from '../../../src/records/parameters.ts';

export interface Axis {
  /** Id of a parameter of the method. */
  readonly parameter: string;
  readonly values: readonly ParameterValue[];
}

/** Throws `bad-argument` for an unknown parameter, a value out of its range, or the same value twice. */
export function readAxis(owner: string, specs: readonly ParameterSpec[], text: string): Axis {
  const at = text.indexOf('=');
  const name = at === -1 ? text : text.slice(0, at);
  const id = name.trim().replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  // Words hold commas, which part the values here.
  const varied = specs.filter(({ kind }) => kind !== 'words');
  const spec = varied.find((candidate) => candidate.id === id);
  if (spec === undefined) {
    const known = varied.map((candidate) => flagName(candidate.id)).join(', ');
    throw new PalimpsestError('bad-argument', `--vary: expected a parameter of ${owner} (${known}), got "${name}"`);
  }
  if (at === -1)
    throw new PalimpsestError('bad-argument', `--vary: expected ${name}=VALUE,VALUE,..., got no values in "${text}"`);
  const values = listParts(text.slice(at + 1)).map((part) => {
    const reading = readParameter(spec, part.trim());
    if ('value' in reading) return reading.value;
    throw new PalimpsestError('bad-argument', `--vary ${name}: ${reading.problem.en}, got "${part}"`);
  });
  if (new Set(values).size !== values.length)
    throw new PalimpsestError('bad-argument', `--vary ${name}: expected every value once, got "${text.slice(at + 1)}"`);
  return { parameter: id, values };
}

/** Every combination; the last axis changes fastest. */
export function pointsOf(axes: readonly Axis[]): readonly ParameterValues[] {
  return axes.reduce<readonly ParameterValues[]>(
    (points, { parameter, values }) =>
      points.flatMap((point) => values.map((value) => ({ ...point, [parameter]: value }))),
    [{}],
  );
}

export function flagName(id: string): string {
  return id.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
}
