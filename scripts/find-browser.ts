/**
 * Finds a Chromium for the browser tests, and installs one when there is none. WebGPU needs the full browser, not Playwright's
 * headless shell. As a program: prints the path.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';
import { PalimpsestError } from '../src/core/errors.ts';

/** Environment variable that names the browser to use; nothing else is tried when it is set. */
export const browserVariable = 'PALIMPSEST_CHROMIUM';

const namesOnPath = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'msedge'];

function usualPlaces(): readonly string[] {
  switch (process.platform) {
    case 'darwin':
      return [
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
        '/Applications/Chromium.app/Contents/MacOS/Chromium',
        '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
      ];
    case 'win32':
      return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
        .map((name) => process.env[name])
        .filter((folder) => folder !== undefined)
        .flatMap((folder) => [
          path.join(folder, 'Google/Chrome/Application/chrome.exe'),
          path.join(folder, 'Chromium/Application/chrome.exe'),
          path.join(folder, 'Microsoft/Edge/Application/msedge.exe'),
        ]);
    default:
      return ['/usr/bin/chromium', '/opt/google/chrome/chrome', '/snap/bin/chromium'];
  }
}

const isFile = (file: string): boolean => existsSync(file) && statSync(file).isFile();

function onPath(name: string): string | null {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(folder, name + suffix);
    if (folder !== '' && isFile(file)) return file;
  }
  return null;
}

/** The browser already here, or null. Throws `bad-argument` when the environment variable names a file that is not there. */
export function findBrowser(): string | null {
  const named = process.env[browserVariable];
  if (named !== undefined && named !== '') {
    if (isFile(named)) return named;
    throw new PalimpsestError('bad-argument', `${browserVariable}: expected a browser's executable, got "${named}"`, {
      advice: 'Point it to an existing file, or unset it to have a browser found.',
    });
  }
  for (const name of namesOnPath) {
    const file = onPath(name);
    if (file !== null) return file;
  }
  return [...usualPlaces(), chromium.executablePath()].find(isFile) ?? null;
}

/** Runs a command with its output shown (on stderr, so that stdout stays the path alone). */
function run(command: string, ...args: string[]): boolean {
  console.error(`> ${command} ${args.join(' ')}`);
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  return status === 0;
}

/** The browser found, else Playwright's, else the one of Debian's or Ubuntu's package manager. Throws when none can be had. */
export function findOrInstallBrowser(): string {
  const present = findBrowser();
  if (present !== null) return present;
  console.error('No Chromium or Chrome found; installing one for the browser tests.');
  const withApt = process.getuid?.() === 0 && onPath('apt-get') !== null;
  // Where we may, with the system libraries it needs: a bare container has none of them.
  const dependencies = withApt ? ['--with-deps'] : [];
  if (run('npx', 'playwright', 'install', ...dependencies, 'chromium') && isFile(chromium.executablePath())) {
    return chromium.executablePath();
  }
  if (withApt && run('apt-get', 'update') && run('apt-get', 'install', '-y', 'chromium')) {
    const installed = findBrowser();
    if (installed !== null) return installed;
  }
  throw new PalimpsestError('bad-argument', 'browser tests: expected Chromium or Chrome 123 or newer, found none', {
    advice: `Install one, or set ${browserVariable} to its executable, and run npm test again.`,
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(findOrInstallBrowser());
}
