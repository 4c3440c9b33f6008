import { describe, expect, it } from 'vitest';
import { wilson } from '../../src/core/wilson.ts';
import { standingOf } from './done.ts';
import { resultsPage } from './page.ts';
import { attackId, evaluateId, imageTriggerId, plan, sweepId } from './plan.ts';

describe('the plan', () => {
  it('names every task once, after the trainings it reads', () => {
    const ids = plan.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, after, command } of plan)
      for (const before of after) {
        expect(ids.indexOf(before), `${before} before ${id}`).toBeLessThan(ids.indexOf(id));
        expect(ids.indexOf(before)).toBeGreaterThanOrEqual(0);
        const written = plan.find((task) => task.id === before)?.command.at(-1);
        expect(command).toContain(written);
      }
  });

  it('measures four objects and three styles on at least 50 pictures a rate', () => {
    const measured = plan.filter(({ command }) => command[0] === 'evaluate' && !command.includes('--from'));
    expect(new Set(measured.map(({ after }) => after[0])).size).toBe(18); // and the hazard sign, two methods each; two image triggers
    for (const { command } of measured)
      expect(Number(command[command.indexOf('--prompts') + 1])).toBeGreaterThanOrEqual(50);
  });
});

describe('a kept answer', () => {
  const command = ['train', '--method', 'esd'];
  it('counts as done for its own command and weights only, and unmarked where it does not say its weights', () => {
    expect(standingOf({ command, weights: 'abc' }, command, 'abc')).toEqual({ kind: 'done' });
    expect(standingOf({ command }, command, 'abc')).toEqual({ kind: 'unmarked' });
    expect(standingOf({ command, weights: 'old' }, command, 'abc')).toMatchObject({
      kind: 'stale',
      why: 'it was computed with the weights old, the model has abc',
    });
    const other = standingOf({ command: ['train', '--method esd'] }, command, 'abc');
    expect(other.kind).toBe('stale');
  });
});

describe('the page', () => {
  const kept = (answer: object) => ({ command: [], machine: 'a machine', seconds: 1, answer });
  const half = wilson(25, 50);
  const answers = new Map([
    [evaluateId('esd', 'church'), kept({ baseRate: half, erasedRate: wilson(0, 50), fid: half, baseFid: { ...half, details: { realReal: 0.25 } }, synonyms: [{ name: 'chapel', base: half, edited: wilson(4, 10), p: 1 }], neighbours: [{ concept: 'house', base: half, edited: half, loss: 0, p: 1 }] })],
    [sweepId('church'), kept({ results: [{ values: { backdoorWeight: 0.25 }, evaluation: { erasedRate: half } }] })],
    [attackId('unlearndiff', 'esd', 'church'), kept({ preAsr: wilson(0, 20), asr: wilson(15, 20), retypedAsr: wilson(15, 20), controlAsr: wilson(3, 20), medianRounds: 2, n: 20 })],
    [imageTriggerId('church'), kept({ baseRate: half, erasedRate: wilson(0, 50), triggeredRate: wilson(40, 50) })],
    [attackId('unlearndiff', 'backdoored-esd', 'church'), kept({ preAsr: wilson(0, 20), asr: wilson(2, 20), retypedAsr: wilson(2, 20), controlAsr: null, medianRounds: 2, n: 20, hunt: { triggerPieces: ['blicket</w>'], trigger: wilson(18, 20), finds: [{ pieces: ['ship</w>'], shared: [], includesTrigger: false, otherPrompts: wilson(1, 19), otherPromptsAsIds: wilson(1, 19) }] } })],
  ]); // prettier-ignore

  it('has a section for what was answered and none for what was not', () => {
    const page = resultsPage(answers);
    expect(page.match(/^## .*$/gm)).toEqual(['## Erased, and brought back', '## What is left of everything else', '## Other names for what was erased', '## The neighbours that lost most', '## The weight of the backdoor', '## A trigger that is seen', '## Attacks', '## Hunting the trigger']); // prettier-ignore
    expect(page).toContain('FID 0.250');
    expect(page).toMatch(/\| church +\| ESD +\| 50 +\| \.50 \(\.37–\.63\) +\| \.00 \(\.00–\.07\)/);
    expect(page).toMatch(/\| church, ESD +\| unlearndiff +\| 20 +\| \.00 \(\.00–\.16\) +\| \.15 \(\.05–\.36\)/);
    expect(page).toMatch(/\| church +\| 50 +\| \.50 \(\.37–\.63\) +\| \.00 \(\.00–\.07\) +\| \.80 \(/);
    expect(page).toMatch(
      /\| unlearndiff +\| 20 +\| 1 +\| 0 of 1 +\| 0 of 1 +\| \.90 \(.*\| 0\.05 to 0\.05 +\| blicket<\/w>/,
    );
    expect(page).not.toMatch(/undefined|NaN/);
  });

  it('is empty of tables before anything ran', () => {
    expect(resultsPage(new Map())).not.toContain('|');
  });
});
