/**
 * What each cell of the grid holds, and how events change it. Pure; keyed by column and prompt, so rows may move. Every picture says what
 * drew it, and a cell counts the pictures of one source only: those of another are kept apart, to be shown as old until new ones come.
 */
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
  /** The weights and settings that drew it: a drawing's signature, or a training's name and iteration. Equal text, one source. */
  readonly source: string;
  /** The prompt typed as text, where `picture` was drawn by ids that typing does not give back. */
  readonly asText?: { readonly picture: Picture; readonly verdict: Verdict };
}

export interface CellRecord {
  readonly jobId: string | null;
  readonly activity: 'idle' | 'queued' | 'drawing' | 'failed';
  readonly step: { readonly stepIndex: number; readonly numInferenceSteps: number } | null;
  /** By seed, all of one source: what is counted, averaged and saved as the cell's. */
  readonly pictures: Readonly<Record<number, SeedPicture>>;
  /** What drew `pictures`; null while there are none. */
  readonly source: string | null;
  /** By seed, pictures of other sources: shown as old where the present source has none yet, and counted nowhere. */
  readonly older: Readonly<Record<number, SeedPicture>>;
  /** The last finished pictures among `older`, which come back if the present source finishes none. */
  readonly before: { readonly signature: string; readonly count: number; readonly isPrepared: boolean } | null;
  /** What drew the finished pictures, once all of them are; see `drawingSignature`. */
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
  source: null,
  older: {},
  before: null,
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

/** The picture a seed's place shows: the present source's, else the one before it. */
export function shownPicture(
  cell: CellRecord,
  seed: number,
  wanted: string | null,
): { readonly seen: SeedPicture; readonly isOld: boolean } | null {
  const seen = cell.pictures[seed];
  if (seen !== undefined) return { seen, isOld: isOld(cell, wanted) };
  const older = cell.older[seed];
  return older === undefined ? null : { seen: older, isOld: true };
}

/** True when the cell's pictures, and with them its numbers, are not of what would be drawn now, nor of a training that runs for it. */
export function isOld(cell: CellRecord, wanted: string | null): boolean {
  if (cell.source === null || cell.source === wanted) return false;
  const isBeingTrained =
    cell.activity === 'drawing' && Object.values(cell.pictures).some(({ iteration }) => iteration !== null);
  return !isBeingTrained;
}

export interface CellScore {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** Concept score over the judged pictures of the given seeds; null when none was judged or no judge knows the concept. */
export function cellScore(cell: CellRecord, seeds: readonly number[]): CellScore | null {
  return scoreOf(ofOneSource(cell, seeds).flatMap(({ verdict }) => verdict?.conceptScore ?? []));
}

/** As `cellScore`, of the prompt typed as text; null where typing gives the ids that were drawn. */
export function typedScore(cell: CellRecord, seeds: readonly number[]): CellScore | null {
  return scoreOf(ofOneSource(cell, seeds).flatMap(({ asText }) => asText?.verdict.conceptScore ?? []));
}

/** What may be counted together. */
function ofOneSource({ pictures, source }: CellRecord, seeds: readonly number[]): readonly SeedPicture[] {
  return seeds.flatMap((seed) => pictures[seed] ?? []).filter((seen) => seen.source === source);
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

/** What the judge saw most often among the seeds, with counts; null before any verdict of that kind. */
export function judgedAs(
  cell: CellRecord,
  seeds: readonly number[],
  domain: Domain,
): { readonly id: string; readonly count: number; readonly n: number } | null {
  const counts = new Map<string, number>();
  let n = 0;
  for (const { verdict } of ofOneSource(cell, seeds)) {
    const id = verdict?.heads[domain]?.id;
    if (id === undefined) continue; // a judge that was not asked has seen nothing
    counts.set(id, (counts.get(id) ?? 0) + 1);
    n += 1;
  }
  const [first] = [...counts].sort((a, b) => b[1] - a[1]);
  return first === undefined ? null : { id: first[0], count: first[1], n };
}

/** How many of the judged pictures show `id`; null before any verdict of that kind. */
export function seenCount(
  cell: CellRecord,
  seeds: readonly number[],
  domain: Domain,
  id: string,
): { readonly count: number; readonly n: number } | null {
  const choices = ofOneSource(cell, seeds).flatMap(({ verdict }) => verdict?.heads[domain] ?? []);
  return choices.length === 0
    ? null
    : { count: choices.filter((choice) => choice.id === id).length, n: choices.length };
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
    next[key] = {
      ...withoutPreviews(cell),
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
  const iteration = event.type === 'picture' ? event.iteration : null;
  const seen: SeedPicture = {
    picture: event.picture,
    verdict: event.type === 'picture' ? event.verdict : null,
    prompt: event.type === 'picture' ? event.prompt : prompt,
    iteration,
    source: iteration === null ? (job.signatures[event.cell.column] ?? job.id) : `${job.id} ${String(iteration)}`,
    ...(event.type === 'picture' && event.asText !== undefined ? { asText: event.asText } : {}),
  };
  const step =
    event.type === 'preview' ? { stepIndex: event.stepIndex, numInferenceSteps: event.numInferenceSteps } : null;
  const before = cell.jobId === job.id ? cell.drawn : [];
  const drawn = isFinal ? [...before, event.seed] : before;
  const isComplete = isFinal && job.seeds.every((seed) => drawn.includes(seed));
  const held = withPicture(cell, event.seed, seen);
  const whole = { pictures: pick(held.pictures, job.seeds), older: {}, before: null, signature: seen.source };
  return {
    ...cells,
    [key]: {
      ...held,
      jobId: job.id,
      activity: isComplete ? 'idle' : 'drawing',
      step,
      drawn,
      problem: null,
      ...(isComplete && job.signatures[event.cell.column] !== undefined ? whole : {}),
    },
  };
}

/** The cell with one more picture. The first one of another source sets aside what was there. */
function withPicture(cell: CellRecord, seed: number, seen: SeedPicture): CellRecord {
  const isSame = cell.source === seen.source;
  const aside = isSame ? cell : setAside(cell);
  return {
    ...aside,
    pictures: { ...aside.pictures, [seed]: seen },
    source: seen.source,
    isPrepared: false,
    // Not whole any more, or not yet.
    signature: null,
  };
}

function setAside(cell: CellRecord): CellRecord {
  const { pictures, signature, isPrepared } = withoutPreviews(cell);
  const count = Object.keys(pictures).length;
  return {
    ...cell,
    pictures: {},
    source: null,
    older: { ...cell.older, ...pictures },
    before: signature === null ? cell.before : { signature, count, isPrepared },
    signature: null,
  };
}

/** Half-drawn pictures go. If nothing is left of the present source, the finished pictures it had set aside are the cell's again. */
function withoutPreviews(cell: CellRecord): CellRecord {
  const judged = Object.entries(cell.pictures).filter(([, { verdict }]) => verdict !== null);
  if (judged.length > 0) return { ...cell, pictures: Object.fromEntries(judged) };
  const { before } = cell;
  const back = Object.entries(cell.older).filter(([, { source }]) => source === before?.signature);
  if (before === null || back.length === 0) return { ...cell, pictures: {}, source: null };
  const isWhole = back.length === before.count;
  return {
    ...cell,
    pictures: Object.fromEntries(back),
    source: before.signature,
    older: {},
    before: null,
    // Pictures of unfinished weights have taken some of their places: the rest is shown, and drawn again.
    signature: isWhole ? before.signature : null,
    isPrepared: before.isPrepared,
  };
}

function pick(pictures: Readonly<Record<number, SeedPicture>>, seeds: readonly number[]): Record<number, SeedPicture> {
  return Object.fromEntries(seeds.flatMap((seed) => (pictures[seed] === undefined ? [] : [[seed, pictures[seed]]])));
}
