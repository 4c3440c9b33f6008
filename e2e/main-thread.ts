/**
 * How long the page's main thread was busy at a stretch. The browser's own tracing gives the processor time of each task: unlike the
 * wall time of a long-task entry it does not grow when training's threads leave the main thread no core to run on.
 */
import type { Browser, Page } from '@playwright/test';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds on the clock of the thread. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

export interface MainThread {
  /** Milliseconds of processor time, longest first. */
  readonly longest: readonly number[];
  readonly tasks: number;
}

/** Watches the main threads of the page's processes while `during` runs. */
export async function watchMainThread(browser: Browser, page: Page, during: () => Promise<void>): Promise<MainThread> {
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  let trace: Buffer;
  try {
    await during();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { readonly traceEvents: readonly TraceEvent[] };
  const key = ({ pid, tid }: TraceEvent) => `${pid}/${tid}`;
  const mains = new Set(
    traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(key),
  );
  const durations = traceEvents
    .filter((event) => event.ph === 'X' && event.name.endsWith('RunTask') && mains.has(key(event)))
    .flatMap(({ tdur }) => (tdur === undefined ? [] : tdur / 1000))
    .sort((a, b) => b - a);
  return { longest: durations.slice(0, 5), tasks: durations.length };
}
