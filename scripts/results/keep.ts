/**
 * The answers of the plan's commands on disk: one file a kind of command (`evaluate.json`, `attack.json` …), keyed by task, and one line an
 * attempt of every attack in `attempts.jsonl`. Files are written beside and renamed, under a lock, so that several runs keep their answers in
 * one folder and a crash leaves the old file or the new one.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PalimpsestError } from '../../src/core/errors.ts';
import type { Kept } from './answers.ts';
import { withLock } from './lock.ts';
import { wideJson } from './wide-json.ts';

export type KeptAnswers = ReadonlyMap<string, Kept>;

/** The first word of a task's command, and of its id: what kind of answer it is. */
const kinds = ['train', 'evaluate', 'attack', 'sweep'] as const;
type Kind = (typeof kinds)[number];

type Attempts = readonly Readonly<Record<string, unknown>>[];
interface AttemptLine {
  readonly task: string;
  readonly attempt: Attempts[number];
}

const attemptsFile = 'attempts.jsonl';

/** Every answer in `folder`, attacks with their attempts; none where the folder is not there yet. */
export async function readAnswers(folder: string): Promise<KeptAnswers> {
  const attempts = new Map<string, Attempts[number][]>();
  for (const { task, attempt } of await readLines(folder)) {
    const rows = attempts.get(task) ?? [];
    attempts.set(task, rows);
    rows.push(attempt);
  }
  const answers = new Map<string, Kept>();
  for (const kind of kinds)
    for (const [id, kept] of Object.entries(await readKind(folder, kind))) {
      const rows = attempts.get(id);
      answers.set(id, rows === undefined ? kept : { ...kept, answer: { ...(kept.answer as object), attempts: rows } });
    }
  return answers;
}

/** Adds the answer to one task, or replaces it; what other runs have kept in the meantime stays. */
export async function keepAnswer(folder: string, id: string, kept: Kept): Promise<void> {
  const kind = kindOf(id);
  const { attempts = [], ...rest } = kept.answer as { readonly attempts?: Attempts };
  const answer = attempts.length === 0 ? kept.answer : rest;
  await mkdir(folder, { recursive: true });
  await withLock(path.join(folder, '.lock'), async () => {
    const lines = await readLines(folder);
    const others = lines.filter(({ task }) => task !== id);
    // Before the answer: a crash between the two leaves the old answer with the attempts of the new one, and the task still to be done.
    if (attempts.length > 0 || others.length < lines.length)
      await writeLines(folder, [...others, ...attempts.map((attempt) => ({ task: id, attempt }))]);
    const all = { ...(await readKind(folder, kind)), [id]: { ...kept, answer } };
    await replaceFile(path.join(folder, `${kind}.json`), `${wideJson(sorted(all))}\n`);
  });
}

function kindOf(id: string): Kind {
  const kind = kinds.find((known) => id.startsWith(`${known}-`));
  if (kind === undefined)
    throw new PalimpsestError(
      'internal',
      `results: expected a task whose id begins with ${kinds.join(', ')}, got "${id}"`,
    );
  return kind;
}

async function readKind(folder: string, kind: Kind): Promise<Readonly<Record<string, Kept>>> {
  const file = path.join(folder, `${kind}.json`);
  const text = await textOf(file);
  return text === null ? {} : (parsed(file, text) as Record<string, Kept>);
}

async function readLines(folder: string): Promise<readonly AttemptLine[]> {
  const file = path.join(folder, attemptsFile);
  const lines = ((await textOf(file)) ?? '').split('\n').filter((line) => line !== '');
  return lines.map((line, i) => parsed(`${file}:${i + 1}`, line) as AttemptLine);
}

const writeLines = (folder: string, lines: readonly AttemptLine[]): Promise<void> =>
  replaceFile(
    path.join(folder, attemptsFile),
    lines
      .toSorted((a, b) => byName(a.task, b.task)) // stable: the attempts of a task keep their order
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  );

const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const sorted = (all: Readonly<Record<string, Kept>>): Readonly<Record<string, Kept>> =>
  Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => byName(a, b)));

async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
}

const textOf = (file: string): Promise<string | null> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw cause;
  });

function parsed(where: string, text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (cause) {
    throw new PalimpsestError('bad-file', `${where}: expected the JSON of kept answers, got "${text.slice(0, 40)}"`, {
      cause,
      advice: 'Take the file back from version control.',
    });
  }
  throw new PalimpsestError('bad-file', `${where}: expected an object, got "${text.slice(0, 40)}"`, {
    advice: 'Take the file back from version control.',
  });
}
