/** One solution for weights, from an edit to an adapter. */
import { PalimpsestError } from '../core/errors.ts';
import { needUsable } from '../diffusion/finite.ts';
import type { Pipeline } from '../diffusion/pipeline.ts';
import type { EditBench, SentenceText, SolvedEdit, WeightEdit } from '../methods/edit/weight-edit.ts';
import { baseOf } from '../models/lora/patch.ts';

/** Sentences encoded between two looks at whether anybody still wants the solution. */
const atOnce = 64;

/** The sentences of a pipeline's last solution: whoever moves a weight solves for the very same ones again. */
const lastTexts = new WeakMap<Pipeline, ReadonlyMap<string, SentenceText>>();

/** `proceed` is asked before each part and may throw to give up. Throws `diverged` for weights that cannot be computed with. */
export async function solve(
  pipeline: Pipeline,
  edit: WeightEdit,
  proceed: (done: number, total: number) => Promise<void>,
): Promise<SolvedEdit> {
  const { tokenizer, unet } = pipeline.model;
  const texts = new Map<string, SentenceText>();
  const encode = async (asked: readonly string[]): Promise<void> => {
    const before = lastTexts.get(pipeline);
    for (const sentence of asked) {
      const known = before?.get(sentence);
      if (known !== undefined) texts.set(sentence, known);
    }
    const sentences = asked.filter((sentence) => !texts.has(sentence));
    for (let first = 0; first < sentences.length; first += atOnce) {
      await proceed(first, sentences.length);
      const part = sentences.slice(first, first + atOnce);
      const sequences = part.map((sentence) => tokenizer.encode(sentence).ids);
      const encoded = await pipeline.encodeIds(sequences);
      part.forEach((sentence, i) => {
        const ids = sequences[i] as Int32Array;
        texts.set(sentence, { ids, end: ids.indexOf(tokenizer.endId, 1), states: encoded[i] as Float32Array });
      });
    }
    await proceed(sentences.length, sentences.length);
  };
  const bench: EditBench = {
    textOf: (sentence) => {
      const found = texts.get(sentence);
      if (found === undefined)
        throw new PalimpsestError(
          'internal',
          `solve: expected one of the edit's ${texts.size} sentences, got "${sentence}"`,
        );
      return found;
    },
    unet: unet.config,
    weightOf: (module) => baseOf(unet.weights, `${module}.weight`).data,
  };
  await encode(edit.sentences);
  const further = edit.further?.(bench).filter((sentence) => !texts.has(sentence)) ?? [];
  if (further.length > 0) await encode(further);
  lastTexts.set(pipeline, texts);
  const solved = edit.solve(bench);
  needUsable({ layout: solved.layout, theta: solved.theta, strength: 1 });
  return solved;
}
