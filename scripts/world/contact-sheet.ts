/** The first ten pictures of every concept, spread over its prompts, a row each. */
import { PNG } from 'pngjs';
import type { Answer } from './measure.ts';

const columns = 10;

export function contactSheet(answers: readonly Answer[], size: number): Buffer {
  const keys = [...new Set(answers.map(({ head, concept }) => `${head}/${concept}`))];
  const sheet = new PNG({ width: columns * size, height: keys.length * size });
  keys.forEach((key, row) => {
    const some = answers.filter(({ head, concept }) => `${head}/${concept}` === key);
    const step = Math.max(1, Math.floor(some.length / columns));
    for (let column = 0; column < columns; column++) {
      const answer = some[column * step];
      if (answer === undefined) continue;
      const one = new PNG({ width: size, height: size });
      one.data = Buffer.from(answer.picture.pixels);
      PNG.bitblt(one, sheet, 0, 0, size, size, column * size, row * size);
    }
  });
  return PNG.sync.write(sheet);
}
