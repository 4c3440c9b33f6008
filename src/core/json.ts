/** JSON from files that anybody may have written: how deep it may go is checked before anything walks it. */
import { PalimpsestError } from './errors.ts';

const deepest = 32;

/** Throws `bad-file` for bytes that are no UTF-8, no JSON or nested deeper than anything we write. */
export function parseForeignJson(source: Uint8Array | string, where: string): unknown {
  const bad = (expected: string, got: string, cause?: unknown) =>
    new PalimpsestError('bad-file', `${where}: expected ${expected}, got ${got}`, { cause });
  let text: string;
  try {
    text = typeof source === 'string' ? source : new TextDecoder('utf-8', { fatal: true }).decode(source);
  } catch (cause) {
    throw bad('UTF-8', 'other bytes', cause);
  }
  const depth = depthOf(text);
  if (depth > deepest) throw bad(`JSON at most ${deepest} levels deep`, `${depth} levels`);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw bad('JSON', shown(text.slice(0, 60)), cause);
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value for a message: never long. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** A name for a message: a long one is cut in the middle, because names of tensors differ at their ends. */
export function shownName(name: string): string {
  const [head, tail] = [36, 56];
  const text = name.length <= head + tail ? name : `${name.slice(0, head)}…${name.slice(-tail)}`;
  return JSON.stringify(text);
}

/** Brackets open at once, those inside strings aside. */
function depthOf(text: string): number {
  let depth = 0;
  let most = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isInString) {
      if (code === 0x5c) i += 1;
      else if (code === 0x22) isInString = false;
    } else if (code === 0x22) isInString = true;
    else if (code === 0x5b || code === 0x7b) most = Math.max(most, (depth += 1));
    else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return most;
}
