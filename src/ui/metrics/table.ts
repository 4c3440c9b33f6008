/** An evaluation as rows and columns of text: what the sheet shows and what is copied. No React. */
import type { MetricDescriptor } from '../../records/catalog.ts';
import type {
  EvaluationReport,
  JudgeAgreement,
  MeasuredColumn,
  ModelEvaluation,
  Score,
} from '../../records/evaluation.ts';

export interface TableCell {
  readonly score: Score;
  /** From the baseline, with its interval; null for the baseline and where there is none. */
  readonly change: Score | null;
  /** "0.94", "7/8" for a rate over few pictures, "−0.87" as a difference. */
  readonly text: string;
  /** "0.74–0.99", of the difference where one is shown; null where none could be computed. */
  readonly interval: string | null;
  /** The same distance between two sets of real renders at the same n; null where there is none. */
  readonly floor: string | null;
  /** McNemar against the baseline's pictures; null where there are no pairs. */
  readonly p: number | null;
}

export interface TableRow {
  readonly column: MeasuredColumn;
  readonly strength: number;
  readonly hash: string | null;
  /** The method that guided its pictures; null: classifier-free. */
  readonly guider: string | null;
  readonly isBaseline: boolean;
  readonly isStale: boolean;
  readonly agreement: JudgeAgreement | null;
  /** Why this row has no numbers; null where it has. */
  readonly diverged: string | null;
  /** One a column of the table; null where this row has no such number. */
  readonly cells: readonly (TableCell | null)[];
}

export interface MetricsTable {
  readonly columns: readonly MetricDescriptor[];
  readonly shows: 'values' | 'differences';
  /** The baseline first. */
  readonly rows: readonly TableRow[];
}

interface TableOptions {
  readonly baseline: MeasuredColumn;
  readonly shows: 'values' | 'differences';
  readonly showsAllColumns: boolean;
  readonly stale: readonly MeasuredColumn[];
}

/** Rates over so few pictures are written as fractions: a decimal would promise more than they can say. */
const fewPictures = 8;

/**
 * Columns nobody has a number for are left out. Of the others the main ones are shown, and those whose pictures were drawn for them alone:
 * who ticks picture quality or the diffusion classifier asks for these columns.
 */
export function metricsTable(
  { models, comparisons, differences }: EvaluationReport,
  metrics: readonly MetricDescriptor[],
  { baseline, shows, showsAllColumns, stale }: TableOptions,
): MetricsTable {
  const first = models.find(({ column }) => column === baseline) ?? models[0];
  const ordered = first === undefined ? [] : [first, ...models.filter((model) => model !== first)];
  const columns = metrics.filter(
    ({ id, isMain, needs }) =>
      (isMain || needs !== 'judged' || showsAllColumns) && models.some(({ scores }) => scores[id] !== undefined),
  );
  const pValue = (metric: string, column: MeasuredColumn) =>
    comparisons.find(
      (pair) =>
        pair.metric === metric &&
        ((pair.first === first?.column && pair.second === column) ||
          (pair.second === first?.column && pair.first === column)),
    )?.p ?? null;
  /** From the baseline to the column, whichever way the pair was compared. */
  const changeOf = (metric: string, column: MeasuredColumn): Score | null => {
    const of = (from: MeasuredColumn | undefined, to: MeasuredColumn | undefined) =>
      differences.find((pair) => pair.metric === metric && pair.first === from && pair.second === to)?.score ?? null;
    const [forth, back] = [of(first?.column, column), of(column, first?.column)];
    if (forth !== null || back === null) return forth;
    return { value: -back.value, low: -back.high, high: -back.low, n: back.n };
  };
  const cell = (model: ModelEvaluation, metric: MetricDescriptor): TableCell | null => {
    const score = model.scores[metric.id];
    if (score === undefined) return null;
    const realReal = score.details?.['realReal'];
    const floor = realReal === undefined ? null : decimal(realReal, false);
    const p = model === first ? null : pValue(metric.id, model.column);
    const change = model === first ? null : changeOf(metric.id, model.column);
    if (shows === 'values' || model === first)
      return { score, change, text: shownValue(score, metric), interval: shownInterval(score, metric), floor, p };
    const base = first?.scores[metric.id];
    if (base === undefined) return null;
    const interval = change === null ? null : shownInterval(change, metric);
    return { score, change, text: shownDifference(score, base, metric), interval, floor, p };
  };
  return {
    columns,
    shows,
    rows: ordered.map((model) => ({
      column: model.column,
      strength: model.strength,
      hash: model.hash,
      guider: model.guider?.method ?? null,
      isBaseline: model === first,
      isStale: stale.includes(model.column),
      agreement: model.agreement,
      diverged: model.diverged ?? null,
      cells: columns.map((metric) => cell(model, metric)),
    })),
  };
}

type Kind = Pick<MetricDescriptor, 'isProportion'>;

export function shownValue(score: Score, { isProportion }: Kind): string {
  if (!Number.isFinite(score.value)) return '?';
  if (isProportion && score.n <= fewPictures) return `${String(Math.round(score.value * score.n))}/${String(score.n)}`;
  return decimal(score.value, isProportion);
}

/** null where no interval could be computed. */
export function shownInterval({ low, high }: Score, { isProportion }: Kind): string | null {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return null;
  const [from, to] = [decimal(low, isProportion), decimal(high, isProportion)];
  return from.startsWith('−') || to.startsWith('−') ? `${from} … ${to}` : `${from}–${to}`;
}

export function shownDifference(score: Score, base: Score, { isProportion }: Kind): string {
  const change = score.value - base.value;
  if (!Number.isFinite(change)) return '?';
  const sign = (text: string) => (/[1-9]/.test(text) && !text.startsWith('−') ? `+${text}` : text);
  if (isProportion && score.n <= fewPictures && score.n === base.n)
    return `${sign(decimal(Math.round(change * score.n), false))}/${String(score.n)}`;
  return sign(decimal(change, isProportion));
}

/** "std = 0.0123, subsets = 100": what else the score says of itself; '' where it says nothing. */
export function shownDetails({ details = {} }: Score): string {
  return Object.entries(details)
    .map(([name, value]) => `${name} = ${decimal(value, false)}`)
    .join(', ');
}

/** "p = 0.031", "p < 0.001". */
export function shownP(p: number): string {
  if (p < 0.001) return 'p < 0.001';
  return `p = ${p >= 0.1 ? p.toFixed(2) : p.toFixed(3)}`;
}

/** Two decimals for a share, three digits for anything else. English digits: copied text goes into papers. */
function decimal(value: number, isProportion: boolean): string {
  const text = isProportion ? value.toFixed(2) : threeDigits(value);
  return /[1-9]/.test(text) ? text.replace('-', '−') : text.replace('-', '');
}

function threeDigits(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.0005) return value.toExponential(1).replace('e-', 'e−');
  return new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 3, useGrouping: false }).format(value);
}

/** ↑: more is better for who erases; '' where neither way is. */
export function arrow({ better }: Pick<MetricDescriptor, 'better'>): string {
  return better === 'up' ? '↑' : better === 'down' ? '↓' : '';
}
