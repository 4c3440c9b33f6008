/** A run's events as bytes and back. Parts are appended, never rewritten. */
import type { RunEvent } from './events.ts';
import { eventOfToday } from './kept-verdict.ts';
import { pack, unpack } from './packed.ts';
import type { Verdict } from './picture.ts';

/** False for what only a live page needs. */
export function isLogged(event: RunEvent): boolean {
  return event.type !== 'preview' && event.type !== 'phase' && event.type !== 'checkpoint';
}

export function encodeLogPart(events: readonly RunEvent[]): Uint8Array<ArrayBuffer> {
  return pack(events.filter(isLogged));
}

/**
 * Throws `bad-file` for bytes that are not a part of a log. Older programs logged numbers that are not finite, which JSON turns into null; what holds one is
 * left out: a picture without probabilities is no verdict, and a step without a loss no point of a curve. Verdicts of older programs come as today's.
 */
export function decodeLogPart(bytes: Uint8Array): readonly RunEvent[] {
  return (unpack(bytes, 'run log') as readonly RunEvent[]).map(eventOfToday).filter(isFinite);
}

const probabilitiesOf = ({ heads }: Verdict): readonly unknown[] => Object.values(heads).map(({ p }) => p);

function isFinite(event: RunEvent): boolean {
  const areNumbers = (...values: readonly unknown[]) => values.every(Number.isFinite);
  switch (event.type) {
    case 'iteration':
      return areNumbers(event.loss, event.gradientNorm, ...Object.values(event.terms));
    case 'picture':
      return areNumbers(...probabilitiesOf(event.verdict));
    case 'attack-iteration':
      return areNumbers(event.loss);
    case 'attempt':
      return areNumbers(...probabilitiesOf(event.attempt.asIds.verdict));
    default:
      return true;
  }
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
