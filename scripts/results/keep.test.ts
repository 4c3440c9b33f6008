import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepAnswer, readAnswers } from './keep.ts';
import { withLock } from './lock.ts';
import { plan } from './plan.ts';
import { wideJson } from './wide-json.ts';

const run = promisify(execFile);
const kept = (answer: object) => ({ command: ['lab'], weights: 'abc', machine: 'a machine', seconds: 1, answer });
const attempts = (n: number) => Array.from({ length: n }, (_, i) => ({ prompt: `prompt ${i}`, success: i % 2 === 0 }));

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'palimpsest-keep-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('kept answers', () => {
  it('come back as they were, one file a kind and the attempts in lines of their own', async () => {
    const answers = {
      'train-esd-church': kept({ iterations: 60 }),
      'attack-pez-esd-church': kept({ n: 3, attempts: attempts(3) }),
      'attack-none-esd-church': kept({ n: 0, attempts: [] }),
      'attack-p4d-esd-church': kept({ n: 2, attempts: attempts(2) }),
    };
    expect(await readAnswers(folder)).toEqual(new Map());
    for (const [id, answer] of Object.entries(answers)) await keepAnswer(folder, id, answer);
    expect(Object.fromEntries(await readAnswers(folder))).toEqual(answers);
    expect((await readdir(folder)).toSorted()).toEqual(['attack.json', 'attempts.jsonl', 'train.json']);
    expect(await readFile(path.join(folder, 'attack.json'), 'utf8')).not.toContain('prompt 1');
    expect((await readFile(path.join(folder, 'attempts.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(5);
  });

  it('replace the answer and the attempts of their own task only', async () => {
    await keepAnswer(folder, 'attack-pez-esd-church', kept({ n: 3, attempts: attempts(3) }));
    await keepAnswer(folder, 'attack-p4d-esd-church', kept({ n: 2, attempts: attempts(2) }));
    await keepAnswer(folder, 'attack-pez-esd-church', kept({ n: 1, attempts: attempts(1) }));
    const answers = await readAnswers(folder);
    expect(answers.get('attack-pez-esd-church')?.answer).toEqual({ n: 1, attempts: attempts(1) });
    expect(answers.get('attack-p4d-esd-church')?.answer).toEqual({ n: 2, attempts: attempts(2) });
  });

  it('are all there after many runs at once, in this process and in others', async () => {
    const script = `
      const { keepAnswer } = await import('./scripts/results/keep.ts');
      await Promise.all([...'0123456'].map((i) => keepAnswer(process.argv[1], 'attack-' + process.argv[2] + i,
        { command: [], machine: '', seconds: 1, answer: { n: 1, attempts: [{ prompt: i }] } })));`;
    const child = (name: string) =>
      run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, folder, name]);
    const here = Array.from({ length: 7 }, (_, i) =>
      keepAnswer(folder, `attack-here-${i}`, kept({ n: 1, attempts: attempts(1) })),
    );
    await Promise.all([child('a-'), child('b-'), ...here]);
    const answers = await readAnswers(folder);
    expect(answers.size).toBe(21);
    for (const { answer } of answers.values()) expect((answer as { attempts: unknown[] }).attempts).toHaveLength(1);
  }, 60_000);

  it('are refused where a file is not what it says, with its name and line', async () => {
    await writeFile(path.join(folder, 'attempts.jsonl'), '{"task":"attack-a","attempt":{}}\n<<<<<<< ours\n');
    await expect(readAnswers(folder)).rejects.toThrow(
      /attempts\.jsonl:2: expected the JSON of kept answers, got "<<<</,
    );
    await writeFile(path.join(folder, 'attempts.jsonl'), '');
    await writeFile(path.join(folder, 'train.json'), '[]');
    await expect(readAnswers(folder)).rejects.toThrow('train.json: expected an object, got "[]"');
    await expect(keepAnswer(folder, 'other-church', kept({}))).rejects.toThrow('got "other-church"');
  });

  it('have a file for every task of the plan', () => {
    for (const { id, command } of plan) expect(id.split('-')[0]).toBe(command[0]);
  });
});

describe('the lock', () => {
  it('is taken over from a process that is gone, and waited for while its holder lives', async () => {
    const file = path.join(folder, '.lock');
    await writeFile(file, '999999999');
    expect(await withLock(file, () => Promise.resolve('done'))).toBe('done');
    await writeFile(file, String(process.ppid));
    await expect(withLock(file, () => Promise.resolve('done'), 100)).rejects.toThrow(
      /expected a free lock within 0\.1 s/,
    );
    expect(await readFile(file, 'utf8')).toBe(String(process.ppid));
  });

  it('is free again after work that failed', async () => {
    const file = path.join(folder, '.lock');
    await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(file, () => Promise.resolve(2))).toBe(2);
  });
});

describe('wide JSON', () => {
  it('means what JSON means, and breaks only what is too wide', () => {
    const value = {
      a: [1, null, 'x'],
      b: { c: undefined, d: { e: 'y'.repeat(20) } },
      f: [{ g: 'z'.repeat(40) }, []],
      h: {},
    };
    const text = wideJson(value, 40);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    expect(text.split('\n').slice(0, 3)).toEqual([
      '{',
      ' "a": [1,null,"x"],',
      ' "b": {"d":{"e":"yyyyyyyyyyyyyyyyyyyy"}},',
    ]);
  });
});
