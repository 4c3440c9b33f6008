/** What a person does to a running training, and what happens to it. */
import { holdWorkers, killEngineWhen } from './at-once.ts';
import { BenchPage, trainedFor } from './bench-page.ts';
import { expect, test } from './fixtures.ts';
import { microExperiment, serveMicroModel } from './micro-model.ts';
import { serveRecordedEngine } from './recorded-engine.ts';

const rows = [0, 1];

test(
  'a training pauses, goes on, and when stopped keeps what it has',
  { tag: '@page' },
  async ({ page, complaints }) => {
    await serveRecordedEngine(page);
    const bench = new BenchPage(page);
    await bench.open({ backend: 'wasm', experiment: `${microExperiment}&esd.iterations=900` });
    await bench.drawn('original', rows);
    await page.getByTestId('run-erased').click();
    await bench.iterated(3);

    await page.getByTestId('pause-job').click();
    await expect(bench.jobBar).toHaveAttribute('data-state', 'paused');
    const paused = await bench.jobBar.textContent();
    await page.waitForTimeout(1500); // longer than several iterations
    expect(await bench.jobBar.textContent()).toBe(paused);

    await page.getByTestId('resume-job').click();
    await expect(bench.jobBar).toHaveAttribute('data-state', 'running');
    await expect.poll(() => bench.jobBar.textContent()).not.toBe(paused);

    await page.getByTestId('stop-job').click();
    await bench.drawn('erased', rows);
    await expect(page.getByTestId('subtitle-erased')).toContainText(/[1-9]/);
    expect(await bench.pictures('erased', 0)).not.toEqual(await bench.pictures('original', 0));
    expect(complaints).toEqual([]);
  },
);

test('a training whose worker is killed is offered again, and continues from its checkpoint to the end', async ({
  page,
}) => {
  await serveMicroModel(page);
  await holdWorkers(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: `${microExperiment}&esd.iterations=24` });
  const killed = killEngineWhen(page, trainedFor(13)); // checkpoints are kept every 4
  await page.getByTestId('run-erased').click();
  await killed;

  await expect(bench.errorCard).toHaveAttribute('data-code', 'worker-died');
  const offer = page.getByTestId('unfinished-run');
  await expect(offer).toContainText(/(8|12|16|20) of 24/);
  await page.getByTestId('restart-engine').click();
  await expect(bench.errorCard).toBeHidden();
  await bench.ready();

  const resume = page.getByTestId('resume-run');
  await expect(resume).not.toHaveAttribute('aria-disabled', 'true');
  await resume.click();
  const first = await bench.iterated(1);
  expect(first).toBeGreaterThan(8); // not from the beginning
  await bench.drawn('erased', rows);
  await expect(page.getByTestId('subtitle-erased')).toContainText('24');
  await expect(offer).toBeHidden();
});

test('an unfinished training outlives the page', { tag: '@page' }, async ({ page }) => {
  await serveRecordedEngine(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: `${microExperiment}&esd.iterations=900` });
  await page.getByTestId('run-erased').click();
  await bench.iterated(15);
  await page.reload();
  await bench.ready();
  await expect(page.getByTestId('unfinished-run')).toContainText('of 900');
});

test('trained weights outlive the page', async ({ page }) => {
  await serveMicroModel(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: `${microExperiment}&esd.iterations=4&esd.learningRate=0.01` });
  await bench.drawn('original', rows);
  await bench.run('erased', rows);
  const before = await bench.pictures('erased', 0);
  await page.reload();
  await bench.ready();
  await bench.drawn('erased', rows); // drawn again by itself, with the kept weights
  expect(await bench.pictures('erased', 0)).toEqual(before);
});
