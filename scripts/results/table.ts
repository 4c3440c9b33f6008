/** Markdown tables and rates, as docs/results.md prints them. */
import type { Score } from '../../src/metrics/metric.ts';

export const missing = '—';

/** ".94 (.83–.98)"; a dash for what was not measured. */
export function rateText(rate: Score | null | undefined, digits = 2): string {
  if (rate === null || rate === undefined) return missing;
  const text = (x: number) => x.toFixed(digits).replace(/^(-?)0\./, '$1.');
  return `${text(rate.value)} (${text(rate.low)}–${text(rate.high)})`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(3, title.length, ...rows.map((row) => (row[i] as string).length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] as number)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n');
}
