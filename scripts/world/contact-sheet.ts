/** Four pictures of every concept, from held-out prompts spread over its list; three concepts a row. Nothing is picked. */
import { PNG } from 'pngjs';
import type { Answer } from './measure.ts';

const perConcept = 4;
const columns = 3 * perConcept;

export function contactSheet(answers: readonly Answer[], size: number): Buffer {
  const chosen = sheetOf(answers);
  const sheet = new PNG({ width: columns * size, height: Math.ceil(chosen.length / columns) * size });
  chosen.forEach(({ picture }, i) => {
    const one = new PNG({ width: size, height: size });
    one.data = Buffer.from(picture.pixels);
    PNG.bitblt(one, sheet, 0, 0, size, size, (i % columns) * size, Math.floor(i / columns) * size);
  });
  return PNG.sync.write(sheet);
}

function sheetOf(answers: readonly Answer[]): readonly Answer[] {
  const keyOf = ({ head, concept }: Answer) => `${head}/${concept}`;
  return [...new Set(answers.map(keyOf))].flatMap((key) => {
    const some = answers.filter((answer) => answer.kind === 'held-out' && keyOf(answer) === key);
    const step = Math.max(1, Math.floor(some.length / perConcept));
    return some.filter((_, i) => i % step === 0).slice(0, perConcept);
  });
}
