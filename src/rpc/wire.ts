/**
 * What travels between page and worker. Comlink carries a thrown error's message only, so every method answers with an
 * Outcome, and the other side throws the error again, code and advice included.
 */
import { type ErrorCode, PalimpsestError, toPalimpsestError } from '../core/errors.ts';
import type { EngineService } from './engine-service.ts';
import type { Lifeline } from './lifeline.ts';

export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly advice: string;
  /** Where it was thrown, on the other side. */
  readonly stack: string;
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: WireError };

/** A service as it looks on the wire: the same methods, each answering with an Outcome and never rejecting. */
export type Wired<Service> = {
  readonly [Name in keyof Service]: Service[Name] extends (...args: infer Args) => Promise<infer Value>
    ? (...args: Args) => Promise<Outcome<Value>>
    : never;
};

/** The engine on the wire. `ready` answers once the worker runs: with the lifeline it holds. */
export type EngineWire = Wired<EngineService> & { readonly ready: () => Promise<Outcome<Lifeline>> };

/** Runs `work` and reports how it went. */
export async function settle<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (thrown) {
    const { code, message, advice, stack } = toPalimpsestError(thrown);
    return { ok: false, error: { code, message, advice, stack: stack ?? '' } };
  }
}

/** The value of an outcome, or its error thrown as on the side it came from. */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  const { code, message, advice, stack } = outcome.error;
  const error = new PalimpsestError(code, message, { advice });
  error.stack = `${stack}\n    -- across the wire --\n${error.stack ?? ''}`;
  throw error;
}
