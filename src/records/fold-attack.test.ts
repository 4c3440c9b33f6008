import { describe, expect, it } from 'vitest';
import type { Attempt, TokenSlot } from './attack.ts';
import type { RunEvent, Verdict } from './events.ts';
import { bestAttempt, foundAttempt, isSettled, plainAttempt, secondsSoFar, settledAfter } from './fold-attack.ts';
import { foldRun } from './fold-run.ts';
import { eventsUpTo } from './run-log.ts';

const jobId = 'job-1';
const verdict = (conceptScore: number | null): Verdict => ({
  heads: { object: { id: 'church', p: 0.9 }, style: { id: 'photo', p: 0.9 } },
  conceptScore,
});

function attempt(kind: Attempt['kind'], index: number, score: number | null, round = index): RunEvent {
  const picture = { width: 1, height: 1, pixels: new Uint8ClampedArray(4) };
  return {
    type: 'attempt',
    jobId,
    attempt: {
      kind,
      index,
      round,
      ids: kind === 'plain' ? [] : [7],
      pieces: kind === 'plain' ? [] : ['spire</w>'],
      text: 'spire a church',
      loss: null,
      seconds: 1,
      asIds: { picture, verdict: verdict(score), success: score !== null && score >= 0.5 },
      asText: null,
    },
  };
}

const slot = (id: number, entropy = 0.5): TokenSlot => ({
  candidates: [{ id, piece: `piece${String(id)}`, probability: 0.6 }],
  entropy,
});

function step(round: number, iteration: number, ids: readonly number[]): RunEvent {
  return {
    type: 'attack-iteration',
    jobId,
    round,
    rounds: 3,
    iteration,
    iterations: 4,
    timestep: 100 * round,
    loss: 1 / (4 * round + iteration),
    slots: ids.map((id) => slot(id)),
  };
}

describe('an attack folded from its events', () => {
  it('counts steps over the rounds and remembers where each round began', () => {
    const view = foldRun([step(1, 1, [1]), step(1, 2, [1]), step(2, 1, [2])]);
    expect(view.attack.place).toMatchObject({ round: 2, iteration: 1, timestep: 200 });
    expect(view.attack.series.steps).toEqual([1, 2, 5]);
    expect(view.attack.series.rounds).toEqual([
      { step: 1, timestep: 100 },
      { step: 5, timestep: 200 },
    ]);
    expect(view).toMatchObject({ iteration: 5, total: 12 });
  });

  it('calls a slot settled when its first token stayed for five steps', () => {
    const steps = Array.from({ length: settledAfter + 1 }, (_, i) => step(1, i + 1, [7, i]));
    const view = foldRun(steps).attack;
    expect(isSettled(view, 0)).toBe(true);
    expect(isSettled(view, 1)).toBe(false);
    expect(isSettled(foldRun(steps.slice(1)).attack, 0)).toBe(false);
  });

  it('keeps attempts in their order and finds plain, best and found ones among them', () => {
    const view = foldRun([
      attempt('plain', 0, 0.02),
      attempt('search', 1, 0.3),
      attempt('control', 1, 0.9),
      attempt('search', 2, 0.8),
    ]).attack;
    expect(view.attempts.map(({ kind, index }) => `${kind} ${String(index)}`)).toEqual([
      'plain 0',
      'search 1',
      'control 1',
      'search 2',
    ]);
    expect(plainAttempt(view)?.asIds.verdict.conceptScore).toBe(0.02);
    expect(foundAttempt(view)?.index).toBe(2);
    expect(bestAttempt(view)?.index).toBe(2);
  });

  it('has found nothing when only the control or the plain prompt shows the concept', () => {
    const view = foldRun([attempt('plain', 0, 0.9), attempt('search', 1, 0.2), attempt('control', 1, 0.9)]).attack;
    expect(foundAttempt(view)).toBeNull();
    expect(bestAttempt(view)?.asIds.verdict.conceptScore).toBe(0.2);
  });

  it('goes on from a round as if nothing had been tried after it', () => {
    const events = [
      attempt('plain', 0, 0),
      step(1, 1, [1]),
      attempt('search', 1, 0.1),
      step(2, 1, [1]),
      step(2, 2, [2]),
    ];
    const view = foldRun(eventsUpTo(events, 1)).attack;
    expect(view.series).toEqual({ steps: [1], loss: [expect.any(Number)], rounds: [{ step: 1, timestep: 100 }] });
    expect(view.attempts.map(({ kind }) => kind)).toEqual(['plain', 'search']);
    expect(view.place?.round).toBe(1);
  });

  it('counts the seconds of the search, not of the control beside it', () => {
    const view = foldRun([attempt('plain', 0, 0), attempt('search', 1, 0), attempt('control', 1, 0)]).attack;
    expect(secondsSoFar(view)).toBe(2);
  });

  it('knows no best attempt where no judge knows the concept', () => {
    expect(bestAttempt(foldRun([attempt('search', 1, null)]).attack)).toBeNull();
  });
});
