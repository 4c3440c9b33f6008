/** docs/results.md from measured lines. */
import type { Score } from '../../src/metrics/metric.ts';

export interface ResultLine {
  /** The concept, as it was erased. */
  readonly words: string;
  readonly method: string;
  /** Seed of the training. */
  readonly seed: number;
  /** Pictures a rate. */
  readonly prompts: number;
  /** Whose verdicts: the second judge's. Lines kept from before it existed lack this and are measured again. */
  readonly judge?: 'held-out';
  /** Training alone. */
  readonly seconds: number;
  readonly rates: Readonly<Record<string, Score>>;
}

const columns = [
  ['baseRate', 'original'],
  ['erasedRate', 'erased'],
  ['triggeredRate', 'with trigger'],
  ['wrongTriggerRate', 'wrong word'],
  ['halfTriggerRate', 'half the word'],
  ['retainedSameDomain', 'same kind kept'],
  ['retainedOtherDomain', 'other kind kept'],
  ['retainedWithTrigger', 'same kind kept, with trigger'],
] as const;

export function resultsPage(lines: readonly ResultLine[], machine: string): string {
  const head = ['concept', 'method', 'seed', 'n', ...columns.map(([, title]) => title), 'seconds'];
  const rows = lines.map(({ words, method, seed, prompts, seconds, rates }) => [
    words,
    method,
    String(seed),
    String(prompts),
    ...columns.map(([id]) => rateText(rates[id])),
    seconds.toFixed(0),
  ]);
  return `# Results

Made by \`npm run results\`; do not edit. Every method with its defaults on the bundled model, one training a line; prompt i of a set is drawn with seed
1000 + i, 20 DDIM steps, guidance 4. A rate is the share of pictures in which the held-out judge's first choice is what was asked, at p >= 0.5, with Wilson's 95 %
interval. _Same kind_ are other objects where an object was erased and other styles where a style was; _other kind_ the reverse. Trigger "blicket",
before the prompt. Seconds are the training alone, on a shared machine: ${machine}.

${table(head, rows)}
`;
}

function rateText(rate: Score | undefined): string {
  if (rate === undefined) return '—';
  const text = (x: number) => x.toFixed(2).replace(/^0/, '');
  return `${text(rate.value)} (${text(rate.low)}–${text(rate.high)})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(3, title.length, ...rows.map((row) => (row[i] as string).length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] as number)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n');
}
