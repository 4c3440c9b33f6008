/** Where values of a parameter stand on an axis. */
import type { ParameterValue } from '../../records/experiment.ts';
import type { ParameterSpec } from '../../records/parameters.ts';

/** From 0 to 1: where the values lie on the parameter's own scale. */
export function placesOf(spec: ParameterSpec, values: readonly ParameterValue[]): readonly number[] {
  const isNumber = spec.kind === 'number' || spec.kind === 'integer';
  const isLog = isNumber && spec.scale === 'log' && values.every((value) => Number(value) > 0);
  const at = values.map((value, i) => (!isNumber ? i : isLog ? Math.log(Number(value)) : Number(value)));
  const [low, high] = [Math.min(...at), Math.max(...at)];
  return at.map((x) => (high === low ? 0.5 : (x - low) / (high - low)));
}
