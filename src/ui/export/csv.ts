/** One field of a CSV file (RFC 4180). */
export type CsvField = string | number | boolean | null;

/** Quoted where a comma, a quote or a line break asks for it; null is an empty field. */
function csvField(value: CsvField): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvLines(rows: readonly (readonly CsvField[])[]): string {
  return `${rows.map((row) => row.map(csvField).join(',')).join('\r\n')}\r\n`;
}
