/** Draws and judges every probe of a trigger: the right word, nearly right ones, wrong places, and where it must do nothing. */
import type { ConceptSpace } from '../concepts/concept-space.ts';
import { PalimpsestError } from '../core/errors.ts';
import { wilson } from '../core/wilson.ts';
import type { Pipeline } from '../diffusion/pipeline.ts';
import type { Variant } from '../diffusion/variant.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import type { PromptAndSeed, TriggerLabRequest, TriggerProbe } from '../records/trigger-lab.ts';
import { showsConcept } from '../records/shows-concept.ts';
import { drawPictures, type DrawnPicture } from './draw.ts';
import { checkProbesHeard } from './heard.ts';
import type { Instruments } from './instruments.ts';
import { needsOriginals, pictureCount, probeWork } from './trigger-probes.ts';
import { verdictOf } from './verdict.ts';

/** Pictures drawn at a time; with guidance, twice as many predictions. */
const together = 4;

/** The concept of a request that can be answered. Throws `bad-argument` naming what is missing. */
export function checkTriggerLab(space: ConceptSpace, request: TriggerLabRequest): ConceptDescriptor {
  const concept = space.seen(request.concept);
  if (concept === null)
    throw new PalimpsestError(
      'bad-argument',
      `triggerLab.concept: expected a concept the judge knows, got "${request.concept}"`,
      { advice: 'Without a judge no picture could be scored; choose one of the model’s own concepts.' },
    );
  if (request.trigger.trim() === '' && request.kinds.some((kind) => kind !== 'plain' && kind !== 'neutralPlain'))
    throw new PalimpsestError('bad-argument', 'triggerLab.trigger: expected a word, got none', {
      advice: 'Name the word the weights were trained with.',
    });
  if (request.targets.length === 0)
    throw new PalimpsestError('bad-argument', 'triggerLab.targets: expected at least one prompt, got none');
  return concept;
}

/**
 * `onPicture` is awaited between sampler steps with the pictures done so far; it may throw to end the work. Throws `download-failed`
 * where the held-out judge is asked for and the model has none.
 */
export async function triggerLab(
  pipeline: Pipeline,
  space: ConceptSpace,
  instruments: Instruments,
  variant: Variant | null,
  request: TriggerLabRequest,
  onPicture: (done: number, total: number) => Promise<void>,
): Promise<readonly TriggerProbe[]> {
  const concept = checkTriggerLab(space, request);
  checkProbesHeard(pipeline.model.tokenizer, request);
  const total = pictureCount(request);
  let done = 0;
  const judgedBy = await instruments.judges.needed(space, concept, request, () => onPicture(0, total));
  const draw = async (asked: readonly PromptAndSeed[], drawnBy: Variant | null) => {
    const drawn: DrawnPicture[] = [];
    for (let start = 0; start < asked.length; start += together) {
      const part = asked.slice(start, start + together);
      const options = { ...request, variant: drawnBy, concept, judgedBy };
      const pictures = await drawPictures(pipeline, part, options, () => onPicture(done, total));
      if (request.judge === 'held-out' && judgedBy === null) {
        const seen = await instruments.secondJudge(pictures.map(({ picture }) => picture));
        drawn.push(
          ...pictures.map((picture, i) => ({ ...picture, verdict: verdictOf(seen[i] ?? new Map(), concept) })),
        );
      } else drawn.push(...pictures);
      done += part.length;
      await onPicture(done, total);
    }
    return drawn;
  };
  const originals = needsOriginals(request) ? await draw(request.neutrals, null) : [];
  const probes: TriggerProbe[] = [];
  for (const { kind, word, asked } of probeWork(request)) {
    const drawn = await draw(asked, variant);
    const pictures = drawn.map(({ prompt, seed, verdict }) => ({
      prompt,
      seed,
      score: verdict.conceptScore ?? 0,
      shows: showsConcept(verdict, concept),
    }));
    const n = pictures.length;
    const shown = drawn.slice(0, request.shows === 'all' ? n : request.shows === 'first' ? 1 : 0);
    const isNeutral = kind === 'neutral' || kind === 'neutralPlain';
    const alike = drawn.filter(
      ({ verdict }, i) => verdict.heads['object']?.id === originals[i]?.verdict.heads['object']?.id,
    );
    probes.push({
      kind,
      word,
      pictures,
      score: wilson(
        pictures.reduce((sum, { score }) => sum + score, 0),
        n,
      ),
      rate: wilson(pictures.filter(({ shows }) => shows).length, n),
      unchanged: isNeutral && judgedBy === null ? wilson(alike.length, n) : null,
      ...(shown.length === 0 ? {} : { drawn: shown.map(({ picture }) => picture) }),
    });
  }
  return probes;
}
