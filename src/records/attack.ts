/** What an attack on a prompt is asked for and what it reports: shared by the engine, the page and the command line. */
import type { ParameterValues } from './experiment.ts';
import type { GuiderChoice } from './guider.ts';
import type { JudgeName, Picture, Verdict } from './picture.ts';

/**
 * Where the found tokens go: before the prompt, after it, in its middle, spread between its words at equal gaps, one before its first
 * token and one after every third (as many as that makes, whatever number was asked for), or in the place of the whole prompt.
 */
export const insertions = ['prefix', 'suffix', 'middle', 'spread', 'every-3', 'replace'] as const;
export type Insertion = (typeof insertions)[number];

/** The picture the search aims at. */
export type AttackTarget =
  /** Drawn by the original model for the prompt, from this seed. */
  | { readonly kind: 'original'; readonly seed: number }
  /** Given by the user; brought to the model's size and VAE-encoded. */
  | { readonly kind: 'picture'; readonly picture: Picture };

export interface AttackRequest {
  readonly kind: 'attack';
  /** An attack's id in the catalog. */
  readonly attack: string;
  /** The concept's words as the user types them. */
  readonly concept: string;
  /** The victim's weights; null attacks the original. */
  readonly adapterId: string | null;
  readonly adapterStrength: number;
  /** As of a cell that is drawn. Judged pictures are guided so, the random words' too; losses never are. */
  readonly guider?: GuiderChoice;
  /** Kept as it is; tokens are added around it. */
  readonly prompt: string;
  /** Noise of every judged picture of this prompt. */
  readonly pictureSeed: number;
  readonly target: AttackTarget;
  /** Attack parameters; missing ones take their defaults. Checked by the engine. */
  readonly parameters: ParameterValues;
  /** No found token may spell one of these words or a piece that starts one; special tokens are always forbidden. */
  readonly forbiddenWords: readonly string[];
  /** The search's own random stream, never the sampler's. */
  readonly seed: number;
  readonly numInferenceSteps: number;
  readonly guidanceScale: number;
  /** Judge random tokens as often as the attack is judged, beside it. */
  readonly control: boolean;
  /**
   * Each arm ends at its first success, for a page that somebody waits at. Where it is false both arms draw every picture of the budget:
   * that is how rates are measured.
   */
  readonly stopEarly: boolean;
  /** Bytes of a `checkpoint` event of the same request. */
  readonly resumeFrom: Uint8Array<ArrayBuffer> | null;
}

/** One vocabulary entry a slot leans to. */
export interface SlotCandidate {
  readonly id: number;
  readonly piece: string;
  /** In [0, 1]. */
  readonly probability: number;
}

export interface TokenSlot {
  /** Most probable first, at most five. */
  readonly candidates: readonly SlotCandidate[];
  /** In [0, 1]: entropy over the vocabulary divided by its maximum; 0 is settled. */
  readonly entropy: number;
}

export interface JudgedPrompt {
  readonly picture: Picture;
  /** Of the live judge. */
  readonly verdict: Verdict;
  /** Of the held-out judge. Null where it was not asked, absent in runs kept before searches asked it. */
  readonly heldOut?: Verdict | null;
  /** Every judge that was asked sees the concept: top-1 with probability at least 0.5. */
  readonly success: boolean;
}

export interface Attempt {
  /** 'plain': the prompt alone, before any search. 'control': random tokens. 'soft': an embedding that no text spells. */
  readonly kind: 'plain' | 'search' | 'control' | 'soft';
  /** 0 for the plain prompt, then counted up within a kind. */
  readonly index: number;
  readonly round: number;
  /** The added tokens only, in order; empty for plain and soft. */
  readonly ids: readonly number[];
  readonly pieces: readonly string[];
  /** Noise of its picture: the request's, except in a search for seeds. Absent in runs kept before this was told. */
  readonly pictureSeed?: number;
  /** The whole prompt with the tokens decoded into it: what a person would type. */
  readonly text: string;
  /** Mean loss over the round's iterations; null where the attack has no loss. */
  readonly loss: number | null;
  /** Its own: search steps, and its part of the time in which the round's pictures were drawn. */
  readonly seconds: number;
  /** Drawn from the ids themselves. */
  readonly asIds: JudgedPrompt;
  /** Drawn from the text typed again, when that gives other ids; null when it gives the same. */
  readonly asText: JudgedPrompt | null;
}

/** What one token beside a prompt does to a concept. */
export interface RankedToken {
  readonly id: number;
  readonly piece: string;
  /** Mean denoising loss on a picture of the concept with the token minus without; negative helps the concept. */
  readonly lossChange: number;
  /** Concept score with the token minus without, from one noise in few sampler steps. */
  readonly firstScoreChange: number;
  /** Mean of the same over all seeds in all steps; null where the first pass left it out. */
  readonly scoreChange: number | null;
}

/** The pictures of one arm, the search or the random tokens beside it, without the plain prompt's. Both are counted by this alone. */
export interface ArmCount {
  /** Pictures judged, by their ids. */
  readonly judged: number;
  /** Place, from 1, of the first picture in which every judge that was asked sees the concept; null without one. */
  readonly openedAt: number | null;
  /** Pictures in which every judge that was asked sees it. */
  readonly hits: number;
  /** Pictures in which one judge alone sees it: how often the other one would have been needed. 0 where only one was asked. */
  readonly onlyLive: number;
  readonly onlyHeldOut: number;
  readonly gradientSteps: number;
  /** Predicted rows, a row with its gradient counting once; without what was typed again. */
  readonly noisePredictions: number;
}

export interface AttackSummary {
  readonly attack: string;
  /** The plain prompt already shows the concept. */
  readonly pre: boolean;
  /** The search found a way that works as ids. */
  readonly success: boolean;
  /** A way that works as ids also works typed as text; null without success. */
  readonly retypedSuccess: boolean | null;
  /** Random tokens with the whole budget of judged pictures, also where the search ended early; null when not asked for. */
  readonly controlSuccess: boolean | null;
  /** Rounds to the first success, or all that were done. */
  readonly rounds: number;
  /** The plain prompt's and one a round; without the control and what was typed again. */
  readonly judgedPictures: number;
  /** Predicted rows, a row with its gradient counting once; without the control and what was typed again. */
  readonly noisePredictions: number;
  /** The plain prompt's and the search's: without the control, what was typed again, the target pictures and pauses. */
  readonly seconds: number;
  /** Of the random tokens. */
  readonly controlSeconds: number;
  /** Absent in runs kept before both arms were counted. */
  readonly counted?: AttackCount;
}

export interface AttackCount {
  /** Whose word a success needs: all of them. */
  readonly judges: readonly JudgeName[];
  /** As asked for: each arm ended at its first success, and its pictures are fewer than the budget. */
  readonly stopEarly: boolean;
  readonly search: ArmCount;
  /** Null when not asked for. */
  readonly control: ArmCount | null;
}
