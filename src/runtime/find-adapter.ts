/**
 * The WebGPU adapter, asked for with patience. On real graphics processors the first `requestAdapter()` after the browser's start was seen
 * to answer null and the next one to answer with an adapter: the browser's GPU process was still starting.
 */

/** What of `navigator.gpu` is used here. */
export interface AdapterSource<A> {
  requestAdapter(options: { readonly powerPreference: 'high-performance' }): Promise<A | null>;
}

/** Milliseconds from the first question to the last answer that is waited for. */
export const patience = 3000;

/** Milliseconds before the second question, and before each one after it; the last repeats. */
const pauses = [100, 200, 400, 800] as const;

/**
 * The first adapter that an answer brings within `limit` milliseconds; null when there is none by then. A rejection is an answer without an
 * adapter. `source` is null in a browser without WebGPU, which is asked nothing.
 */
export async function findAdapter<A>(source: AdapterSource<A> | null, limit: number = patience): Promise<A | null> {
  if (source === null) return null;
  const end = performance.now() + limit;
  for (let asked = 0; ; asked++) {
    // An answer that never comes is waited for no longer than all answers together.
    const adapter = await Promise.race([answerOf(source), afterPause(end - performance.now())]);
    if (adapter !== null) return adapter;
    const pause = pauses[Math.min(asked, pauses.length - 1)] ?? 0;
    if (performance.now() + pause >= end) return null;
    await afterPause(pause);
  }
}

async function answerOf<A>(source: AdapterSource<A>): Promise<A | null> {
  try {
    return await source.requestAdapter({ powerPreference: 'high-performance' });
  } catch {
    return null;
  }
}

function afterPause(milliseconds: number): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(null), Math.max(0, milliseconds));
  });
}
