import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const tests = ['src', 'scripts'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`),
);

/** What one file would leave behind for the next: spies, replaced globals and clocks. */
const changesWhatIsShared = /\bvi\.(?:mock|doMock|stub|spyOn|useFakeTimers)|fake-indexeddb|\bglobalThis\.\w+ = /;
const alone = tests.filter((file) => changesWhatIsShared.test(readFileSync(file, 'utf8')));

export default defineConfig({
  test: {
    // ORT sessions use every core; more workers than two only fight each other.
    maxWorkers: 2,
    projects: [
      // Files that change nothing shared share their modules: the program is read once by each worker and not once by each file.
      { extends: true, test: { name: 'together', include: tests, exclude: alone, isolate: false } },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    server: { deps: { inline: ['comlink'] } }, // its `main` is UMD, without named exports
  },
});
