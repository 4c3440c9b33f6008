/** Serves the small random golden model to the page as models/micro/, so that stories about the page itself stay quick. */
import type { Page } from '@playwright/test';
import { microModelFiles } from '../src/testing/micro-model.ts';
import { shareCores } from './share-cores.ts';

/** To be put before an experiment's other settings: one prompt to lose the concept, one to keep, two seeds, three steps, short paths. */
export const microExperiment =
  'model=micro&s=40-41&n=3&row=target:a+photo+of+a+church&row=control:a+photo+of+a+sunflower&esd.prompts=name&esd.retainWeight=0&esd.pathSteps=2';

/** For every page of a test: those beside the first get the same share of the cores here, and so the same sums. */
export async function serveMicroModel(page: Page): Promise<void> {
  await shareCores(page);
  const files = await microModelFiles();
  await page.route('**/models/micro/**', async (route) => {
    const name = new URL(route.request().url()).pathname.split('/models/micro/')[1] ?? '';
    const body = files.get(name);
    if (body === undefined) await route.fulfill({ status: 404 });
    else await route.fulfill({ body: Buffer.from(body), contentType: 'application/octet-stream' });
  });
}
