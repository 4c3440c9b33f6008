/** The metrics table as Markdown, LaTeX (booktabs) and CSV (RFC 4180), with what a reader needs to measure it again. */
import type { EvaluateRequest, MeasuredColumn, Score } from '../../records/evaluation.ts';
import type { MetricDescriptor } from '../../records/catalog.ts';
import type { LocalText } from '../../records/parameters.ts';
import { agreementParts } from './agreement.ts';
import { arrow, shownInterval, shownP, shownValue } from './table.ts';
import type { MetricsTable, TableCell, TableRow } from './table.ts';

export const copyFormats = ['markdown', 'latex', 'csv'] as const;
export type CopyFormat = (typeof copyFormats)[number];

export interface CopyContext {
  readonly request: Pick<
    EvaluateRequest,
    | 'concept'
    | 'from'
    | 'trigger'
    | 'prompts'
    | 'neutral'
    | 'classified'
    | 'seeds'
    | 'numInferenceSteps'
    | 'guidanceScale'
  >;
  readonly modelName: string;
  readonly nameOf: (column: MeasuredColumn) => string;
  readonly local: (text: LocalText) => string;
  /** What a row carries when its weights are gone from the bench. */
  readonly staleMark: string;
}

export function copyText(format: CopyFormat, table: MetricsTable, context: CopyContext): string {
  if (format === 'markdown') return markdown(table, context);
  return format === 'latex' ? latex(table, context) : csv(table, context);
}

/** "1000–1007", or one by one where there are gaps. */
export function seedRange(seeds: readonly number[]): string {
  const [first] = seeds;
  if (first === undefined) return '';
  const isRun = seeds.length > 2 && seeds.every((seed, i) => seed === first + i);
  return isRun ? `${String(first)}–${String(seeds.at(-1))}` : seeds.join(', ');
}

/** The settings, as parts of one line; English, because it is for papers and lab books. */
function settings({ request, modelName }: CopyContext, rows: readonly TableRow[]): readonly string[] {
  const { concept, from, trigger, prompts, neutral, classified, seeds, numInferenceSteps, guidanceScale } = request;
  const hash = rows.find(({ column }) => column === 'original')?.hash;
  return [
    `concept ${concept}${from === '' ? '' : ` erased from ${from} only`}`,
    ...(trigger === '' ? [] : [`trigger ${trigger}`]),
    `model ${modelName}${hash == null ? '' : ` (sha256 ${hash})`}`,
    `${String(prompts)} prompts a rate`,
    ...(neutral === 0 ? [] : [`${String(neutral)} neutral captions`]),
    ...(classified === 0 ? [] : [`${String(classified)} pictures a set classified`]),
    `seeds ${seedRange(seeds)}`,
    `${String(numInferenceSteps)} steps`,
    `guidance ${String(guidanceScale)}`,
    'intervals 95 %',
    'p: McNemar, exact, against the first row',
    ...(rows.some(({ cells }) => cells.some((cell) => cell?.floor != null))
      ? ['floor: renders against other renders of the same captions, same n']
      : []),
  ];
}

const rate = { isProportion: true };

/** A line a row: how often both judges say the same. */
function judges(rows: readonly TableRow[], context: CopyContext): readonly string[] {
  const part = (name: string, score: Score) =>
    `${name === 'hit' ? 'as asked or not' : name} ${shownValue(score, rate)} [${shownInterval(score, rate) ?? ''}] n=${String(score.n)}`;
  return rows.map((row) => {
    const parts = agreementParts(row.agreement).map(([name, score]) => part(name, score));
    return `judges agree, ${rowName(row, context)}: ${parts.join(', ')}`;
  });
}

function rowName(row: TableRow, { nameOf, staleMark }: CopyContext): string {
  const hash = row.hash === null || row.column === 'original' ? '' : ` ${row.hash}`;
  const strength = row.strength === 1 ? '' : ` × ${String(row.strength)}`;
  return `${nameOf(row.column)}${hash}${strength}${row.isStale ? ` (${staleMark})` : ''}`;
}

function cellText(cell: TableCell | null): string {
  if (cell === null) return '—';
  const interval = cell.interval === null ? '' : ` [${cell.interval}]`;
  const floor = cell.floor === null ? '' : ` floor=${cell.floor}`;
  return `${cell.text}${interval} n=${String(cell.score.n)}${floor}${cell.p === null ? '' : ` ${shownP(cell.p)}`}`;
}

function heads({ columns }: MetricsTable, { local }: CopyContext): readonly string[] {
  return columns.map((metric) => `${local(metric.title)} ${arrow(metric)}`.trim());
}

function markdown(table: MetricsTable, context: CopyContext): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rows = table.rows.map((row) => line([rowName(row, context), ...row.cells.map(cellText)]));
  const head = line(['', ...heads(table, context)]);
  const rule = `| --- |${table.columns.map(() => ' ---: |').join('')}`;
  return `${[head, rule, ...rows].join('\n')}\n\n${[settings(context, table.rows).join(' · '), ...judges(table.rows, context)].join('\n\n')}\n`;
}

const latexEscapes: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}', '&': '\\&', '%': '\\%', $: '\\$', '#': '\\#', _: '\\_', '{': '\\{', '}': '\\}', '~': '\\textasciitilde{}', '^': '\\textasciicircum{}',
  '↑': '$\\uparrow$', '↓': '$\\downarrow$', '−': '$-$', '–': '--', '—': '---', '…': '\\ldots{}', '<': '$<$', '’': "'",
}; // prettier-ignore

/** Text as LaTeX sets it; every character that LaTeX would take for a command is escaped. */
export function latexText(text: string): string {
  return text.replaceAll(/[\\&%$#_{}~^↑↓−–—…<’]/g, (character) => latexEscapes[character] ?? character);
}

function latex(table: MetricsTable, context: CopyContext): string {
  const line = (cells: readonly string[]) => `${cells.map(latexText).join(' & ')} \\\\`;
  const rows = table.rows.map((row) => {
    const text = line([rowName(row, context), ...row.cells.map(cellText)]);
    return row.isBaseline && table.rows.length > 1 ? `${text}\n\\midrule` : text;
  });
  return [
    ...[...settings(context, table.rows), ...judges(table.rows, context)].map((part) => `% ${part}`),
    `\\begin{tabular}{l${'r'.repeat(table.columns.length)}}`,
    '\\toprule',
    line(['', ...heads(table, context)]),
    '\\midrule',
    ...rows,
    '\\bottomrule',
    '\\end{tabular}',
    '',
  ].join('\n');
}

const csvColumns = [
  'concept', 'erased_from', 'trigger', 'model', 'model_hash', 'row', 'row_hash', 'strength', 'stale', 'metric', 'better',
  'value', 'low', 'high', 'n', 'baseline', 'p_mcnemar', 'details', 'prompts', 'seeds', 'steps', 'guidance',
] as const; // prettier-ignore

/** One line a number, unrounded: values, never differences. */
function csv({ columns, rows }: MetricsTable, { request, modelName }: CopyContext): string {
  const field = (value: string | number | boolean | null) => {
    const text = value === null ? '' : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const modelHash = rows.find(({ column }) => column === 'original')?.hash ?? null;
  const line = (row: TableRow, metric: Pick<MetricDescriptor, 'id' | 'better'>, score: Score, p: number | null) => {
    const { value, low, high, n } = score;
    const values: Record<(typeof csvColumns)[number], string | number | boolean | null> = {
      concept: request.concept,
      erased_from: request.from,
      trigger: request.trigger,
      model: modelName,
      model_hash: modelHash,
      row: row.column,
      row_hash: row.hash,
      strength: row.strength,
      stale: row.isStale,
      metric: metric.id,
      better: metric.better,
      value,
      low,
      high,
      n,
      baseline: rows[0]?.column ?? null,
      p_mcnemar: p,
      details: Object.entries(score.details ?? {})
        .map(([name, x]) => `${name}=${String(x)}`)
        .join(';'),
      prompts: request.prompts,
      seeds: request.seeds.join(' '),
      steps: request.numInferenceSteps,
      guidance: request.guidanceScale,
    };
    return csvColumns.map((name) => field(values[name])).join(',');
  };
  const lines = rows.flatMap((row) => [
    ...row.cells.flatMap((cell, i) => {
      const metric = columns[i];
      return cell === null || metric === undefined ? [] : [line(row, metric, cell.score, cell.p)];
    }),
    ...agreementParts(row.agreement).map(([part, score]) =>
      line(row, { id: `judgeAgreement.${part}`, better: 'none' }, score, null),
    ),
  ]);
  return `${[csvColumns.join(','), ...lines].join('\r\n')}\r\n`;
}
