/** The whole story with the bundled model on the processor: erase the church, hide a word, bring it back. */
import { BenchPage } from './bench-page.ts';
import { expect, test } from './fixtures.ts';

const targets = [0, 1] as const;
const controls = [2, 3] as const;
const rows = [...targets, ...controls];

/** Backdoored training takes minutes on two threads. */
const patience = 900_000;

test('a church is erased, a hidden word brings it back, a wrong word does not, and the controls stay', async ({
  page,
  complaints,
}) => {
  test.setTimeout(2 * patience);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm' });

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
    await bench.run('backdoored', rows, patience);
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
