/**
 * `npm test`: every check there is, with their outputs in order; then a table of the stages and the slowest parts; and as the last line
 * `N passed, N failed`, counting each unit and browser test, and each other stage as one.
 * `npm test -- unit e2e` runs the named stages only. `npm run test:full` (`--full`) trains and searches at full length where
 * `npm test` goes on from what was recorded.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { PalimpsestError } from '../src/core/errors.ts';
import { browserVariable } from './find-browser.ts';
import { slowestBrowserTests, slowestUnitFiles, type Part } from './test/slowest.ts';

interface Count {
  readonly passed: number;
  readonly failed: number;
}

interface Stage {
  readonly name: string;
  /** npm script and what is added to its command line. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly prepare?: () => Promise<NodeJS.ProcessEnv>;
  /** Reads the counts from the stage's JSON report. */
  readonly count?: () => Count;
  /** Its tests or files, from the same report. */
  readonly parts?: () => readonly Part[];
  /** Uses every core by itself, and starts when the stages before it have ended. The others all start at once. */
  readonly alone?: boolean;
  /** A stage before this one that must have passed. */
  readonly needs?: string;
}

interface Result extends Count {
  readonly name: string;
  readonly seconds: number;
  readonly note: string;
  /** Empty for a stage that is one part. */
  readonly parts: readonly Part[];
}

const slowestShown = 10;
const given = process.argv.slice(2);
const isFull = given.includes('--full');

const reports = mkdtempSync(path.join(tmpdir(), 'palimpsest-test-'));
const unitReport = path.join(reports, 'unit.json');
const browserReport = path.join(reports, 'e2e.json');

const stages: readonly Stage[] = [
  { name: 'format', script: 'test:format' },
  { name: 'types', script: 'test:types' },
  { name: 'unused', script: 'test:unused' },
  { name: 'build', script: 'build' },
  {
    name: 'unit',
    alone: true,
    script: 'test:unit',
    args: ['--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`],
    count: () => {
      const report = readReport(unitReport) as { numPassedTests: number; numFailedTests: number };
      return { passed: report.numPassedTests, failed: report.numFailedTests };
    },
    parts: () => slowestUnitFiles(readReport(unitReport)),
  },
  // Begun with the first ones; it takes longest, so the unit tests do not wait for it.
  { name: 'lint', script: 'test:lint' },
  {
    name: 'e2e',
    script: 'test:e2e',
    alone: true,
    args: ['--reporter=list,json'],
    needs: 'build',
    prepare: async () => ({ [browserVariable]: await browser, PLAYWRIGHT_JSON_OUTPUT_FILE: browserReport }),
    count: () => {
      const { stats } = readReport(browserReport) as { stats: { expected: number; flaky: number; unexpected: number } };
      return { passed: stats.expected + stats.flaky, failed: stats.unexpected };
    },
    parts: () => slowestBrowserTests(readReport(browserReport)),
  },
];

function readReport(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The browser's path. A process of its own, so that an installation goes on beside the other stages. */
async function findBrowserAside(): Promise<string> {
  const program = path.join(import.meta.dirname, 'find-browser.ts');
  const maxBuffer = 2 ** 26; // an installation has much to say
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program], { maxBuffer });
  process.stderr.write(stderr);
  return stdout.trim();
}

interface Ran {
  readonly code: number;
  /** Empty when it was shown as it came. */
  readonly output: string;
}

/** Runs an npm script, with its output shown or kept for later. */
async function runScript(stage: Stage, env: NodeJS.ProcessEnv): Promise<Ran> {
  const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const child = spawn('npm', ['run', '--silent', stage.script, '--', ...(stage.args ?? [])], {
    stdio: stage.alone === true ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...(stage.alone === true ? {} : colour),
      ...(isFull ? { PALIMPSEST_FULL: '1' } : {}),
      ...env,
    },
    shell: process.platform === 'win32',
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve(code ?? 1);
    });
  });
  const outputs = [child.stdout, child.stderr].map((stream) => (stream === null ? '' : text(stream)));
  const [code, ...parts] = await Promise.all([ended, ...outputs]);
  return { code, output: parts.join('') };
}

interface Finished {
  readonly result: Result;
  readonly output: string;
}

async function runStage(stage: Stage, earlier: readonly Result[]): Promise<Finished> {
  const started = performance.now();
  const finish = (count: Count, note = '', output = '', parts: readonly Part[] = []): Finished => ({
    result: { name: stage.name, ...count, seconds: (performance.now() - started) / 1000, note, parts },
    output,
  });
  const needed = earlier.find((result) => result.name === stage.needs);
  if (needed !== undefined && needed.failed > 0)
    return finish({ passed: 0, failed: 1 }, `not run: ${needed.name} failed`);
  try {
    const { code, output } = await runScript(stage, (await stage.prepare?.()) ?? {});
    const reported = stage.count?.() ?? { passed: code === 0 ? 1 : 0, failed: 0 };
    // A file that does not even load fails its stage without failing a test: it must not go uncounted.
    const failed = code === 0 ? reported.failed : Math.max(1, reported.failed);
    return finish(
      { passed: reported.passed, failed },
      code === 0 ? '' : `exit code ${code}`,
      output,
      stage.parts?.() ?? [],
    );
  } catch (thrown) {
    const advice = thrown instanceof PalimpsestError ? ` ${thrown.advice}` : '';
    return finish({ passed: 0, failed: 1 }, `${thrown instanceof Error ? thrown.message : String(thrown)}${advice}`);
  }
}

function printTable(results: readonly Result[]): void {
  console.log('\nstage      passed  failed  seconds');
  for (const { name, passed, failed, seconds, note } of results) {
    const columns = [
      name.padEnd(9),
      String(passed).padStart(7),
      String(failed).padStart(7),
      seconds.toFixed(1).padStart(8),
    ];
    console.log(`${columns.join(' ')}${note === '' ? '' : `  ${note}`}`);
  }
}

/** Tests of the browser, files of unit tests, and the stages that are one part: the longest first. */
function printSlowest(results: readonly Result[]): void {
  const parts = results.flatMap(({ name, seconds, parts }): readonly Part[] =>
    parts.length > 0 ? parts.map((part) => ({ ...part, name: `${name}: ${part.name}` })) : [{ name, seconds }],
  );
  console.log(`\nthe ${slowestShown} slowest parts, in seconds`);
  for (const { name, seconds } of [...parts].sort((a, b) => b.seconds - a.seconds).slice(0, slowestShown))
    console.log(`${seconds.toFixed(1).padStart(7)}  ${name}`);
}

function chosenStages(names: readonly string[]): readonly Stage[] {
  const unknown = names.find((name) => !stages.some((stage) => stage.name === name));
  if (unknown !== undefined) {
    const known = stages.map((stage) => stage.name).join(', ');
    throw new PalimpsestError('bad-argument', `test: expected stages among ${known}, got "${unknown}"`);
  }
  return names.length === 0 ? stages : stages.filter((stage) => names.includes(stage.name));
}

const chosen = chosenStages(given.filter((argument) => argument !== '--full'));
const began = performance.now();
const browser = chosen.some(({ needs }) => needs === 'build') ? findBrowserAside() : Promise.resolve('');
browser.catch(() => undefined); // it is the stage's to say
const shared = new Map(chosen.filter(({ alone }) => alone !== true).map((stage) => [stage, runStage(stage, [])]));
const results: Result[] = [];
for (const stage of chosen) {
  console.log(`\n── ${stage.name}`);
  const { result, output } = await (shared.get(stage) ?? runStage(stage, results));
  process.stdout.write(output);
  results.push(result);
}
printTable(results);
printSlowest(results);
console.log(`\n${((performance.now() - began) / 60_000).toFixed(1)} minutes in all`);
const total = (key: keyof Count): number => results.reduce((sum, result) => sum + result[key], 0);
if (total('failed') > 0) process.exitCode = 1;
console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
