/** Scenario B with little training of a small random model: keys are trained, everyone's pictures are drawn and counted, a key is revoked. */
import { byTestId, pressWhen } from './at-once.ts';
import { expectNoSeriousFaultsInBothSchemes } from './axe.ts';
import { BenchPage } from './bench-page.ts';
import { expect, test } from './fixtures.ts';
import { serveMicroModel } from './micro-model.ts';

/** Few iterations and short paths, two rows, two seeds: what is shown must be real, not convincing. */
const short =
  'model=micro&c=Van+Gogh&s=40-41&n=3&row=target:a+painting+of+a+dog+in+the+style+of+Van+Gogh&row=control:a+photo+of+a+dog' +
  '&backdoored-esd.iterations=2&backdoored-esd.prompts=name&backdoored-esd.retainWeight=0&backdoored-esd.pathSteps=2';

test('licence keys open an erased style for their holders, and one is revoked by training anew', async ({
  page,
  complaints,
}) => {
  await serveMicroModel(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: short });
  await page.getByTestId('subtitle-backdoored').locator('..').getByRole('button').first().click();
  const panel = page.getByTestId('licence');
  await panel.locator('summary').click();
  await expect(panel.getByTestId('licence-run')).toHaveAttribute('aria-disabled', 'true');

  await panel.getByTestId('licence-scene').click();
  await expect(page).toHaveURL(/backdoored-esd\.keys=dovark/);
  await expect(panel.getByTestId('licence-revoked')).toHaveValue('wug');
  await expect(panel.getByTestId('licence-train')).toContainText(/about \d/);
  await panel.getByTestId('licence-train').click();
  await expect(panel.getByTestId('licence-keys').getByRole('listitem')).toHaveCount(2);

  const stopped = pressWhen(page, byTestId('licence-stop'));
  await panel.getByTestId('licence-run').click();
  await stopped;
  await expect(panel.getByTestId('licence-run')).toBeVisible();
  await expect(panel.getByTestId('licence-holders')).toHaveCount(0);

  await panel.getByTestId('licence-run').click();
  const holders = panel.getByTestId('licence-holders').getByRole('listitem');
  await expect(holders).toHaveCount(4);
  await expect(holders.locator('canvas')).toHaveCount(4);
  for (const [i, who] of ['the public', 'holds blicket', 'holds dovark', 'wug, revoked'].entries()) {
    await expect(holders.nth(i)).toContainText(who);
    await expect(holders.nth(i)).toContainText(/\d of \d+/);
    await expect(holders.nth(i)).toContainText(/0\.\d\d to \d\.\d\d/);
  }
  await expectNoSeriousFaultsInBothSchemes(page);

  const revoke = panel.getByTestId('revoke-blicket');
  await expect(revoke).toContainText(/about \d/);
  await revoke.click();
  await expect(page).toHaveURL(/t=dovark/);
  await expect(page).toHaveURL(/backdoored-esd\.revoked=wug%2C\+blicket/);
  await expect(panel.getByTestId('licence-keys').getByRole('listitem')).toHaveCount(1);
  await expect(panel.getByTestId('revoke-dovark')).toHaveAttribute('aria-disabled', 'true');
  await expect(panel.getByTestId('licence-holders')).toHaveCount(0);
  await expect(panel.getByTestId('licence-revoked')).toHaveValue('wug, blicket');
  expect(complaints).toEqual([]);
});
