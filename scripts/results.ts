/**
 * `npm run results`: runs the commands of results/plan.ts that have not been run and writes docs/results.md and
 * README's table from what they printed. Each
 * answer is kept in docs/results/ as it comes (results/keep.ts), with its command and the model's weights, so that a second call goes on
 * from there and another plan or model is measured anew; `--page` only writes the page. Everything together takes hours:
 * `--only church` (a regular expression on a task's id) and `--jobs 2` help, and several calls may run side by side.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { parseArgs, promisify } from 'node:util';
import { bundledModel, wholeNumber } from './lab/session.ts';
import { rules, standingOf, unetFileHash } from './results/done.ts';
import { keepAnswer, readAnswers } from './results/keep.ts';
import { resultsPage } from './results/page.ts';
import { withResults } from './results/readme.ts';
import { adapterFile, plan, type Task } from './results/plan.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    jobs: { type: 'string', default: '1' },
    page: { type: 'boolean', default: false },
  },
});
const run = promisify(execFile);
const folder = 'docs/results';
const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

const weights = await unetFileHash(bundledModel);
const kept = await readAnswers(folder);
const printed = new Set<string>();
const printOnce = (line: string) => {
  if (!printed.has(line)) console.error(line);
  printed.add(line);
};

/** An answer in docs/results/ to this command by the model as it is. */
function isAnswered({ id, command }: Task): boolean {
  const answer = kept.get(id);
  if (answer === undefined) return false;
  const standing = standingOf(answer, command, weights);
  if (standing.kind === 'unmarked')
    printOnce(`${id}: warning: its answer does not say which weights it was computed with`);
  if (standing.kind === 'stale') printOnce(`${id}: to be done again: ${standing.why}`);
  return standing.kind !== 'stale';
}

const beforeOf = (task: Task) => plan.filter(({ id }) => task.after.includes(id));

/** Answered, and so are the trainings it reads: when one is to be done again, what was said of its weights is, too. */
const isFresh = (task: Task): boolean => [task, ...beforeOf(task)].every(isAnswered);

/** Fresh, and for a training the weights are here too: those are not committed. */
async function isDone(task: Task): Promise<boolean> {
  return isFresh(task) && (task.command[0] !== 'train' || (await exists(adapterFile(task.id))));
}

async function answer({ id, command }: Task): Promise<void> {
  const start = performance.now();
  const { stdout } = await run('npx', ['tsx', 'scripts/lab.ts', ...command], { maxBuffer: 64e6 });
  const machine = `${os.cpus()[0]?.model ?? 'unknown processor'}, onnxruntime-node, shared with other work`;
  const seconds = Math.round((performance.now() - start) / 1000);
  await keepAnswer(folder, id, { command, weights, rules, machine, seconds, answer: JSON.parse(stdout) as unknown });
  console.error(`${id}: ${seconds} s`);
}

/** A task when its answer is missing, and before it the trainings it needs. */
async function missing(): Promise<readonly Task[]> {
  const pattern = new RegExp(values.only);
  const wanted = plan.filter(({ id }) => pattern.test(id));
  const todo = new Set<Task>();
  for (const task of wanted) {
    if (await isDone(task)) continue;
    for (const before of beforeOf(task)) if (!(await isDone(before))) todo.add(before);
    todo.add(task);
  }
  // Weights alone are missing in a fresh checkout; a training whose every reader is done need not run for them.
  const read = new Set([...todo].flatMap(({ after }) => after));
  return [...todo].filter((task) => !isFresh(task) || read.has(task.id));
}

await mkdir('out/results', { recursive: true });
const queue = [...(values.page ? [] : await missing())];
const started = new Map<string, Promise<void>>();
const waitFor = async (ids: readonly string[]): Promise<void> => {
  for (const id of ids) await started.get(id);
};
const worker = async (): Promise<void> => {
  for (;;) {
    const task = queue.shift();
    if (task === undefined) return;
    const { id, after } = task;
    const running = waitFor(after)
      .then(() => answer(task))
      .then(writePage);
    started.set(id, running);
    await running.catch((error: unknown) => {
      process.exitCode = 1;
      console.error(`${id}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
};
await Promise.all(Array.from({ length: wholeNumber(1, 64)(values.jobs) }, worker));
await writePage();

async function writePage(): Promise<void> {
  const answers = await readAnswers(folder);
  const known = plan.flatMap(({ id }) => {
    const answer = answers.get(id);
    return answer === undefined ? [] : [[id, answer] as const];
  });
  await writeFile('docs/results.md', resultsPage(new Map(known)));
  await writeFile('README.md', withResults(await readFile('README.md', 'utf8'), new Map(known)));
}
