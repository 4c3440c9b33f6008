/**
 * What must reach a running job before it ends is done inside the page, in the moment the page shows that it is due. A click
 * from the test's own process comes several frames later, and on a busy machine so late that a short job is over: its button is
 * gone, or it belongs to the next job by then.
 */
import type { Page } from '@playwright/test';
import { PalimpsestError } from '../src/core/errors.ts';

/** Something the page shows. */
export interface Sight {
  /** CSS. */
  readonly element: string;
  /** What the element's text must match; anything unless given. */
  readonly text?: RegExp;
  /** The least that the number in the first group of `text` may be. */
  readonly atLeast?: number;
}

export const byTestId = (id: string): string => `[data-testid="${id}"]`;

/** Waits, on an open page, until it shows `sight`, however shortly. Returns the element's text. */
export function seen(page: Page, sight: Sight): Promise<string> {
  return lookOut(page, sight, { kind: 'look' });
}

/**
 * Presses a button, given as CSS, as soon as the page shows `sight`: unless given, the button itself. To be called before the
 * job begins, and awaited after it.
 */
export async function pressWhen(page: Page, button: string, sight: Sight = { element: button }): Promise<void> {
  await lookOut(page, sight, { kind: 'press', button });
}

/**
 * Ends the engine's thread as soon as the page shows `sight`, in the middle of what it computes: no event, no answer, only its lock
 * is released. Needs `holdWorkers` before the page opened.
 */
export async function killEngineWhen(page: Page, sight: Sight): Promise<void> {
  await lookOut(page, sight, { kind: 'kill' });
}

interface HeldWorker {
  readonly address: string;
  readonly worker: Worker;
}

/** Lets the page remember the workers it starts. */
export async function holdWorkers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const heldWorkers: HeldWorker[] = [];
    Object.assign(globalThis, { heldWorkers });
    globalThis.Worker = class extends Worker {
      constructor(address: string | URL, options?: WorkerOptions) {
        super(address, options);
        heldWorkers.push({ address: String(address), worker: this });
      }
    };
  });
}

type Deed = { readonly kind: 'look' | 'kill' } | { readonly kind: 'press'; readonly button: string };

function lookOut(page: Page, { element, text = /^/, atLeast = 0 }: Sight, deed: Deed): Promise<string> {
  if (text.global || text.sticky)
    throw new PalimpsestError('bad-argument', `at once: expected a pattern without memory, got ${String(text)}`);
  return page.evaluate(
    ([element, pattern, atLeast, deed]) =>
      new Promise<string>((resolve, reject) => {
        const killEngine = () => {
          const { heldWorkers } = globalThis as unknown as { readonly heldWorkers: readonly HeldWorker[] };
          const engine = heldWorkers.findLast(({ address }) => address.includes('engine.worker'));
          if (engine === undefined) throw new Error('expected a running engine worker, found none');
          engine.worker.terminate();
        };
        const look = () => {
          const shown = document.querySelector(element)?.textContent ?? null;
          const match = shown === null ? null : pattern.exec(shown);
          if (shown === null || match === null || Number(match[1] ?? Infinity) < atLeast) return;
          const button = deed.kind === 'press' ? document.querySelector<HTMLElement>(deed.button) : null;
          if (deed.kind === 'press' && (button === null || button.ariaDisabled === 'true')) return;
          observer.disconnect();
          button?.click();
          try {
            if (deed.kind === 'kill') killEngine();
            resolve(shown);
          } catch (thrown) {
            reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
          }
        };
        const observer = new MutationObserver(look);
        observer.observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
        look();
      }),
    [element, text, atLeast, deed] as const,
  );
}
