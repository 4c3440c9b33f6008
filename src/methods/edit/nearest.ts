/** Which of several sentences reads most like another. */
import { alignment } from './align.ts';
import type { EditBench } from './weight-edit.ts';

type Texts = Pick<EditBench, 'textOf'>;

/** The one of `others` with the least distance; the first of equal ones. `others` is not empty. */
export function nearestOf(bench: Texts, sentence: string, others: readonly string[]): string {
  const distances = others.map((other) => textDistance(bench, sentence, other));
  return others[distances.indexOf(Math.min(...distances))] as string;
}

/** sum over positions |x - g|^2 between the states of two sentences, words aligned. */
function textDistance(bench: Texts, from: string, to: string): number {
  const [x, g] = [bench.textOf(from), bench.textOf(to)];
  const width = x.states.length / x.ids.length;
  let sum = 0;
  alignment(x, g).forEach((there, here) => {
    for (let i = 0; i < width; i++)
      sum += ((x.states[here * width + i] as number) - (g.states[there * width + i] as number)) ** 2;
  });
  return sum;
}
