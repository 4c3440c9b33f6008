/** A worker that may die: its calls race against `gone`, which rejects when it does. */
import { PalimpsestError } from '../core/errors.ts';
import { type Lifeline, type Locks, watchLifeline } from './lifeline.ts';
import { unwrap, type Outcome } from './wire.ts';

/** The parts of a Worker a connection uses, so that tests can run it over a MessageChannel. */
export type WatchedWorker = Pick<Worker, 'postMessage' | 'addEventListener' | 'removeEventListener' | 'terminate'> & {
  /** Comlink starts a MessagePort through this; a Worker has none. */
  readonly start?: () => void;
};

export interface WorkerWatch {
  /** Never resolves; rejects when the worker is at its end. */
  readonly gone: Promise<never>;
  /** When the worker answers for the first time; rejects when it never does. */
  readonly started: Promise<void>;
  isGone(): boolean;
  /** Ends the worker; calls in flight reject with `reason`. */
  end(reason: PalimpsestError): void;
}

interface WatchOptions {
  /** The worker's name, under which it holds its lifeline. */
  readonly name: string;
  /** For messages: "engine worker". */
  readonly what: string;
  /** What is said when the lifeline breaks without an error. */
  readonly ended: string;
  readonly advice?: string;
  readonly onDeath?: (error: PalimpsestError) => void;
  readonly locks?: Locks | undefined;
}

/** `ready`: the worker's first answer, which lifeline it holds. */
export function watchWorker(
  worker: WatchedWorker,
  ready: Promise<Outcome<Lifeline>>,
  options: WatchOptions,
): WorkerWatch {
  const { name, what, ended, advice, onDeath, locks } = options;
  let reject: (reason: PalimpsestError) => void = () => undefined;
  const gone = new Promise<never>((_resolve, rejectGone) => {
    reject = rejectGone;
  });
  gone.catch(() => undefined); // calls race against it; by itself it is nobody's unhandled rejection
  const watching = new AbortController();
  const { signal } = watching;

  const end = (reason: PalimpsestError): void => {
    if (signal.aborted) return;
    watching.abort();
    reject(reason);
    worker.terminate();
  };
  const die = (how: string): void => {
    if (signal.aborted) return;
    const error = new PalimpsestError('worker-died', `${what}: ${how}`, advice === undefined ? {} : { advice });
    end(error);
    onDeath?.(error);
  };
  worker.addEventListener(
    'error',
    (event) => die(`stopped with "${event.message || 'its script could not be loaded'}"`),
    { signal },
  );
  worker.addEventListener('messageerror', () => die('sent a message that could not be read'), { signal });

  const started = Promise.race([ready, gone]).then((outcome) => {
    watchLifeline(unwrap(outcome), name, signal, () => die(ended), locks);
  });
  started.catch(() => undefined); // who waits for it sees it; everybody else through `gone`
  return { gone, started, isGone: () => signal.aborted, end };
}
