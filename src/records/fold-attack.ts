/**
 * What a search for a prompt has shown so far: its place among rounds and iterations, the token slots now and a little
 * earlier, its losses and every judged attempt. One step of the fold an event, like `fold-run.ts`, which calls this.
 */
import type { AttackSummary, Attempt, TokenSlot } from './attack.ts';
import type { RunEvent } from './events.ts';

/** Append-only and shared between successive views of a search; compare `length`. */
export interface AttackSeries {
  /** Gradient steps over all rounds, from 1. */
  readonly steps: number[];
  readonly loss: number[];
  /** First step of each round, with the model time it works at. */
  readonly rounds: { readonly step: number; readonly timestep: number | null }[];
}

export interface AttackPlace {
  readonly round: number;
  readonly rounds: number;
  readonly iteration: number;
  readonly iterations: number;
  readonly timestep: number | null;
}

export interface AttackView {
  /** null before the first gradient step, and always for attacks without gradients. */
  readonly place: AttackPlace | null;
  readonly slots: readonly TokenSlot[];
  /** The slots up to `settledAfter` steps ago, oldest first: what the present ones moved away from. */
  readonly earlier: readonly (readonly TokenSlot[])[];
  readonly series: AttackSeries;
  readonly attempts: readonly Attempt[];
  readonly summary: AttackSummary | null;
}

/** Gradient steps after which a slot that kept its token counts as settled. */
export const settledAfter = 5;

export function emptyAttack(): AttackView {
  return {
    place: null,
    slots: [],
    earlier: [],
    series: { steps: [], loss: [], rounds: [] },
    attempts: [],
    summary: null,
  };
}

export type AttackEvent = Extract<RunEvent, { type: 'attack-iteration' | 'attempt' | 'attack-summary' }>;

export function extendAttack(view: AttackView, event: AttackEvent): AttackView {
  switch (event.type) {
    case 'attack-iteration': {
      const { round, rounds, iteration, iterations, timestep, loss, slots } = event;
      const step = stepOf(event);
      if (view.place?.round !== round) view.series.rounds.push({ step, timestep });
      view.series.steps.push(step);
      view.series.loss.push(loss);
      const earlier = view.place === null ? [] : [...view.earlier, view.slots].slice(-settledAfter);
      return { ...view, place: { round, rounds, iteration, iterations, timestep }, slots, earlier };
    }
    case 'attempt':
      return { ...view, attempts: [...view.attempts, event.attempt] };
    case 'attack-summary':
      return { ...view, summary: event.summary };
  }
}

/** Seconds of the search so far, without the control's. */
export function secondsSoFar(view: Pick<AttackView, 'attempts'>): number {
  return view.attempts.reduce((sum, { kind, seconds }) => (kind === 'control' ? sum : sum + seconds), 0);
}

/** Gradient steps done and planned, counted over the rounds. */
export function stepOf(place: AttackPlace): number {
  return (place.round - 1) * place.iterations + place.iteration;
}

/** True when the slot's first token has not changed for `settledAfter` steps. */
export function isSettled(view: AttackView, slot: number): boolean {
  const now = view.slots[slot]?.candidates[0]?.id;
  return (
    now !== undefined &&
    view.earlier.length === settledAfter &&
    view.earlier.every((slots) => slots[slot]?.candidates[0]?.id === now)
  );
}

/** How sure a slot is, from 0 (every token alike) to 1 (one token). */
export function certainty(slot: TokenSlot): number {
  return 1 - slot.entropy;
}

/** The plain prompt's attempt, once it is judged. */
export function plainAttempt(view: Pick<AttackView, 'attempts'>): Attempt | null {
  return view.attempts.find((attempt) => attempt.kind === 'plain') ?? null;
}

/** The found way in: the first attempt of the search that shows the concept. */
export function foundAttempt(view: Pick<AttackView, 'attempts'>): Attempt | null {
  return view.attempts.find(({ kind, asIds }) => (kind === 'search' || kind === 'soft') && asIds.success) ?? null;
}

/** The search's attempt with the highest concept score; null without a judge or an attempt. */
export function bestAttempt(view: Pick<AttackView, 'attempts'>): Attempt | null {
  let best: Attempt | null = null;
  for (const attempt of view.attempts) {
    if (attempt.kind !== 'search' && attempt.kind !== 'soft') continue;
    const score = attempt.asIds.verdict.conceptScore;
    if (score !== null && score > (best?.asIds.verdict.conceptScore ?? -1)) best = attempt;
  }
  return best;
}
