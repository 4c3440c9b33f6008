/** The texts and formats of one language, as everything that shows words takes them. */
import type { LocalText } from '../../core/local-text.ts';
import { formatBytes, formatNumber, formatScore, formatSeconds, local, pieces, translate } from './translate.ts';
import type { Language, TextKey, Values } from './translate.ts';

export interface Text {
  readonly language: Language;
  readonly t: (key: TextKey, values?: Values) => string;
  readonly local: (text: LocalText) => string;
  readonly pieces: (key: TextKey) => ReturnType<typeof pieces>;
  readonly number: (value: number, options?: Intl.NumberFormatOptions) => string;
  readonly score: (score: number) => string;
  readonly seconds: (seconds: number) => string;
  readonly bytes: (bytes: number) => string;
}

export function textIn(language: Language): Text {
  return {
    language,
    t: (key, values) => translate(language, key, values),
    local: (text) => local(language, text),
    pieces: (key) => pieces(language, key),
    number: (value, options) => formatNumber(language, value, options),
    score: (score) => formatScore(language, score),
    seconds: (seconds) => formatSeconds(language, seconds),
    bytes: (bytes) => formatBytes(language, bytes),
  };
}
