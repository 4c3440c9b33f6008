/** What each cell of the grid holds, and how events change it. Pure; keyed by column and prompt, so rows may move. */
import type { Domain } from '../../records/catalog.ts';
import type { Picture, RunEvent, Verdict } from '../../records/events.ts';
import type { ColumnId } from '../../records/experiment.ts';

export type CellKey = `${ColumnId}/${string}`;

export function cellKey(column: ColumnId, prompt: string): CellKey {
  return `${column}/${prompt}`;
}

export interface SeedPicture {
  readonly picture: Picture;
  /** null while it is a preview. */
  readonly verdict: Verdict | null;
  readonly prompt: string;
  /** Iteration of unfinished weights; null for finished ones. */
  readonly iteration: number | null;
  /** The prompt typed as text, where `picture` was drawn by ids that typing does not give back. */
  readonly asText?: { readonly picture: Picture; readonly verdict: Verdict };
}

export interface CellRecord {
  readonly jobId: string | null;
  readonly activity: 'idle' | 'queued' | 'drawing' | 'failed';
  readonly step: { readonly stepIndex: number; readonly numInferenceSteps: number } | null;
  readonly pictures: Readonly<Record<number, SeedPicture>>;
  /** What drew the finished pictures; see `drawingSignature`. */
  readonly signature: string | null;
  /** Brought along by the model folder, not drawn here. */
  readonly isPrepared: boolean;
  /** Seeds the present job has finished here, so that older pictures do not count as new ones. */
  readonly drawn: readonly number[];
  readonly problem: string | null;
}

export const emptyCell: CellRecord = {
  jobId: null,
  activity: 'idle',
  step: null,
  pictures: {},
  signature: null,
  isPrepared: false,
  drawn: [],
  problem: null,
};

export type CellState = 'empty' | 'prepared' | 'queued' | 'drawing' | 'done' | 'stale' | 'failed';

/** The state the page shows: finished pictures are `stale` when something else would be drawn now. */
export function cellState(cell: CellRecord, wanted: string | null): CellState {
  if (cell.activity !== 'idle') return cell.activity;
  if (Object.keys(cell.pictures).length === 0) return 'empty';
  if (cell.signature === null || cell.signature !== wanted) return 'stale';
  return cell.isPrepared ? 'prepared' : 'done';
}

export interface CellScore {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** Concept score over the judged pictures of the given seeds; null when none was judged or no judge knows the concept. */
export function cellScore(cell: CellRecord, seeds: readonly number[]): CellScore | null {
  return scoreOf(seeds.flatMap((seed) => cell.pictures[seed]?.verdict?.conceptScore ?? []));
}

/** As `cellScore`, of the prompt typed as text; null where typing gives the ids that were drawn. */
export function typedScore(cell: CellRecord, seeds: readonly number[]): CellScore | null {
  return scoreOf(seeds.flatMap((seed) => cell.pictures[seed]?.asText?.verdict.conceptScore ?? []));
}

function scoreOf(scores: readonly number[]): CellScore | null {
  if (scores.length === 0) return null;
  return {
    mean: scores.reduce((sum, score) => sum + score, 0) / scores.length,
    low: Math.min(...scores),
    high: Math.max(...scores),
    n: scores.length,
  };
}

/** True when a picture was judged and the judge has no class for the concept. */
export function hasNoJudge(cell: CellRecord): boolean {
  return Object.values(cell.pictures).some((seen) => seen.verdict !== null && seen.verdict.conceptScore === null);
}

/** What the judge saw most often among the seeds, with counts; null before any verdict. */
export function judgedAs(
  cell: CellRecord,
  seeds: readonly number[],
  domain: Domain,
): { readonly id: string; readonly count: number; readonly n: number } | null {
  const counts = new Map<string, number>();
  let n = 0;
  for (const seed of seeds) {
    const verdict = cell.pictures[seed]?.verdict;
    if (verdict === null || verdict === undefined) continue;
    const id = verdict[domain] ?? 'none';
    counts.set(id, (counts.get(id) ?? 0) + 1);
    n += 1;
  }
  const [first] = [...counts].sort((a, b) => b[1] - a[1]);
  return first === undefined ? null : { id: first[0], count: first[1], n };
}

export type Cells = Readonly<Record<CellKey, CellRecord>>;

export function queueCells(cells: Cells, keys: readonly CellKey[], jobId: string): Cells {
  const next: Record<CellKey, CellRecord> = { ...cells };
  for (const key of keys) {
    next[key] = { ...(cells[key] ?? emptyCell), jobId, activity: 'queued', step: null, drawn: [], problem: null };
  }
  return next;
}

/** Puts a job's cells to rest when it ends without having drawn them. */
export function releaseCells(cells: Cells, jobId: string, problem: string | null): Cells {
  const next: Record<CellKey, CellRecord> = { ...cells };
  for (const [key, cell] of Object.entries(cells) as [CellKey, CellRecord][]) {
    if (cell.jobId !== jobId || cell.activity === 'idle') continue;
    const pictures = Object.entries(cell.pictures).filter(([, seen]) => seen.verdict !== null);
    next[key] = {
      ...cell,
      pictures: Object.fromEntries(pictures),
      activity: problem === null ? 'idle' : 'failed',
      step: null,
      problem,
    };
  }
  return next;
}

interface DrawingJob {
  readonly id: string;
  /** Prompts of the rows as they were when the job was asked for. */
  readonly prompts: readonly string[];
  readonly seeds: readonly number[];
  readonly signatures: Partial<Record<ColumnId, string>>;
}

/** The cells after one event of a job; the same object when the event is about something else. */
export function applyToCells(cells: Cells, job: DrawingJob, event: RunEvent): Cells {
  if (event.type === 'finished') {
    // A device that went away is no problem of the cell: it is drawn again by the next one.
    const isItsOwn = event.outcome === 'failed' && event.error?.code !== 'device-lost';
    return releaseCells(cells, job.id, isItsOwn ? (event.error?.message ?? '') : null);
  }
  if (event.type !== 'preview' && event.type !== 'picture') return cells;
  const prompt = job.prompts[event.cell.row];
  if (prompt === undefined) return cells;
  const key = cellKey(event.cell.column, prompt);
  const cell = cells[key] ?? emptyCell;
  // A newer job has taken the cell over.
  if (cell.jobId !== null && cell.jobId !== job.id && cell.activity !== 'idle') return cells;
  const isFinal = event.type === 'picture' && event.iteration === null;
  const seen: SeedPicture = {
    picture: event.picture,
    verdict: event.type === 'picture' ? event.verdict : null,
    prompt: event.type === 'picture' ? event.prompt : prompt,
    iteration: event.type === 'picture' ? event.iteration : null,
    ...(event.type === 'picture' && event.asText !== undefined ? { asText: event.asText } : {}),
  };
  const pictures = { ...cell.pictures, [event.seed]: seen };
  const step =
    event.type === 'preview' ? { stepIndex: event.stepIndex, numInferenceSteps: event.numInferenceSteps } : null;
  const before = cell.jobId === job.id ? cell.drawn : [];
  const drawn = isFinal ? [...before, event.seed] : before;
  const isComplete = isFinal && job.seeds.every((seed) => drawn.includes(seed));
  return {
    ...cells,
    [key]: {
      jobId: job.id,
      activity: isComplete ? 'idle' : 'drawing',
      step,
      pictures: isComplete ? pick(pictures, job.seeds) : pictures,
      signature: isComplete ? (job.signatures[event.cell.column] ?? null) : null,
      isPrepared: false,
      drawn,
      problem: null,
    },
  };
}

function pick(pictures: Readonly<Record<number, SeedPicture>>, seeds: readonly number[]): Record<number, SeedPicture> {
  return Object.fromEntries(seeds.flatMap((seed) => (pictures[seed] === undefined ? [] : [[seed, pictures[seed]]])));
}
