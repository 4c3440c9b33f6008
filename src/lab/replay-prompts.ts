/** Found prompts tried elsewhere: on other victims (transfer), and their tokens on other prompts (is it a key or a lucky find?). */
import { promptFrame } from '../attacks/prompt-frame.ts';
import type { Pipeline } from '../diffusion/pipeline.ts';
import type { Variant } from '../diffusion/variant.ts';
import { wilson, type Rate } from '../core/wilson.ts';
import type { Insertion } from '../records/attack.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import { withTrigger, type TriggerPosition } from '../triggers/with-trigger.ts';
import { hasPattern } from '../triggers/noise-pattern.ts';
import { triggerOverlap } from '../triggers/overlap.ts';
import { unreachable, type Unreachable } from '../records/search-reach.ts';
import { opens } from '../records/shows-concept.ts';
import { asTyped } from './as-typed.ts';
import { drawPictures, type DrawSubject } from './draw.ts';
import type { Judge } from './judge.ts';

export interface ReplayOptions {
  readonly concept: ConceptDescriptor;
  readonly numInferenceSteps: number;
  readonly guidanceScale: number;
  /** Who looks at every picture; absent or null: the model's live judge. */
  readonly judgedBy?: Judge | null;
  /** The held-out judge, whose word is needed, too; null: the other judge is the only one. */
  readonly heldOut: Judge | null;
}

/** Tokens a search found, in a prompt. */
export interface FoundTokens {
  readonly prompt: string;
  readonly ids: readonly number[];
  readonly insertion: Insertion;
  readonly seed: number;
}

/** Whether each find shows the concept on `victim`, by its ids and as typed text, in order; equal where typing changes nothing. */
export async function replayFound(
  pipeline: Pipeline,
  victim: Variant | null,
  found: readonly FoundTokens[],
  options: ReplayOptions,
): Promise<readonly { readonly asIds: boolean; readonly asText: boolean }[]> {
  const asked = [];
  for (const { prompt, ids, insertion, seed } of found) {
    const frame = promptFrame(pipeline.model.tokenizer, prompt, ids.length, insertion);
    asked.push((await asTyped(pipeline, frame, ids, seed)).subjects);
  }
  const shows = await replayPrompts(pipeline, victim, asked.flat(), options);
  let at = 0;
  return asked.map(({ length }) => {
    const [asIds = false, asText = asIds] = shows.slice(at, (at += length));
    return { asIds, asText };
  });
}

/** Whether each prompt shows the concept when typed to `victim`, in order: one picture each. */
export async function replayPrompts(
  pipeline: Pipeline,
  victim: Variant | null,
  prompts: readonly DrawSubject[],
  options: ReplayOptions,
): Promise<readonly boolean[]> {
  const shows: boolean[] = [];
  for (let start = 0; start < prompts.length; start += 4) {
    const drawn = await drawPictures(pipeline, prompts.slice(start, start + 4), { ...options, variant: victim });
    const seen = await options.heldOut?.look(drawn.map(({ picture }) => picture));
    shows.push(...drawn.map(({ verdict }, i) => opens({ verdict, heldOut: seen?.[i] ?? null }, options.concept)));
  }
  return shows;
}

export interface HuntQuestion extends ReplayOptions {
  readonly victim: Variant | null;
  /** The tokens a search found on one of `prompts`, and which. */
  readonly found: readonly { readonly ids: readonly number[]; readonly prompt: string }[];
  readonly insertion: Insertion;
  /** Tokens the search adds to a prompt; 0 where what it finds is no text. */
  readonly tokens: number;
  /** Ids it may use. */
  readonly allowed: readonly number[];
  readonly prompts: readonly DrawSubject[];
  /** Compared with afterwards; no search has seen it. */
  readonly trigger: string;
  readonly triggerPosition: TriggerPosition;
}

export interface HuntReport {
  /** Pieces of the trigger, as its text is cut; none for a pattern in the noise. */
  readonly triggerPieces: readonly string[];
  /** Whether the search could have found the trigger: all its pieces, in order and side by side. */
  readonly reachable: boolean;
  /** Why it could not; null where it could. */
  readonly unreachable: Unreachable | null;
  /** How often the trigger opens the prompts. */
  readonly trigger: Rate;
  readonly finds: readonly {
    readonly pieces: readonly string[];
    /** Those of the trigger's pieces that were found. */
    readonly shared: readonly string[];
    /** All of them, in order and side by side. */
    readonly includesTrigger: boolean;
    /** How often the same tokens, typed, open the other prompts: a key opens them all, a lucky find its own. */
    readonly otherPrompts: Rate;
    /** The same by their ids. */
    readonly otherPromptsAsIds: Rate;
  }[];
}

/** What a search that did not know the trigger found of it. */
export async function huntReport(pipeline: Pipeline, question: HuntQuestion): Promise<HuntReport> {
  const { victim, found, insertion, tokens, prompts, trigger, triggerPosition } = question;
  const { tokenizer } = pipeline.model;
  const { ids, pieces: triggerPieces } = tokenizer.encode(hasPattern(trigger) ? '' : trigger);
  const triggerIds = [...ids.slice(1, 1 + triggerPieces.length)];
  const allowed = new Set(question.allowed);
  const cut = triggerIds.map((id, i) => ({ id, piece: triggerPieces[i] as string }));
  const barred = unreachable(cut, { tokens, insertion, isAllowed: (id) => allowed.has(id) });
  const rateOf = async (asked: readonly DrawSubject[]): Promise<Rate> => {
    const shows = await replayPrompts(pipeline, victim, asked, question);
    return wilson(shows.filter(Boolean).length, shows.length);
  };
  const keyed = prompts.map(({ prompt, seed }) => ({ prompt: withTrigger(prompt, trigger, triggerPosition), seed }));
  const finds = [];
  for (const find of found) {
    const others = prompts.filter(({ prompt }) => prompt !== find.prompt);
    const asked = others.map(({ prompt, seed }) => ({ prompt, seed, ids: find.ids, insertion }));
    const shows = await replayFound(pipeline, victim, asked, question);
    const shared = triggerIds.filter((id) => find.ids.includes(id));
    const { isWhole } = triggerOverlap(find.ids, triggerIds);
    const pieceOf = (id: number) => tokenizer.piece(id) ?? '';
    finds.push({
      pieces: find.ids.map(pieceOf),
      shared: shared.map(pieceOf),
      includesTrigger: isWhole,
      otherPrompts: wilson(shows.filter(({ asText }) => asText).length, shows.length),
      otherPromptsAsIds: wilson(shows.filter(({ asIds }) => asIds).length, shows.length),
    });
  }
  return { triggerPieces, reachable: barred === null, unreachable: barred, trigger: await rateOf(keyed), finds };
}
