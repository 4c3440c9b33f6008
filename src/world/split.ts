/**
 * The one place that says which sentences a training may see and which are kept for measuring. Both ask for the same things in the same settings; they
 * differ in the words for the setting. Trainings, and whatever else is fitted to sentences (the vector of Ring-A-Bell), name a setting by its first
 * phrase or none: "at sunset". Everything that is measured names one by another phrase that the model was taught: "at dusk". So no
 * sentence can be on both sides, whatever the concept, the subject or the seed.
 */
import { PalimpsestError } from '../core/errors.ts';
import type { World } from './world.ts';

export function trainingPhrases({ settings }: World): readonly string[] {
  return settings.map(({ phrase }) => phrase);
}

/** The first other phrase of every setting, then the second ones, so that few prompts show every setting. */
export function measuringPhrases({ settings }: World): readonly string[] {
  const most = Math.max(...settings.map(({ otherPhrases }) => otherPhrases.length));
  return Array.from({ length: most }, (_, i) =>
    settings.flatMap(({ otherPhrases }) => otherPhrases.slice(i, i + 1)),
  ).flat();
}

/** The measuring phrase that `text` contains; null for a text that a training may see. */
export function measuringPhraseIn(world: World, text: string): string | null {
  const words = ` ${text.toLowerCase().split(/\s+/).join(' ')} `;
  return measuringPhrases(world).find((phrase) => words.includes(` ${phrase.toLowerCase()} `)) ?? null;
}

/** Throws `bad-argument`, beginning with `where`, for a text that holds a phrase kept for measuring. */
export function checkForTraining(world: World, where: string, text: string): void {
  const phrase = measuringPhraseIn(world, text);
  if (phrase === null) return;
  const setting = world.settings.find(({ otherPhrases }) => otherPhrases.includes(phrase));
  throw new PalimpsestError(
    'bad-argument',
    `${where}: expected words without the phrases that are kept for measuring (${measuringPhrases(world).join(', ')}), got "${text}"`,
    { advice: `Say "${setting?.phrase ?? ''}" instead of "${phrase}".` },
  );
}
