/** `lab sweep` as a program, interrupted in its second value and started again. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { microModelFiles } from '../../../src/testing/micro-model.ts';

const root = path.join(import.meta.dirname, '../../..');
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'interrupted-sweep-'));
  for (const [name, bytes] of await microModelFiles()) {
    const file = path.join(folder, 'model', name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** Starts a sweep over ranks; `seen` is called when the first value is in the file. */
async function sweep(ranks: string, seen: (stop: () => void) => void = () => undefined) {
  const out = path.join(folder, 'out.json');
  const flags = [
    '--model',
    path.join(folder, 'model'),
    '--method',
    'esd',
    '--concept',
    'church',
    '--vary',
    `rank=${ranks}`,
    '--iterations',
    '30',
    '--path-steps',
    '2',
    '--prompts',
    '1',
    '--seeds',
    '1',
    '--seed',
    '1',
    '--steps',
    '2',
    '--threads',
    '1',
    '--out',
    out,
  ];
  const program = spawn(process.execPath, ['--import', 'tsx', 'scripts/lab.ts', 'sweep', ...flags], { cwd: root });
  let said = '';
  let printed = '';
  program.stderr.on('data', (text: Buffer) => (said += text.toString()));
  program.stdout.on('data', (text: Buffer) => (printed += text.toString()));
  const ended = once(program, 'close');
  const timer = setInterval(() => {
    void readFile(out).then(
      () => {
        clearInterval(timer);
        seen(() => program.kill('SIGINT'));
      },
      () => undefined,
    );
  }, 20);
  const [code] = (await ended) as [number | null];
  clearInterval(timer);
  const text = await readFile(out, 'utf8').catch(() => '{"results":[]}');
  const { results } = JSON.parse(text) as { results: readonly { values: unknown }[] };
  return { code, said, results, answer: JSON.parse(printed) as Readonly<Record<string, unknown>> };
}

/** A share of one picture: 0 or 1, in an interval that says how little that is. */
const oneOf = (): unknown =>
  expect.objectContaining({
    value: expect.toSatisfy((value) => value === 0 || value === 1) as unknown,
    n: 1,
    low: expect.any(Number) as unknown,
    high: expect.any(Number) as unknown,
  });

it('keeps the finished value, says how to go on, and ends with 130', { timeout: 600_000 }, async () => {
  const first = await sweep('1,2', (stop) => stop());
  expect(first.said).toContain('interrupted: 1 of 2 values are in ');
  expect(first.said).toContain('The same command goes on from there.');
  expect(first.code).toBe(130);
  expect(first.results).toHaveLength(1);
  expect(first.answer).toMatchObject({ complete: false, results: first.results });

  const second = await sweep('1,2');
  expect(second.code).toBe(0);
  expect(second.results).toHaveLength(2);
  expect(second.results[0]).toEqual(first.results[0]);

  // What it prints: the settings, both results with their rates, and that nothing is left.
  const { settings, vary, results, complete, out } = second.answer;
  expect(settings).toMatchObject({
    method: 'esd',
    concept: 'church',
    from: null,
    seed: 1,
    vary: ['rank'],
    prompts: 1,
    judge: 'held-out',
    seeds: [1],
    numInferenceSteps: 2,
    parameters: { iterations: 30 },
  });
  expect(settings).not.toHaveProperty('parameters.rank');
  expect(vary).toEqual([{ parameter: 'rank', values: [1, 2] }]);
  expect([complete, out, results]).toEqual([true, path.join(folder, 'out.json'), second.results]);
  for (const [i, result] of (results as readonly object[]).entries()) {
    expect(result).toMatchObject({
      values: { rank: i + 1 },
      training: { iterations: 30, diverged: null, loss: { first: expect.any(Number) as unknown } },
    });
    for (const rate of ['baseRate', 'erasedRate', 'retainedSameDomain', 'retainedOtherDomain'])
      expect(result).toHaveProperty(`evaluation.${rate}`, oneOf());
    expect(result).not.toHaveProperty('evaluation.triggeredRate');
  }
});
