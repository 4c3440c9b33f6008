/** What axe finds on the page as it is now, serious and critical faults only. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** In the colour scheme the page has. */
export async function expectNoSeriousFaults(page: Page): Promise<void> {
  // One run in the page itself: the other mode gathers frames, of which there are none, in a second page.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const faults = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`),
    );
  expect(faults).toEqual([]);
}

/** In light and in dark; dark stays. */
export async function expectNoSeriousFaultsInBothSchemes(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectNoSeriousFaults(page);
  }
}
