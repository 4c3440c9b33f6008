/** `t(key, values)`: texts by key, typed from the English table. Numbers go through Intl. No React. */
import type { LocalText } from '../../core/local-text.ts';
import { en } from './en.ts';
import { pseudo } from './pseudo.ts';
import { zh } from './zh.ts';

export type TextKey = keyof typeof en;
/** `pseudo` shows every text that did not come through the table. */
export type Language = 'en' | 'zh' | 'pseudo';
export type Values = Readonly<Record<string, string | number>>;

function template(language: Language, key: TextKey): string {
  if (language === 'zh') return zh[key];
  return language === 'pseudo' ? pseudo(en[key]) : en[key];
}

export function translate(language: Language, key: TextKey, values: Values = {}): string {
  return template(language, key).replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : String(value);
  });
}

/** A template as text and slots in order, for sentences whose slots are controls. */
export function pieces(
  language: Language,
  key: TextKey,
): readonly ({ readonly text: string } | { readonly slot: string })[] {
  return template(language, key)
    .split(/(\{\w+\})/)
    .filter((piece) => piece !== '')
    .map((piece) => (/^\{\w+\}$/.test(piece) ? { slot: piece.slice(1, -1) } : { text: piece }));
}

export function local(language: Language, text: LocalText): string {
  if (language === 'zh') return text.zh;
  return language === 'pseudo' ? pseudo(text.en) : text.en;
}

export function formatNumber(language: Language, value: number, options?: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en-GB', options).format(value);
}

export function formatScore(language: Language, score: number): string {
  return formatNumber(language, score, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** "8 s", "2 min 5 s": how people say durations, coarser as they grow. */
export function formatSeconds(language: Language, seconds: number): string {
  if (seconds < 90) {
    const whole = seconds < 1 ? 1 : Math.round(seconds);
    return translate(language, 'time.seconds', { n: formatNumber(language, whole) });
  }
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round((seconds - minutes * 60) / 10) * 10;
  if (rest === 0 || minutes >= 10) {
    return translate(language, 'time.minutes', { n: formatNumber(language, Math.round(seconds / 60)) });
  }
  if (rest === 60) return translate(language, 'time.minutes', { n: formatNumber(language, minutes + 1) });
  return translate(language, 'time.minutesSeconds', {
    m: formatNumber(language, minutes),
    s: formatNumber(language, rest),
  });
}

export function formatBytes(language: Language, bytes: number): string {
  if (bytes < 1_000_000)
    return translate(language, 'size.kilobytes', { n: formatNumber(language, Math.ceil(bytes / 1000)) });
  const megabytes = bytes / 1_000_000;
  if (megabytes > 1024)
    return translate(language, 'size.gigabytes', {
      n: formatNumber(language, megabytes / 1000, { maximumFractionDigits: 1 }),
    });
  return translate(language, 'size.megabytes', {
    n: formatNumber(language, megabytes, { maximumFractionDigits: 1 }),
  });
}
