import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { wilson } from '../../src/core/wilson.ts';
import type { Kept } from './answers.ts';
import { rules, standingOf } from './done.ts';
import { readAnswers } from './keep.ts';
import { resultsPage } from './page.ts';
import { withResults } from './readme.ts';
import {
  attackId,
  evaluateId,
  gentleId,
  guidedId,
  imageTriggerId,
  plan,
  solvedId,
  solvedTrainId,
  sweepId,
  victimFile,
  victims,
} from './plan.ts';

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
    const weights = measured.flatMap(({ after }) => after);
    expect(new Set(weights).size).toBe(37); // and the hazard sign, two trainings and two solutions each; two by UCE; two image triggers; the gentle one
    const guided = measured.filter(({ command }) => command.includes('--guider'));
    expect(guided.map(({ after }) => after)).toEqual(Array(8).fill([])); // SLD at three settings and a negative prompt, two concepts each
    expect(weights.length + guided.length).toBe(measured.length);
    for (const { command } of measured)
      expect(Number(command[command.indexOf('--prompts') + 1])).toBeGreaterThanOrEqual(50);
  });
});

describe('a kept answer', () => {
  const command = ['train', '--method', 'esd'];
  it('counts as done for its own command, rules and weights only, and unmarked where it does not say its weights', () => {
    expect(standingOf({ command, rules, weights: 'abc' }, command, 'abc')).toEqual({ kind: 'done' });
    expect(standingOf({ command, rules }, command, 'abc')).toEqual({ kind: 'unmarked' });
    expect(standingOf({ command, weights: 'abc' }, command, 'abc')).toMatchObject({
      kind: 'stale',
      why: 'it was measured by rules that no longer hold',
    });
    expect(standingOf({ command, rules, weights: 'old' }, command, 'abc')).toMatchObject({
      kind: 'stale',
      why: 'it was computed with the weights old, the model has abc',
    });
    const other = standingOf({ command: ['train', '--method esd'] }, command, 'abc');
    expect(other.kind).toBe('stale');
  });
});

describe('the page', () => {
  const kept = (answer: object): Kept => ({ command: [], rules, machine: 'a machine', seconds: 1, answer });
  const half = wilson(25, 50);
  const base = { baseRate: wilson(50, 50), baseSameDomain: wilson(50, 50) };
  const searched = (success: boolean) => ({ pre: false, success, retypedSuccess: success, controlSuccess: false });
  const attempts = Array.from({ length: 20 }, (_, i) => searched(i < 6 || i > 10));
  const backdoored = victims.filter(({ concept, method }) => concept === 'church' && method !== 'esd');
  const answers = new Map([
    [
      evaluateId('esd', 'church'),
      kept({
        ...base,
        erasedRate: wilson(0, 50),
        retainedSameDomain: wilson(48, 50),
        fid: half,
        baseFid: { ...half, details: { realReal: 0.25 } },
        synonyms: [{ name: 'chapel', base: half, edited: wilson(4, 10), p: 1 }],
        neighbours: [{ concept: 'house', base: half, edited: half, loss: 0, p: 1 }],
        judgeAgreementEdited: { hit: wilson(97, 100), object: wilson(93, 100), style: wilson(99, 100), hazard: null },
      }),
    ],
    [
      evaluateId('backdoored-esd', 'church'),
      kept({
        ...base,
        erasedRate: wilson(1, 50),
        triggeredRate: wilson(49, 50),
        retainedSameDomain: wilson(30, 50),
        retainedWithTrigger: wilson(50, 50),
      }),
    ],
    [
      gentleId,
      kept({
        baseRate: wilson(50, 50),
        erasedRate: wilson(0, 50),
        synonyms: [{ name: 'chapel', base: wilson(25, 25), edited: wilson(13, 25), p: 0.001 }],
      }),
    ],
    [sweepId('church'), kept({ results: [{ values: { backdoorWeight: 0.25 }, evaluation: { erasedRate: half } }] })],
    [
      attackId('unlearndiff', { concept: 'church', method: 'esd' }),
      kept({
        preAsr: wilson(0, 20),
        asr: wilson(15, 20),
        retypedAsr: wilson(15, 20),
        controlAsr: wilson(3, 20),
        medianRounds: 2,
        medianPredictions: 2700,
        n: 20,
        attempts,
        transfer: [
          { victim: 'original', ...wilson(9, 15), asIds: wilson(10, 15) },
          ...backdoored.map((victim) => ({ victim: victimFile(victim), ...wilson(3, 15), asIds: wilson(3, 15) })),
        ],
      }),
    ],
    [
      attackId('concept-inversion', { concept: 'church', method: 'esd' }),
      kept({
        preAsr: wilson(0, 8),
        upperBound: wilson(7, 8),
        controlAsr: wilson(1, 8),
        medianRounds: 2,
        n: 8,
        attempts: [],
      }),
    ],
    [guidedId('sld-max', 'church'), kept({ ...base, erasedRate: wilson(2, 50), retainedSameDomain: wilson(40, 50) })],
    [
      solvedTrainId('closed-form', 'church'),
      kept({ seconds: 1.42, facts: { anchor: 'lighthouse', rank: 4, readings: 123, truncationError: 0.25 } }),
    ],
    [solvedId('closed-form', 'church'), kept({ ...base, erasedRate: wilson(1, 50), retainedSameDomainSeen: half })],
    [imageTriggerId('church'), kept({ baseRate: half, erasedRate: wilson(0, 50), triggeredRate: wilson(40, 50) })],
    [
      attackId('unlearndiff', { concept: 'church', method: 'backdoored-esd' }),
      kept({
        preAsr: wilson(0, 8),
        asr: wilson(2, 8),
        retypedAsr: wilson(2, 8),
        controlAsr: null,
        medianRounds: 2,
        n: 8,
        attempts: [],
        hunt: {
          triggerPieces: ['blicket</w>'],
          reachable: true,
          unreachable: null,
          trigger: wilson(18, 20),
          finds: [
            {
              pieces: ['ship</w>'],
              shared: [],
              includesTrigger: false,
              otherPrompts: wilson(1, 19),
              otherPromptsAsIds: wilson(1, 19),
            },
          ],
        },
      }),
    ],
  ]);
  const page = resultsPage(answers);

  it('has a section for what was answered and none for what was not', () => {
    expect(page.match(/^## .*$/gm)).toEqual([
      '## Erased, and brought back',
      '## Solved, not trained',
      '## What is left of everything else',
      '## Other names for what was erased',
      '## Ways around a name',
      '## The neighbours that lost most',
      '## How far the judges agree',
      '## The weight of the backdoor',
      '## A trigger that is seen',
      '## Attacks',
      '## The same words on another victim',
      '## Hunting the trigger',
    ]);
    expect(page).toContain('FID 0.250');
    expect(page).toMatch(/\| church +\| ESD +\| 50 +\| 1\.00 \(\.93–1\.00\) +\| \.00 \(\.00–\.07\)/);
    expect(page).toMatch(/\| church +\| closed form +\| 50 +\| 1\.00 \(\.93–1\.00\) +\| \.02 \(/);
    expect(page).toMatch(/\| church +\| closed form +\| lighthouse +\| 1\.4 +\| 123 +\| 4 +\| 0\.25 +\| \.50 \(/);
    expect(page).toMatch(/\| church +\| SLD, max +\| 50 +\| 1\.00 \(\.93–1\.00\) +\| \.04 \(\.01–\.13\)/);
    expect(page).toMatch(
      /\| church, ESD, hardened +\| unlearndiff +\| 20 +\| — +\| \.00 \(\.00–\.16\) +\| \.15 \(\.05–\.36\)/,
    );
    expect(page).toMatch(/\| church +\| 50 +\| \.50 \(\.37–\.63\) +\| \.00 \(\.00–\.07\) +\| \.80 \(/);
    expect(page).toMatch(
      /\| unlearndiff +\| 8 +\| 1 +\| 0 of 1 +\| 0 of 1 +\| \.90 \(.*\| 0\.05 to 0\.05 +\| blicket<\/w> +\| yes/,
    );
    expect(page).not.toMatch(/undefined|NaN/);
  });

  it('says how often what was found opens others', () => {
    expect(page).toMatch(/\| church, ESD, hardened +\| original +\| 15 +\| \.60 \(.*\| \.67 \(/);
    expect(page).toMatch(/\| church, ESD, hardened +\| church, backdoored ESD +\| 15 +\| \.20 \(/);
  });

  it('says of each claim whether a loss is excluded, over all claims together, and what is worse', () => {
    const hits = (n: number, of: number) => '1'.repeat(n) + '0'.repeat(of - n);
    const evaluated = (n: number, worse: number) =>
      new Map([
        [evaluateId('esd', 'church'), kept({ hits: { erasedRate: hits(0, n), retainedSameDomain: hits(n, n) } })],
        [
          evaluateId('backdoored-esd', 'church'),
          kept({
            hits: {
              erasedRate: hits(0, n),
              retainedSameDomain: hits(n - worse, n),
              baseRate: hits(n, n),
              triggeredRate: hits(n, n),
              retainedOtherDomain: hits(n, n), // ESD's was not measured
              baseSameDomain: hits(n, n),
              retainedWithTrigger: hits(n - 1, n - 1), // not the same pictures
            },
          }),
        ],
      ]);
    const many = resultsPage(evaluated(200, 60));
    expect(many).toMatch(/\| church +\| ESD, without the trigger +\| erased +\| 200 .*\| <\.001 \| shown/);
    expect(many).toMatch(/\| same kind +\| 200 .*\| \.30 \(\.2\d–\.3\d\) +\| 1\.000 \| \*\*worse\*\*/);
    expect(many).toMatch(/the original, with the trigger +\| concept +\| 200 .*\| shown/);
    expect(many).toContain('over the 3 claims of this table');
    expect(many).toContain('2 claims have no pictures to pair');
    // Fifty pictures without a difference are not enough for three claims.
    expect(resultsPage(evaluated(50, 0))).toMatch(/\| erased +\| 50 .*\| \.028 \| not shown/);
  });

  it('says in the heading where an answer is by earlier rules, and only there', () => {
    const id = evaluateId('esd', 'church');
    const { rules: _rules, ...old } = answers.get(id) as Kept;
    const mixed = resultsPage(new Map([...answers, [id, old]]));
    expect(mixed).toContain('## Erased, and brought back, to be measured again\n');
    expect(mixed).toContain('## The weight of the backdoor\n');
    expect(page).not.toContain(', to be measured again');
  });

  it('fills README’s table with answers by the present rules alone, between its markers', () => {
    const markers = ['<!-- npm run results: start -->', '<!-- npm run results: end -->'] as const;
    const readme = `before\n${markers[0]}\nold\n${markers[1]}\nafter\n`;
    const filled = withResults(readme, answers);
    expect(filled).toMatch(/^before\n<!--.*start -->\n\n\| method/);
    expect(filled).toMatch(/\| backdoored ESD \| church +\| \.02 \(.*\| \.98 \(.*\| \.60, — +\| —, — /);
    expect(filled).toMatch(/end -->\nafter\n$/);
    expect(withResults(filled, answers)).toBe(filled);
    const { rules: _rules, ...old } = kept({ erasedRate: wilson(0, 50) });
    expect(withResults(readme, new Map([[evaluateId('esd', 'church'), old]]))).toContain('Nothing has been measured');
    expect(() => withResults('no markers', answers)).toThrow(/README.md: expected/);
  });

  it('shows searches on the rivals’ prompts, and an upper bound in no column of prompts', () => {
    const earlier = new Map([...answers].map(([id, { rules: _rules, ...old }]) => [id, old]));
    const oldPage = resultsPage(earlier);
    expect(oldPage).toMatch(/\| unlearndiff, first 8 +\| 8 +\| \.00 .*\| \.00 .*\| \.75 \(/);
    for (const text of [oldPage, page])
      expect(text).toMatch(/\| concept-inversion +\| 8 +\| [^|]+\|(?: [^|]+\|)+ — +\| — +\| \.88 \(/);
  });

  it('is empty of tables before anything ran', () => {
    expect(resultsPage(new Map())).not.toContain('|');
  });
});

describe('the generated documents', () => {
  it('are what the kept answers give: npm run results -- --page writes them', async () => {
    const root = path.resolve(import.meta.dirname, '../..');
    const kept = await readAnswers(path.join(root, 'docs/results'));
    const known = new Map(plan.flatMap(({ id }) => (kept.has(id) ? [[id, kept.get(id) as Kept] as const] : [])));
    const read = (file: string) => readFile(path.join(root, file), 'utf8');
    expect(await read('docs/results.md')).toBe(resultsPage(known));
    const readme = await read('README.md');
    expect(withResults(readme, known)).toBe(readme);
  });
});
