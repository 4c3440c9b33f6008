/** The Bench as a person uses it: open it, press its buttons, wait for cells, read what they show. */
import type { Locator, Page } from '@playwright/test';
import { byTestId, seen, type Sight } from './at-once.ts';
import { expect } from './fixtures.ts';

export type Column = 'original' | 'erased' | 'backdoored' | 'triggered' | 'attacked';

export interface OpenOptions {
  readonly backend: 'wasm' | 'webgpu';
  /** The experiment as in the address after `#/bench?`. */
  readonly experiment?: string;
  /** Milliseconds to wait for the engine, where its shaders take long to compile. */
  readonly patience?: number;
}

/** Updates done, below a thousand, as the job bar says: "84 / 2,000 · …". */
const updatesDone = /(?:^|[^\d])(\d+) \/ [\d,]+ ·/;

/** The job bar once a training has done so many updates. */
export const trainedFor = (atLeast: number): Sight => ({
  element: byTestId('job-bar'),
  text: updatesDone,
  atLeast,
});

export class BenchPage {
  readonly page: Page;
  readonly jobBar: Locator;
  readonly errorCard: Locator;

  constructor(page: Page) {
    this.page = page;
    this.jobBar = page.getByTestId('job-bar');
    this.errorCard = page.getByTestId('error-card');
  }

  /** Opens the page and waits for its engine. */
  async open({ backend, experiment, patience }: OpenOptions): Promise<void> {
    await this.page.goto(`/?backend=${backend}#/bench${experiment === undefined ? '' : `?${experiment}`}`);
    await this.ready(patience);
    await expect(this.page.getByTestId('device-badge')).toHaveAttribute('data-backend', backend);
  }

  async ready(patience?: number): Promise<void> {
    const badge = this.page.getByTestId('device-badge');
    await expect(badge).toHaveAttribute('data-state', 'ready', patience === undefined ? {} : { timeout: patience });
  }

  cell(column: Column, row: number): Locator {
    return this.page.getByTestId(`cell-${column}-${row}`);
  }

  /** Waits until these rows of a column show finished pictures of the present settings and weights. */
  async drawn(column: Column, rows: readonly number[], timeout?: number): Promise<void> {
    for (const row of rows) {
      await expect(this.cell(column, row)).toHaveAttribute(
        'data-state',
        'done',
        timeout === undefined ? {} : { timeout },
      );
    }
  }

  /** Presses the column's button and waits for its rows. */
  async run(column: Column, rows: readonly number[], timeout?: number): Promise<void> {
    await this.page.getByTestId(`run-${column}`).click();
    await this.drawn(column, rows, timeout);
  }

  /** Says a word to the backdoored weights and waits for what they draw. */
  async speak(word: string, rows: readonly number[], timeout?: number): Promise<void> {
    await this.page.getByTestId('trigger-word').fill(word);
    await this.run('triggered', rows, timeout);
  }

  /** Mean concept score the judge gave a cell's pictures. */
  async score(column: Column, row: number): Promise<number> {
    const text = await this.cell(column, row).getAttribute('data-score');
    if (text === null || text === '') throw new Error(`cell ${column} ${row}: expected a score, got none`);
    return Number(text);
  }

  /** What the judge saw most often in a cell, with how often: "seen as tree, 4 of 4". */
  async seenAs(
    column: Column,
    row: number,
  ): Promise<{ readonly label: string; readonly count: number; readonly n: number }> {
    const text = await this.cell(column, row)
      .getByText(/^seen as /)
      .textContent();
    const match = /^seen as (.+), (\d+) of (\d+)$/.exec(text ?? '');
    if (match === null) throw new Error(`cell ${column} ${row}: expected what the judge saw, got "${text ?? ''}"`);
    return { label: match[1] as string, count: Number(match[2]), n: Number(match[3]) };
  }

  /** The pixels of a cell's pictures. */
  async pictures(column: Column, row: number): Promise<readonly string[]> {
    return this.cell(column, row)
      .locator('canvas')
      .evaluateAll((canvases) => canvases.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));
  }

  /** Waits until a training has done at least so many updates, and returns how many. */
  async iterated(atLeast: number): Promise<number> {
    return Number(updatesDone.exec(await seen(this.page, trainedFor(atLeast)))?.[1]);
  }
}
