/** Presses what saves a file, and reads what the browser was given. */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type { DroppedFile } from './drop-file.ts';

export async function saved(page: Page, press: () => Promise<void>): Promise<DroppedFile> {
  const waiting = page.waitForEvent('download');
  await press();
  const download = await waiting;
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}
