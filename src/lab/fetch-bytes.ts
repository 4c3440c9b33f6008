/** Downloads a file with progress. */
import { PalimpsestError } from '../core/errors.ts';

/** Throws `download-failed` naming the address. */
export async function fetchBytes(url: string, progress: (bytes: number) => void): Promise<Uint8Array> {
  const failed = (got: string, cause?: unknown) =>
    new PalimpsestError('download-failed', `${url}: expected a file, got ${got}`, {
      advice: 'Check the connection and reload the page.',
      ...(cause === undefined ? {} : { cause }),
    });
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw failed('no answer', cause);
  }
  // A server that answers every path with its index page would otherwise hand us HTML as weights.
  if (!response.ok || response.headers.get('content-type')?.startsWith('text/html') === true)
    throw failed(`${response.status} ${response.statusText}`);
  if (response.body === null) throw failed('an empty answer');
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw failed('a broken connection', cause);
    });
    if (done) break;
    parts.push(value);
    length += value.length;
    progress(length);
  }
  const bytes = new Uint8Array(length);
  let place = 0;
  for (const part of parts) {
    bytes.set(part, place);
    place += part.length;
  }
  return bytes;
}
