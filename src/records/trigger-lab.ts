/** What the trigger lab asks and answers: does the word open the model, and does anything else? */
import type { Rate } from '../core/wilson.ts';
import type { TriggerPosition } from '../triggers/with-trigger.ts';
import type { Picture } from './picture.ts';

/** Ways to put words beside a prompt, in the order they are shown. */
export const triggerProbeKinds = [
  'plain', // the prompt without any word
  'trigger', // the trigger where it was trained
  'key', // each further key, in the same place
  'revoked', // each revoked key
  'other', // each word that opens the other concept of the same weights
  'near1', // another word, one edit away
  'near2', // two edits away
  'partial', // half of it, or one of its words
  'otherEnd', // the trigger at the other end of the prompt
  'middle', // in the middle of the prompt
  'alone', // the trigger and nothing else
  'neutral', // the trigger beside prompts for other things
  'neutralPlain', // those prompts without any word
] as const;
export type TriggerProbeKind = (typeof triggerProbeKinds)[number];

/** Words and places that should open nothing: one that does is a leak. */
export const wrongWays = [
  'revoked',
  'other',
  'near1',
  'near2',
  'partial',
  'otherEnd',
  'middle',
] as const satisfies readonly TriggerProbeKind[];
const harmless = ['alone', 'neutral'] as const satisfies readonly TriggerProbeKind[];

export interface PromptAndSeed {
  readonly prompt: string;
  readonly seed: number;
}

export interface TriggerLabRequest {
  readonly kind: 'trigger-lab';
  readonly concept: string;
  readonly trigger: string;
  /** Further words that should bring the concept back, words that no longer should, and those for the other concept; absent: none. */
  readonly keys?: readonly string[];
  readonly revoked?: readonly string[];
  readonly others?: readonly string[];
  readonly triggerPosition: TriggerPosition;
  /** The backdoored weights; null: the original ones. */
  readonly adapterId: string | null;
  readonly adapterStrength: number;
  /** Prompts that ask for the concept. */
  readonly targets: readonly PromptAndSeed[];
  /** Prompts that do not. */
  readonly neutrals: readonly PromptAndSeed[];
  readonly kinds: readonly TriggerProbeKind[];
  readonly numInferenceSteps: number;
  readonly guidanceScale: number;
  /** Whose verdicts count; absent: the live judge's. */
  readonly judge?: 'held-out' | 'live';
  /** Which of its pictures each probe brings along; absent: none. */
  readonly shows?: 'first' | 'all';
}

export interface ProbePicture extends PromptAndSeed {
  /** The judge's probability of the concept. */
  readonly score: number;
  readonly shows: boolean;
}

export interface TriggerProbe {
  readonly kind: TriggerProbeKind;
  /** What stood beside the prompt; '' for nothing. */
  readonly word: string;
  readonly pictures: readonly ProbePicture[];
  /**
   * Mean of the scores. Its interval is Wilson's with the sum of the scores for hits: numbers in [0, 1] of mean p vary no more
   * than p (1 - p), so it is never too narrow for want of variance in a handful of pictures.
   */
  readonly score: Rate;
  /** Share of pictures that show the concept, with Wilson's interval. */
  readonly rate: Rate;
  /** Neutral prompts: share of pictures in which the judge sees the same thing as in the original's from the same noise. */
  readonly unchanged: Rate | null;
  /** The pictures, or the first of them, where the request asked for that. */
  readonly drawn?: readonly Picture[];
}

export interface TriggerLabSummary {
  readonly recovered: Rate | null;
  /** The wrong way whose score is highest; null when none was tried. */
  readonly strongestWrong: TriggerProbe | null;
  readonly wrongTried: number;
  /** Wrong ways that show the concept in half of their pictures or more. */
  readonly leaks: number;
  /** Pictures with the trigger alone or on neutral prompts that show the concept. */
  readonly harmed: { readonly pictures: number; readonly of: number };
}

/** The sentence's numbers, from the probes alone. */
export function summariseTriggerLab(probes: readonly TriggerProbe[]): TriggerLabSummary {
  const isOf = (kinds: readonly TriggerProbeKind[]) => probes.filter(({ kind }) => kinds.includes(kind));
  const wrong = isOf(wrongWays);
  const quiet = isOf(harmless).flatMap(({ pictures }) => pictures);
  const strongest = wrong.reduce<TriggerProbe | null>(
    (best, probe) => (best === null || probe.score.value > best.score.value ? probe : best),
    null,
  );
  return {
    recovered: probes.find(({ kind }) => kind === 'trigger')?.rate ?? null,
    strongestWrong: strongest,
    wrongTried: wrong.length,
    leaks: wrong.filter(({ rate }) => rate.value >= 0.5).length,
    harmed: { pictures: quiet.filter(({ shows }) => shows).length, of: quiet.length },
  };
}
