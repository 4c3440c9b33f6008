/**
 * `npm test`: every check there is, in order, with its output; then a table of the stages; and as the last line
 * `N passed, N failed`, counting each unit and browser test, and each other stage as one.
 * `npm test -- unit e2e` runs the named stages only.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PalimpsestError } from '../src/core/errors.ts';
import { browserVariable, findOrInstallBrowser } from './find-browser.ts';

interface Count {
  readonly passed: number;
  readonly failed: number;
}

interface Stage {
  readonly name: string;
  /** npm script and what is added to its command line. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly prepare?: () => NodeJS.ProcessEnv;
  /** Reads the counts from the stage's JSON report. */
  readonly count?: () => Count;
  /** Another stage that must have passed before. */
  readonly needs?: string;
}

interface Result extends Count {
  readonly name: string;
  readonly seconds: number;
  readonly note: string;
}

const reports = mkdtempSync(path.join(tmpdir(), 'palimpsest-test-'));
const unitReport = path.join(reports, 'unit.json');
const e2eReport = path.join(reports, 'e2e.json');

const stages: readonly Stage[] = [
  { name: 'format', script: 'test:format' },
  { name: 'types', script: 'test:types' },
  { name: 'lint', script: 'test:lint' },
  { name: 'unused', script: 'test:unused' },
  {
    name: 'unit',
    script: 'test:unit',
    args: ['--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`],
    count: () => {
      const report = readReport(unitReport) as { numPassedTests: number; numFailedTests: number };
      return { passed: report.numPassedTests, failed: report.numFailedTests };
    },
  },
  { name: 'build', script: 'build' },
  {
    name: 'e2e',
    script: 'test:e2e',
    args: ['--reporter=list,json'],
    needs: 'build',
    prepare: () => ({ [browserVariable]: findOrInstallBrowser(), PLAYWRIGHT_JSON_OUTPUT_FILE: e2eReport }),
    count: () => {
      const { stats } = readReport(e2eReport) as { stats: { expected: number; flaky: number; unexpected: number } };
      return { passed: stats.expected + stats.flaky, failed: stats.unexpected };
    },
  },
];

function readReport(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Runs an npm script with its output shown; resolves with its exit code. */
function runScript(script: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', '--silent', script, '--', ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
      shell: process.platform === 'win32',
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

async function runStage(stage: Stage, earlier: readonly Result[]): Promise<Result> {
  console.log(`\n── ${stage.name}`);
  const needed = earlier.find((result) => result.name === stage.needs);
  if (needed !== undefined && needed.failed > 0) {
    return { name: stage.name, passed: 0, failed: 1, seconds: 0, note: `not run: ${needed.name} failed` };
  }
  const started = performance.now();
  const finish = (count: Count, note = ''): Result => ({
    name: stage.name,
    ...count,
    seconds: (performance.now() - started) / 1000,
    note,
  });
  try {
    const code = await runScript(stage.script, stage.args ?? [], stage.prepare?.() ?? {});
    const reported = stage.count?.() ?? { passed: code === 0 ? 1 : 0, failed: 0 };
    // A file that does not even load fails its stage without failing a test: it must not go uncounted.
    const failed = code === 0 ? reported.failed : Math.max(1, reported.failed);
    return finish({ passed: reported.passed, failed }, code === 0 ? '' : `exit code ${code}`);
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

function chosenStages(names: readonly string[]): readonly Stage[] {
  const unknown = names.find((name) => !stages.some((stage) => stage.name === name));
  if (unknown !== undefined) {
    const known = stages.map((stage) => stage.name).join(', ');
    throw new PalimpsestError('bad-argument', `test: expected stages among ${known}, got "${unknown}"`);
  }
  return names.length === 0 ? stages : stages.filter((stage) => names.includes(stage.name));
}

const results: Result[] = [];
for (const stage of chosenStages(process.argv.slice(2))) results.push(await runStage(stage, results));
printTable(results);
const total = (key: keyof Count): number => results.reduce((sum, result) => sum + result[key], 0);
if (total('failed') > 0) process.exitCode = 1;
console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
