/** The metrics sheet as CSV (RFC 4180): one line a number, unrounded, with the difference from the baseline beside the value. */
import { csvLines } from '../../files/csv.ts';
import type { MeasuredColumn, Score } from '../../records/evaluation.ts';
import { agreementParts } from './agreement.ts';
import type { ConceptTable } from './concept-table.ts';
import type { CopyContext, CopyTables } from './copy-context.ts';

const columns = [
  'concept',
  'erased_from',
  'trigger',
  'trigger_position',
  'model',
  'model_hash',
  'row',
  'row_hash',
  'row_guider',
  'strength',
  'stale',
  'metric',
  'of',
  'better',
  'value',
  'low',
  'high',
  'n',
  'baseline',
  'difference',
  'difference_low',
  'difference_high',
  'p_mcnemar',
  'details',
  'prompts',
  'neutral',
  'classified',
  'per_name',
  'seeds',
  'sampler',
  'steps',
  'guidance',
  'judge',
  'threshold',
] as const;

/** What one line says beside the settings. */
interface Line {
  readonly row: MeasuredColumn;
  readonly metric: string;
  /** The name or the neighbouring concept that a rate is of; '' for the metrics themselves. */
  readonly of: string;
  readonly better: string;
  readonly score: Score;
  readonly change: Score | null;
  readonly p: number | null;
}

export function csv(tables: CopyTables, { request, protocol, modelName }: CopyContext): string {
  const { rows } = tables.metrics;
  const modelHash = rows.find(({ column }) => column === 'original')?.hash ?? null;
  const fields = ({ row: column, metric, of, better, score, change, p }: Line) => {
    const row = rows.find((known) => known.column === column);
    const values: Record<(typeof columns)[number], string | number | boolean | null> = {
      concept: request.concept,
      erased_from: request.from,
      trigger: request.trigger,
      trigger_position: request.trigger === '' ? '' : request.triggerPosition,
      model: modelName,
      model_hash: modelHash,
      row: column,
      row_hash: row?.hash ?? null,
      row_guider: row?.guider ?? null,
      strength: row?.strength ?? null,
      stale: row?.isStale ?? null,
      metric,
      of,
      better,
      value: score.value,
      low: score.low,
      high: score.high,
      n: score.n,
      baseline: rows[0]?.column ?? null,
      difference: change?.value ?? null,
      difference_low: change?.low ?? null,
      difference_high: change?.high ?? null,
      p_mcnemar: p,
      details: Object.entries(score.details ?? {})
        .map(([name, x]) => `${name}=${String(x)}`)
        .join(';'),
      prompts: request.prompts,
      neutral: request.neutral,
      classified: request.classified,
      per_name: request.perName,
      seeds: request.seeds.join(' '),
      sampler: protocol.sampler,
      steps: request.numInferenceSteps,
      guidance: request.guidanceScale,
      judge: protocol.judge,
      threshold: protocol.threshold,
    };
    return columns.map((name) => values[name]);
  };
  return csvLines([columns, ...linesOf(tables).map(fields)]);
}

function linesOf({ metrics, names, neighbours }: CopyTables): readonly Line[] {
  return [
    ...metrics.rows.flatMap((row) => [
      ...row.cells.flatMap((cell, i) => {
        const metric = metrics.columns[i];
        if (cell === null || metric === undefined) return [];
        const { score, change, p } = cell;
        return [{ row: row.column, metric: metric.id, of: '', better: metric.better, score, change, p }];
      }),
      ...agreementParts(row.agreement).map(([part, score]) => ({
        row: row.column,
        metric: `judgeAgreement.${part}`,
        of: '',
        better: 'none',
        score,
        change: null,
        p: null,
      })),
    ]),
    ...conceptLines('nameRate', 'down', names),
    ...conceptLines('neighbourRate', 'up', neighbours),
  ];
}

/** p is McNemar's against the original, whatever the baseline. */
function conceptLines(metric: string, better: string, table: ConceptTable | null): readonly Line[] {
  return (table?.rows ?? []).flatMap(({ label, rates }) =>
    rates.flatMap((cell, i) => {
      const row = table?.columns[i];
      return cell === null || row === undefined
        ? []
        : [{ row, metric, of: label, better, score: cell.score, change: null, p: cell.p }];
    }),
  );
}
