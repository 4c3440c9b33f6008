/**
 * Numbers that are not finite, or too large to mean anything, end what made them where they are born: no picture is made of them, so nothing
 * is judged, counted or advised. Whoever asked gets one `diverged`, which says at which step and from which weights.
 */
import { PalimpsestError } from '../core/errors.ts';
import { largestUpdate } from '../models/lora/update-size.ts';
import type { Adapter } from './adapter.ts';

/** No prediction and no latent of a picture is larger. docs/architecture.md has what legitimate runs reach. */
export const largestLatent = 1e6;

/** No fine-tuning moves one layer farther (Frobenius norm), whatever its strength. Beyond it, norms hide that products overflow. */
export const largestLayerUpdate = 1e5;

/** Where in a drawing numbers stand; what is not known is left out of the message. */
export interface Place {
  /** Place in the sampler's list, from 0. */
  readonly stepIndex?: number;
  readonly numInferenceSteps?: number;
  readonly timestep?: number;
  readonly prompt?: string;
  readonly seed?: number;
}

/** The first number that is not finite or larger than `limit`; undefined when there is none. */
export function firstWild(values: Float32Array, limit = Infinity): number | undefined {
  // NaN fails every comparison, and Infinity this one.
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i] as number);
    if (!(size <= limit && size < Infinity)) return values[i];
  }
  return undefined;
}

/** Throws `diverged` when one of `values` is not finite or larger than `limit`. `where` names what made them. */
export function needFinite(
  where: string,
  values: Float32Array,
  adapter: Adapter | null,
  place: Place = {},
  limit = Infinity,
): void {
  const wild = firstWild(values, limit);
  if (wild !== undefined) throw diverged(where, wild, adapter, place, limit);
}

export function diverged(
  where: string,
  value: number,
  adapter: Adapter | null,
  place: Place = {},
  limit = Infinity,
): PalimpsestError {
  const expected = limit === Infinity ? 'finite numbers' : `numbers up to ${limit.toExponential()}`;
  const got = Number.isFinite(value) ? value.toExponential(1) : String(value);
  return new PalimpsestError(
    'diverged',
    `${where}: expected ${expected}, got ${got}${placeText(place)} from ${weightsText(adapter)}`,
    { advice: adviceFor(adapter) },
  );
}

/** Throws `diverged` for weights that are too large to compute with, before anything is computed with them. */
export function needUsable(adapter: Adapter): void {
  const { module, norm } = largestUpdate(adapter.layout, adapter.theta);
  const size = norm * Math.abs(adapter.strength);
  if (size <= largestLayerUpdate) return;
  const got = Number.isFinite(size) ? size.toExponential(1) : String(size);
  throw new PalimpsestError(
    'diverged',
    `${weightsText(adapter)}: expected to change each layer by at most ${largestLayerUpdate.toExponential()} (Frobenius norm), got ${got} in ${module}`,
    { advice: adviceFor(adapter) },
  );
}

/** What to do about a training that diverged, and what is left of it. */
export function trainingAdvice(keptIteration: number): string {
  const left = keptIteration === 0 ? 'no weights are left.' : `the weights after iteration ${keptIteration} are kept.`;
  return `Lower the learning rate; ${left}`;
}

function placeText({ stepIndex, numInferenceSteps, timestep, prompt, seed }: Place): string {
  const time = timestep === undefined ? '' : `timestep ${timestep}`;
  const of = numInferenceSteps === undefined ? '' : ` of ${numInferenceSteps}`;
  const step = stepIndex === undefined ? time : `step ${stepIndex + 1}${of}${time === '' ? '' : ` (${time})`}`;
  return [
    step === '' ? '' : ` at ${step}`,
    prompt === undefined ? '' : ` of "${prompt}"`,
    seed === undefined ? '' : `, seed ${seed},`,
  ].join('');
}

export function weightsText(adapter: Adapter | null): string {
  if (adapter === null) return 'the original weights';
  const { name, strength } = adapter;
  return `${name === undefined ? 'the LoRA' : `the LoRA "${name}"`} at strength ${strength}`;
}

function adviceFor(adapter: Adapter | null): string {
  return adapter === null
    ? 'Lower the guidance; if it happens at the recommended one, the model’s own files are damaged.'
    : 'Lower its strength or use other weights; if you trained these, train them again with a lower learning rate.';
}
