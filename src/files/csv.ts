/**
 * CSV as RFC 4180 has it, for spreadsheets: every table that leaves the page or a command goes through here, so that all have one rule
 * for quotes, line ends, and what a spreadsheet must not take for a formula.
 */

/** One field; null is an empty one, and so is a number that is not finite: no spreadsheet may count it. */
export type CsvField = string | number | boolean | null;

/**
 * Excel, LibreOffice and Google Sheets compute a cell that begins with one of these. Full-width signs count in Chinese and Japanese
 * Excel. Source: OWASP, CSV Injection.
 */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;
const numeral = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Quoted where a comma, a quote or a line break asks for it; an apostrophe before what would be a formula. Numbers stay numbers. */
function csvField(value: CsvField): string {
  if (value === null || (typeof value === 'number' && !Number.isFinite(value))) return '';
  const text = String(value);
  const plain = typeof value === 'string' && formula.test(text) && !numeral.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

export function csvLines(rows: readonly (readonly CsvField[])[]): string {
  return `${rows.map((row) => row.map(csvField).join(',')).join('\r\n')}\r\n`;
}

/** A table as the bytes of a file. The byte order mark is how Excel tells UTF-8 from the system's own code page. */
export function csvFile(table: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`\ufeff${table}`);
}
