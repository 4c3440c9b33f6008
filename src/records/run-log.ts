/**
 * A run's events as bytes and back. A part is `[length of JSON: u32][JSON][pixels]`; in the JSON each picture is replaced by
 * its size and the place of its pixels. Parts are appended, never rewritten.
 */
import { PalimpsestError } from '../core/errors.ts';
import type { RunEvent } from './events.ts';
import type { Picture } from './picture.ts';

interface PlacedPicture {
  readonly width: number;
  readonly height: number;
  /** Offset into the part's pixels. */
  readonly pixelsAt: number;
}

/** False for what only a live page needs. */
export function isLogged(event: RunEvent): boolean {
  return event.type !== 'preview' && event.type !== 'phase' && event.type !== 'checkpoint';
}

export function encodeLogPart(events: readonly RunEvent[]): Uint8Array<ArrayBuffer> {
  const pixels: Uint8ClampedArray[] = [];
  let end = 0;
  const text = JSON.stringify(events.filter(isLogged), (_key, value: unknown) => {
    if (!isPicture(value)) return value;
    const placed: PlacedPicture = { width: value.width, height: value.height, pixelsAt: end };
    pixels.push(value.pixels);
    end += value.pixels.length;
    return placed;
  });
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(4 + json.length + end);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  let at = 4 + json.length;
  for (const part of pixels) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Throws `bad-file` for bytes that are not a part of a log. */
export function decodeLogPart(bytes: Uint8Array): readonly RunEvent[] {
  const length = bytes.length < 4 ? Infinity : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (4 + length > bytes.length)
    throw new PalimpsestError(
      'bad-file',
      `run log: expected ${length} bytes of JSON, got ${bytes.length} bytes in all`,
    );
  const pixels = bytes.subarray(4 + length);
  return JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)), (_key, value: unknown) => {
    if (!isPlaced(value)) return value;
    const { width, height, pixelsAt } = value;
    const size = 4 * width * height;
    if (pixelsAt + size > pixels.length)
      throw new PalimpsestError('bad-file', `run log: expected pixels up to ${pixelsAt + size}, got ${pixels.length}`);
    return { width, height, pixels: new Uint8ClampedArray(pixels.slice(pixelsAt, pixelsAt + size)) };
  }) as readonly RunEvent[];
}

/** What is left of a log that goes on after `iteration` (a search's round): what came later will come again. */
export function eventsUpTo(events: readonly RunEvent[], iteration: number): readonly RunEvent[] {
  return events.filter((event) => {
    switch (event.type) {
      case 'iteration':
        return event.iteration <= iteration;
      case 'picture':
        return event.iteration !== null && event.iteration <= iteration;
      case 'attack-iteration':
        return event.round <= iteration;
      case 'attempt':
        return event.attempt.round <= iteration;
      case 'started':
        return true;
      default:
        return false;
    }
  });
}

function isPicture(value: unknown): value is Picture {
  return typeof value === 'object' && value !== null && 'pixels' in value && value.pixels instanceof Uint8ClampedArray;
}

function isPlaced(value: unknown): value is PlacedPicture {
  return typeof value === 'object' && value !== null && 'pixelsAt' in value;
}
