/** Readings -> the map of text states that fits them. Pure arithmetic on texts that are encoded already. */
import { alignment } from './align.ts';
import type { ReadAs } from './read-as.ts';
import { RidgeSums, type TextMap } from './ridge-map.ts';
import type { EditBench } from './weight-edit.ts';

/** E over every position of every reading, with the ridge r = lambda sum s: as many times the weights, the same E. */
export function solveReadings(
  readings: readonly ReadAs[],
  textOf: EditBench['textOf'],
  width: number,
  lambda: number,
): TextMap {
  const sums = new RidgeSums(width);
  let whole = 0;
  for (const { from, to, weight } of readings) {
    const [x, g] = [textOf(from), textOf(to)];
    whole += weight;
    alignment(x, g).forEach((there, here) => {
      sums.add(rowOf(x.states, here, width), rowOf(g.states, there, width), weight);
    });
  }
  return sums.solve(lambda * whole);
}

function rowOf(states: Float32Array, place: number, width: number): Float32Array {
  return states.subarray(place * width, (place + 1) * width);
}
