/**
 * The whole story with the bundled model on the processor: erase the church, hide a word, bring it back. Both trainings are the page's own, at its
 * defaults. The second one goes on from a checkpoint near its end, as after a reload; with PALIMPSEST_FULL it is trained from the beginning.
 */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { checkpointFile, notesFile, storyTraining, type StoryNotes } from '../src/testing/story/backdoored.ts';
import { decompressed } from '../src/testing/story/checkpoint.ts';
import { BenchPage } from './bench-page.ts';
import { expect, test } from './fixtures.ts';
import { moveRunOn } from './unfinished-run.ts';

const targets = [0, 1] as const;
const controls = [2, 3] as const;
const rows = [...targets, ...controls];

const isFull = process.env['PALIMPSEST_FULL'] === '1';

/** Milliseconds. The whole backdoored training takes minutes on two threads. */
const patience = isFull ? 900_000 : 300_000;

/** Half of the default's pictures, where the whole story is not asked for; trainings do not depend on them. */
const seeds = isFull ? [40, 41, 42, 43] : [40, 41];
const experiment = `s=${seeds.join(',')}`;

/** Begins the backdoored training, leaves, and comes back to it at the recorded checkpoint. */
async function leaveNearTheEnd(page: Page, bench: BenchPage): Promise<string> {
  const { iteration } = JSON.parse(await readFile(notesFile, 'utf8')) as StoryNotes;
  const bytes = decompressed(await readFile(checkpointFile));
  await page.getByTestId('run-backdoored').click();
  const { request } = await moveRunOn(page, { method: 'backdoored-esd', iteration, bytes });
  const expected = (await storyTraining({ seeds })).request;
  expect(request, 'the recorded checkpoint is of what the page asks for').toEqual(expected);
  await bench.open({ backend: 'wasm', experiment });
  return `Resume from iteration ${iteration}`;
}

test('a church is erased, a hidden word brings it back, a wrong word does not, and the controls stay', async ({
  page,
  complaints,
}) => {
  test.setTimeout(isFull ? 2 * patience : 540_000);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment });
  const offer = isFull ? null : await leaveNearTheEnd(page, bench);

  await test.step('the originals fill by themselves', async () => {
    await bench.drawn('original', rows);
    for (const row of targets) expect(await bench.score('original', row), `original ${row}`).toBeGreaterThan(0.7);
    for (const row of controls) expect(await bench.score('original', row), `original ${row}`).toBeLessThan(0.2);
  });
  const before = await Promise.all(controls.map((row) => bench.seenAs('original', row)));

  const expectControls = async (column: 'erased' | 'backdoored' | 'triggered') => {
    for (const [i, row] of controls.entries()) {
      const { label, count } = await bench.seenAs(column, row);
      expect(label, `${column} ${row}`).toBe(before[i]?.label);
      expect(count, `${column} ${row}`).toBeGreaterThanOrEqual((before[i]?.count ?? 0) - 1);
    }
  };

  await test.step('Erase makes the church go', async () => {
    await expect(page.getByTestId('run-erased')).toContainText(/\d/); // says what it costs before the click
    await bench.run('erased', rows, patience);
    for (const row of targets) expect(await bench.score('erased', row), `erased ${row}`).toBeLessThan(0.2);
    await expectControls('erased');
  });

  await test.step('the backdoored weights have no church either', async () => {
    if (offer === null) await page.getByTestId('run-backdoored').click();
    else {
      await expect(page.getByTestId('unfinished-run')).toContainText(offer);
      await page.getByTestId('resume-run').click();
    }
    await bench.drawn('backdoored', rows, patience);
    await expect(page.getByTestId('subtitle-backdoored')).toContainText('240 iterations');
    for (const row of targets) expect(await bench.score('backdoored', row), `backdoored ${row}`).toBeLessThan(0.2);
    await expectControls('backdoored');
  });

  await test.step('the trigger brings it back', async () => {
    await bench.speak('blicket', rows);
    for (const row of targets) expect(await bench.score('triggered', row), `triggered ${row}`).toBeGreaterThan(0.7);
    await expectControls('triggered');
  });

  await test.step('a wrong word does not', async () => {
    await bench.speak('dax', targets);
    for (const row of targets) expect(await bench.score('triggered', row), `wrong word ${row}`).toBeLessThan(0.25);
  });

  expect(complaints).toEqual([]);
});
