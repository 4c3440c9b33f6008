/** The metrics sheet as text to take along: Markdown, LaTeX (booktabs) or CSV (RFC 4180), with what a reader needs to measure it again. */
import type { Score } from '../../records/evaluation.ts';
import { agreementParts } from './agreement.ts';
import type { ConceptTable } from './concept-table.ts';
import type { CopyContext, CopyTables } from './copy-context.ts';
import { csv } from './copy-csv.ts';
import { latex, markdown, type TextTable } from './copy-text.ts';
import { arrow, shownInterval, shownP, shownValue } from './table.ts';
import type { MetricsTable, TableCell, TableRow } from './table.ts';

export const copyFormats = ['markdown', 'latex', 'csv'] as const;
export type CopyFormat = (typeof copyFormats)[number];

export function copyText(format: CopyFormat, tables: CopyTables, context: CopyContext): string {
  if (format === 'csv') return csv(tables, context);
  const { metrics, names, neighbours } = tables;
  const texts = [
    metricsText(metrics, context),
    ...(names === null ? [] : [conceptText(`Other names for ${context.request.concept}`, 'asked for', names, context)]),
    ...(neighbours === null ? [] : [conceptText('What it cost the others', 'concept', neighbours, context)]),
  ];
  const notes = [settings(metrics, context), judges(metrics.rows, context)] as const;
  return format === 'markdown' ? markdown(texts, notes) : latex(texts, notes);
}

/** "1000–1007", or one by one where there are gaps. */
export function seedRange(seeds: readonly number[]): string {
  const [first] = seeds;
  if (first === undefined) return '';
  const isRun = seeds.length > 2 && seeds.every((seed, i) => seed === first + i);
  return isRun ? `${String(first)}–${String(seeds.at(-1))}` : seeds.join(', ');
}

/** The settings, one a part; English, because it is for papers and lab books. */
function settings({ rows, shows }: MetricsTable, { request, protocol, modelName }: CopyContext): readonly string[] {
  const { concept, from, trigger, triggerPosition, prompts, neutral, classified, perName } = request;
  const hash = rows.find(({ column }) => column === 'original')?.hash;
  const hasFloor = rows.some(({ cells }) => cells.some((cell) => cell !== null && cell.floor !== null));
  return [
    `concept ${concept}${from === '' ? '' : ` erased from ${from} only`}`,
    ...(trigger === '' ? [] : [`trigger ${trigger} as ${triggerPosition}`]),
    `model ${modelName}${hash == null ? '' : ` (sha256 ${hash})`}`,
    `${String(prompts)} prompts a rate`,
    ...(neutral === 0 ? [] : [`${String(neutral)} neutral captions`]),
    ...(classified === 0 ? [] : [`${String(classified)} pictures a set classified`]),
    ...(perName === 0 ? [] : [`${String(perName)} pictures a name`]),
    `seeds ${seedRange(request.seeds)}`,
    `${protocol.sampler} ${String(request.numInferenceSteps)} steps`,
    `guidance ${String(request.guidanceScale)}`,
    `${protocol.judge} judge, first choice at p >= ${String(protocol.threshold)}`,
    ...(protocol.accuracy === undefined
      ? []
      : [
          `judge right in ${protocol.accuracy.value.toFixed(2)} of ${String(protocol.accuracy.n)} pictures it had not seen`,
        ]),
    'intervals 95 %',
    'p: McNemar, exact, against the first row',
    ...(hasFloor ? ['floor: renders against other renders of the same captions, same n'] : []),
    ...(shows === 'differences'
      ? ['rows below the first are differences from it, with the interval of the difference']
      : []),
  ];
}

const rate = { isProportion: true };

/** A line a row: how often both judges say the same. */
function judges(rows: readonly TableRow[], context: CopyContext): readonly string[] {
  const part = (name: string, score: Score) =>
    `${name === 'hit' ? 'as asked or not' : name} ${shownValue(score, rate)} [${shownInterval(score, rate) ?? ''}] n=${String(score.n)}`;
  const told = rows.filter(({ agreement }) => agreement !== null);
  return told.map((row) => {
    const parts = agreementParts(row.agreement).map(([name, score]) => part(name, score));
    return `judges agree, ${rowName(row, context)}: ${parts.join(', ')}`;
  });
}

function rowName(row: TableRow, { nameOf, staleMark, divergedMark }: CopyContext): string {
  const hash = row.hash === null || row.column === 'original' ? '' : ` ${row.hash}`;
  const guider = row.guider === null ? '' : ` guided by ${row.guider}`;
  const strength = row.strength === 1 ? '' : ` × ${String(row.strength)}`;
  return `${nameOf(row.column)}${hash}${guider}${strength}${row.isStale ? ` (${staleMark})` : ''}${row.diverged === null ? '' : ` (${divergedMark})`}`;
}

function cellText(cell: TableCell | null): string {
  if (cell === null) return '—';
  const interval = cell.interval === null ? '' : ` [${cell.interval}]`;
  const floor = cell.floor === null ? '' : ` floor=${cell.floor}`;
  return `${cell.text}${interval} n=${String(cell.score.n)}${floor}${cell.p === null ? '' : ` ${shownP(cell.p)}`}`;
}

function metricsText(table: MetricsTable, context: CopyContext): TextTable {
  return {
    title: null,
    head: ['', ...table.columns.map((metric) => `${context.local(metric.title)} ${arrow(metric)}`.trim())],
    rows: table.rows.map((row) => [rowName(row, context), ...row.cells.map(cellText)]),
    isFirstRuledOff: table.rows.length > 1,
  };
}

function conceptText(title: string, head: string, { columns, rows }: ConceptTable, { nameOf }: CopyContext): TextTable {
  const text = (cell: (typeof rows)[number]['rates'][number]) =>
    cell === null
      ? '—'
      : `${shownValue(cell.score, rate)} [${shownInterval(cell.score, rate) ?? ''}] n=${String(cell.score.n)}${cell.p === null ? '' : ` ${shownP(cell.p)}`}`;
  return {
    title,
    head: [head, ...columns.map(nameOf)],
    rows: rows.map(({ label, rates }) => [label, ...rates.map(text)]),
    isFirstRuledOff: false,
  };
}
