/**
 * The one error class of the project. Messages read `where: expected X, got Y`, followed by what to do;
 * `code` is the closed set the interface has texts for.
 */
export const errorCodes = [
  'bad-argument', // a caller or user gave a value outside its range
  'bad-file', // bytes that are not what they claim to be
  'bad-graph', // an ONNX graph that breaks its own shape or type rules
  'missing-weight', // a model file lacks a tensor its config asks for
  'download-failed', // a bundled file could not be read
  'backend-unavailable', // the requested execution provider does not exist here
  'device-lost', // the GPU device went away
  'out-of-memory',
  'quota-exceeded', // the browser lets this page keep no more
  'diverged', // a training or a search produced a value that is not a finite number
  'worker-died',
  'cancelled',
  'internal', // a broken promise of our own code
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export class PalimpsestError extends Error {
  readonly code: ErrorCode;
  /** What the person can do about it, in one sentence; empty when the message already says it. */
  readonly advice: string;

  constructor(code: ErrorCode, message: string, options: { advice?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PalimpsestError';
    this.code = code;
    this.advice = options.advice ?? '';
  }
}

/** Any thrown thing as a PalimpsestError; ones that already are pass through unchanged. */
export function toPalimpsestError(thrown: unknown, fallback: ErrorCode = 'internal'): PalimpsestError {
  if (thrown instanceof PalimpsestError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new PalimpsestError(fallback, message, { cause: thrown });
}

/** Throws `internal` unless `condition` holds. For promises of our own code, never for user input. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new PalimpsestError('internal', message);
}
