/** Esc in a field gives back what was there before; no field is emptied and nothing is switched off by it. */
import type { Locator, Page } from '@playwright/test';
import { BenchPage } from './bench-page.ts';
import { expect, test } from './fixtures.ts';
import { microExperiment, serveMicroModel } from './micro-model.ts';

const fields =
  'main :is(input:not([type]), input[type=text], input[type=search], input[type=number], textarea):not([aria-hidden]):visible';

/** Types into the field and presses Esc, until twice more than it should take. */
async function editAndEscape(page: Page, field: Locator): Promise<void> {
  const before = await field.inputValue();
  await field.click();
  await field.press('End');
  await page.keyboard.type('zz');
  expect(await field.inputValue()).not.toBe(before);
  await page.keyboard.press('Escape');
  await expect(field).toHaveValue(before);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(field).toHaveValue(before);
  await field.blur();
  await expect(field).toHaveValue(before);
}

async function everyField(page: Page): Promise<number> {
  const count = await page.locator(fields).count();
  for (let at = 0; at < count; at++) await editAndEscape(page, page.locator(fields).nth(at));
  return count;
}

test('every field of the page gives back its text', async ({ page }) => {
  await serveMicroModel(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: microExperiment });
  await page.getByTestId('more-settings').click();
  // The sentence's words, the methods' settings, the trigger word, a new row.
  expect(await everyField(page)).toBeGreaterThan(10);
  await page.goto(`/?backend=wasm#/sweep?${microExperiment}`);
  await bench.ready();
  expect(await everyField(page)).toBeGreaterThan(0);
  await page.goto('/?backend=wasm#/runs');
  expect(await everyField(page)).toBe(1);
});

test('Esc in the concept field keeps the concept, and the page stays usable', async ({ page }) => {
  await serveMicroModel(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: microExperiment });
  const concept = page.getByTestId('concept-field');
  await concept.click();
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press('Escape');
    await expect(concept).toHaveValue('church');
  }
  await concept.fill('');
  await page.keyboard.press('Escape');
  await expect(concept).toHaveValue('church');
  await page.keyboard.press('Escape');
  await concept.blur();
  await expect(concept).toHaveValue('church');
  await expect(page.getByTestId('run-erased')).not.toHaveAttribute('aria-disabled', 'true');
});
