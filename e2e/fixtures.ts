/** What every user story starts from: a page with its share of the processor, whose every complaint is noted. */
import { test as base } from '@playwright/test';
import { shareCores } from './share-cores.ts';

interface Fixtures {
  /** Console errors, uncaught exceptions, failed or foreign requests and policy violations, as they happen. */
  readonly complaints: readonly string[];
}

export const test = base.extend<Fixtures>({
  page: async ({ page }, use) => {
    await shareCores(page);
    await use(page);
  },
  complaints: async ({ page, baseURL }, use) => {
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
    page.on('request', (request) => {
      const url = request.url();
      const own = url.startsWith(`${baseURL ?? ''}/`) || url.startsWith('blob:') || url.startsWith('data:');
      if (!own) complaints.push(`request to another address: ${url}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) complaints.push(`${response.status()} for ${response.url()}`);
    });
    await use(complaints);
  },
});

export { expect } from '@playwright/test';
