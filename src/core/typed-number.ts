/** Numbers as people type them into a field, a link or a flag: one rule for all three. */

/**
 * The number a text stands for; NaN for a text that is none. Decimal notation only ("0.5", ".5", "1e-3"), blanks around it aside: what JavaScript also
 * reads, such as "" (0), "0x10" (16) or "Infinity", nobody means. Full-width digits, as Chinese keyboards write them, count as digits; -0 is 0.
 */
export function readNumber(text: string): number {
  const plain = halfWidth(text).trim();
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(plain)) return Number.NaN;
  const value = Number(plain);
  return value === 0 ? 0 : value;
}

/** As `readNumber`, digits alone: a seed. */
export function readDigits(text: string): number {
  const plain = halfWidth(text).trim();
  return /^\d{1,15}$/.test(plain) ? Number(plain) : Number.NaN;
}

/** The parts of a list whose commas may be Chinese ones. */
export function listParts(text: string): readonly string[] {
  return text.split(/[,，、]/);
}

/** Full-width digits, signs and letters as plain ones; the dashes and the minus sign of word processors as "-". */
export function halfWidth(text: string): string {
  return text
    .replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replaceAll('\u3000', ' ')
    .replace(/[\u2010-\u2015\u2212]/g, '-');
}
