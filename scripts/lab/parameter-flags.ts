/** Flags made from the parameters that methods and attacks describe. */
import { Option } from 'commander';
import { PalimpsestError } from '../../src/core/errors.ts';
import type { MethodDescriptor } from '../../src/records/catalog.ts';
import type { ParameterValue, ParameterValues } from '../../src/records/experiment.ts';
import type { ParameterSpec } from '../../src/records/parameters.ts';
import { number, wholeNumber } from './session.ts';

/** One flag for each parameter id of any of them: --backdoor-weight for backdoorWeight. It takes what any of them takes; the method looks again. */
export function parameterOptions(descriptors: readonly MethodDescriptor[], prefix = ''): readonly Option[] {
  const specs = new Map<string, ParameterSpec>();
  for (const { parameters } of descriptors)
    for (const spec of parameters) specs.set(spec.id, widened(specs.get(spec.id), spec));
  return [...specs.values()].map((spec) => optionOf(spec, prefix));
}

/** `first` with the range of both, where both are numbers; `next` where there is no first. */
function widened(first: ParameterSpec | undefined, next: ParameterSpec): ParameterSpec {
  if (first === undefined) return next;
  if (!('min' in first && 'min' in next)) return first;
  return { ...first, min: Math.min(first.min, next.min), max: Math.max(first.max, next.max) };
}

/**
 * The values of a preset, if one is named, with the given flags over them. An attack's defaults are its interactive size, and answer to
 * that name. Throws `bad-argument` for an unknown preset.
 */
export function givenParameters(
  descriptor: MethodDescriptor,
  presetId: string | undefined,
  flags: Readonly<Record<string, unknown>>,
  presetFlag = '--preset',
): ParameterValues {
  const isDefault = descriptor.kind === 'attack' && presetId === 'interactive';
  const preset = isDefault ? { values: {} } : descriptor.presets.find(({ id }) => id === presetId);
  if (presetId !== undefined && preset === undefined) {
    throw new PalimpsestError('bad-argument', `${presetFlag}: ${descriptor.id} has no preset "${presetId}"`, {
      advice: 'npm run lab -- catalog lists them.',
    });
  }
  const given = descriptor.parameters.flatMap(({ id }) =>
    flags[id] === undefined ? [] : [[id, flags[id] as ParameterValue] as const],
  );
  return { ...preset?.values, ...Object.fromEntries(given) };
}

function optionOf(spec: ParameterSpec, prefix: string): Option {
  const flag = prefix + spec.id.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
  const option = new Option(`--${flag} <value>`, spec.help.en);
  switch (spec.kind) {
    case 'number':
      return option.argParser(number(spec.min, spec.max));
    case 'integer':
      return option.argParser(wholeNumber(spec.min, spec.max));
    case 'choice':
      return option.choices(spec.choices.map(({ value }) => value));
    case 'words':
      return option;
    case 'switch':
      return new Option(`--${flag}`, spec.help.en);
  }
}
