/** Settings: in the address and back, and what happens to values that cannot be. */
import { BenchPage } from './bench-page.ts';
import { expect, test } from './fixtures.ts';
import { microExperiment } from './micro-model.ts';
import { serveRecordedEngine } from './recorded-engine.ts';

test.beforeEach(async ({ page }) => {
  await serveRecordedEngine(page);
});

test(
  'everything changed on the page is in its address, and the address brings it back',
  { tag: '@page' },
  async ({ page, context }) => {
    const bench = new BenchPage(page);
    await bench.open({ backend: 'wasm', experiment: 'model=micro&n=3&esd.eta=2.5' });
    const type = async (field: string, text: string) => {
      await page.getByTestId(field).fill(text);
      await page.getByTestId(field).press('Enter');
    };
    await type('seeds-field', '7,9');
    await type('steps-field', '2');
    await type('guidance-field', '4.5');
    await type('trained-trigger', '红色 wug');
    await type('concept-field', 'sunflower');
    const query = () => new URLSearchParams(new URL(page.url()).hash.split('?')[1]);
    await expect.poll(() => query().get('c')).toBe('sunflower');
    const given = Object.fromEntries(query());
    expect(given).toMatchObject({ model: 'micro', s: '7,9', n: '2', g: '4.5', t: '红色 wug', 'esd.eta': '2.5' });

    const visitor = await context.newPage();
    await serveRecordedEngine(visitor);
    await visitor.goto(page.url());
    const other = new BenchPage(visitor);
    await other.ready();
    await expect(visitor.getByTestId('link-problems')).toBeHidden();
    await expect(visitor.getByTestId('seeds-field')).toHaveValue('7,9');
    await expect(visitor.getByTestId('steps-field')).toHaveValue('2');
    await expect(visitor.getByTestId('guidance-field')).toHaveValue('4.5');
    await expect(visitor.getByTestId('trained-trigger')).toHaveValue('红色 wug');
    await expect(visitor.getByTestId('concept-field')).toHaveValue('sunflower');
    expect(visitor.url()).toBe(page.url());
  },
);

test(
  'a value that cannot be used is answered at its field, and nothing starts with it',
  { tag: '@page' },
  async ({ page }) => {
    const bench = new BenchPage(page);
    await bench.open({ backend: 'wasm', experiment: microExperiment });
    await bench.drawn('original', [0, 1]);
    const bad = { 'steps-field': '0', 'seeds-field': '40-', 'guidance-field': 'much', 'trained-trigger': ' ' };
    for (const [name, text] of Object.entries(bad)) {
      const field = page.getByTestId(name);
      const good = await field.inputValue();
      await field.fill(text);
      await expect(field).toHaveAttribute('aria-invalid', 'true');
      const message = page.locator(`[id="${(await field.getAttribute('aria-describedby')) ?? ''}"]`);
      await expect(message).toBeVisible();
      await expect(message).toHaveText(/\S/);
      await expect(page.getByTestId('run-erased')).toHaveAttribute('aria-disabled', 'true');
      await page.getByTestId('run-erased').click({ force: true }); // Playwright itself waits for aria-disabled to go
      await expect(bench.jobBar).toHaveAttribute('data-state', 'idle');
      await field.fill(good);
      await expect(field).toHaveAttribute('aria-invalid', 'false');
    }
    await expect(page.getByTestId('run-erased')).not.toHaveAttribute('aria-disabled', 'true');
  },
);

test(
  'values of a link that cannot be used are named, and the rest of the link holds',
  { tag: '@page' },
  async ({ page }) => {
    const bench = new BenchPage(page);
    await bench.open({ backend: 'wasm', experiment: `${microExperiment}&g=2&esd.rank=0&esd.bananas=3&tp=middle` });
    const problems = page.getByTestId('link-problems');
    for (const part of ['esd.rank=0', 'esd.bananas=3', 'tp=middle']) await expect(problems).toContainText(part);
    await expect(problems.getByRole('listitem')).toHaveCount(3);
    await expect(page.getByTestId('guidance-field')).toHaveValue('2');
  },
);

test('a model that does not exist gives a card that names what is missing', { tag: '@page' }, async ({ page }) => {
  await page.goto('/?backend=wasm#/bench?model=nothing-here');
  const card = page.getByTestId('error-card');
  await expect(card).toHaveAttribute('data-code', 'download-failed');
  await expect(card).toContainText('models/nothing-here/manifest.json');
});
