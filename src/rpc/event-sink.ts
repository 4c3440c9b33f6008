/** The serving end of the event port: gathers events and posts them at most 15 times a second, pictures by transfer. */
import type { RunEvent } from '../records/events.ts';

const postsPerSecond = 15;

/** What of a MessagePort the sink needs. */
export interface EventPort {
  postMessage(message: unknown, transfer: Transferable[]): void;
}

export interface EventSink {
  /** Queues the event. Its picture's pixels now belong to the other thread: do not read them again. */
  emit(event: RunEvent): void;
  /** Posts what is queued at once. */
  flush(): void;
  /** Flushes and emits nothing more. */
  dispose(): void;
}

/** The first event after a pause goes out at once; those that follow wait for the next slot, in order. */
export function createEventSink(port: EventPort, now: () => number = () => performance.now()): EventSink {
  const interval = 1000 / postsPerSecond; // milliseconds
  let queue: RunEvent[] = [];
  let lastPost = -Infinity;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let open = true;

  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (queue.length === 0) return;
    const batch = queue;
    queue = [];
    lastPost = now();
    port.postMessage(batch, pictureBuffers(batch));
  };

  return {
    emit(event) {
      if (!open) return;
      queue.push(event);
      const wait = lastPost + interval - now();
      if (wait <= 0) flush();
      else timer ??= setTimeout(flush, wait);
    },
    flush,
    dispose() {
      flush();
      open = false;
    },
  };
}

/** Each picture's buffer once: a buffer named twice in one transfer list is an error. */
function pictureBuffers(batch: readonly RunEvent[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const event of batch) {
    if (event.type === 'preview' || event.type === 'picture') buffers.add(event.picture.pixels.buffer);
    if (event.type === 'picture' && event.asText !== undefined) buffers.add(event.asText.picture.pixels.buffer);
    if (event.type !== 'attempt') continue;
    const { asIds, asText } = event.attempt;
    for (const judged of [asIds, asText]) if (judged !== null) buffers.add(judged.picture.pixels.buffer);
  }
  return [...buffers];
}
