/** Everything the bench knows, in one zustand store without React. Series and pictures are shared by reference. */
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import type { ErrorCode } from '../../core/errors.ts';
import type { RunBundle } from '../../files/run-bundle.ts';
import type { Catalog } from '../../records/catalog.ts';
import type { AdapterSummary, Picture } from '../../records/events.ts';
import type { ColumnId, Experiment, ParameterValues, TrainedColumn } from '../../records/experiment.ts';
import type { RunView } from '../../records/fold-run.ts';
import type { LocalText } from '../../core/local-text.ts';
import { modelName } from '../../records/model-id.ts';
import type { GivenExperiment } from '../../records/url.ts';
import type { UrlProblem } from '../../records/url-field.ts';
import type { TriggerProbe } from '../../records/trigger-lab.ts';
import type { AdapterInspection, ChosenFolder, EngineInfo, JobRequest, OpenPhase } from '../../rpc/engine-service.ts';
import type { Cells } from './cells.ts';
import { completeExperiment, type Known } from './default-experiment.ts';
import type { FoundPrompt } from './found.ts';
import { firstMetricsChoices, type MetricsChoices } from './metrics-choices.ts';
import type { SweepState } from './sweep-state.ts';

/** `restoring`: weights that were kept are handed over. */
export type OpeningStep = Exclude<OpenPhase, 'downloading'> | 'restoring';

export type EngineStatus =
  | { readonly kind: 'starting' }
  | { readonly kind: 'downloading'; readonly loaded: number; readonly total: number }
  /** All of it is here. `since`: of `performance.now()`, when the present step began. */
  | { readonly kind: 'opening'; readonly step: OpeningStep; readonly since: number }
  | { readonly kind: 'ready' }
  | { readonly kind: 'dead' };

/** What weights were made with. The Bench may have moved on since. */
export interface Made {
  readonly experiment: Experiment;
  /** All of the method's, defaults too. */
  readonly parameters: ParameterValues;
}

export interface Adapter {
  /** Ours, stable when the engine restarts and gives the weights another id: the run's, where a run made them. */
  readonly key: string;
  readonly summary: AdapterSummary;
  readonly bytes: Uint8Array<ArrayBuffer> | null;
  /** What it was trained with; null for an imported file. */
  readonly signature: string | null;
  readonly origin: 'trained' | 'kept' | 'imported';
  /** null for a file that does not say. */
  readonly made: Made | null;
}

/** Trained weights under attack, as they were when the search was asked for. */
export interface Victim {
  readonly column: TrainedColumn;
  /** Key of the adapter. */
  readonly key: string;
  readonly method: string;
}

export interface Job {
  readonly id: string;
  /** The run it is kept as; null for what is not kept: drawings, measurements, points of a sweep. */
  readonly runId: string | null;
  readonly kind: 'draw' | 'train' | 'attack' | 'evaluate';
  readonly column: ColumnId;
  /** The experiment it belongs to, whatever is on screen by now. */
  readonly model: string;
  readonly given: GivenExperiment;
  readonly request: JobRequest;
  readonly prompts: readonly string[];
  readonly seeds: readonly number[];
  readonly signatures: Partial<Record<ColumnId, string>>;
  /** Training only: what the finished adapter will be stored with. */
  readonly signature: string | null;
  /** Search only: the weights under attack. */
  readonly victim: Victim | null;
  /** The word spoken in the + trigger column. */
  readonly word: string;
  /** Part of a sweep: which of its points; such a job fills no column. */
  readonly point?: number;
  /** The run whose weights its own take the place of, because a setting was moved. */
  readonly follows?: string;
  /** Such a training's seconds before the checkpoint it goes on from. */
  readonly earlier?: number;
  readonly view: RunView;
}

/** Work of the engine beside its queue; see `asides.ts`. `asking`: a job was asked for, and the engine has not answered yet. */
export interface Aside {
  readonly id: number;
  readonly kind: 'asking' | 'lab' | 'licence' | 'review' | 'classify' | 'rank' | 'step';
  readonly progress: { readonly done: number; readonly total: number } | null;
  /** False where the engine does not ask on the way whether anybody still waits. */
  readonly canStop: boolean;
  /** False once the person asked to stop. */
  readonly isWanted: boolean;
}

export interface Fault {
  readonly id: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly advice: string;
  /** What stopped: the engine, a job of a column, or a file. */
  readonly about: 'engine' | 'job' | 'file';
  readonly column: ColumnId | null;
}

/** The GPU was reset, and what goes on by itself since: a run from iteration or round `n`, or from its beginning (null). */
export type Notice =
  { readonly goesOn: 'train' | 'attack' | 'sweep'; readonly n: number | null } | { readonly goesOn: 'nothing' };

export interface TriedWord {
  readonly word: string;
  readonly score: number | null;
}

/** A file somebody brought, before it is taken. */
export type FileOffer = {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  /** Brought to be judged before anybody reads what it says. */
  readonly isBlind: boolean;
} & (
  | { readonly kind: 'reading' }
  | {
      readonly kind: 'adapter';
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly about: AdapterInspection;
      /** The experiment it came with; null for a file made elsewhere. */
      readonly given: GivenExperiment | null;
      readonly run: RunBundle | null;
      /** The run's events, folded: what would be shown. */
      readonly view: RunView | null;
    }
  | { readonly kind: 'experiment'; readonly given: GivenExperiment }
  | { readonly kind: 'bad'; readonly message: string; readonly advice: string }
);

/** The trigger lab: how far it is, and what it found last. */
export interface TriggerLabView {
  readonly progress: { readonly done: number; readonly total: number } | null;
  /** Which of the weights' concepts is tested. */
  readonly which: number;
  /** One a concept. */
  readonly answers: readonly {
    readonly signature: string;
    readonly concept: string;
    readonly probes: readonly TriggerProbe[];
  }[];
}

/** A review that is open: the page shows nothing else, and while it is blind no word that opens the weights. */
export interface Review {
  readonly isBlind: boolean;
}

/** A link that names another model than the open one. Nothing of it is applied before the person says how. */
export interface OtherModel {
  /** The model's id, as the link has it. */
  readonly id: string;
  /** The link's part behind the question mark. */
  readonly query: string;
}

/** The dialog in which another model is chosen; `problem`: why the last folder could not be opened. */
export interface ModelDialogState {
  readonly isOpen: boolean;
  readonly problem: { readonly name: string; readonly message: string; readonly advice: string } | null;
}

export type Inspector =
  | { readonly kind: 'column'; readonly column: ColumnId }
  | { readonly kind: 'cell'; readonly column: ColumnId; readonly text: string; readonly seed: number };

export interface BenchState {
  readonly given: GivenExperiment;
  readonly experiment: Experiment;
  readonly urlProblems: readonly UrlProblem[];
  /** Fields whose text cannot be used, by field name. */
  readonly invalid: Readonly<Record<string, LocalText>>;
  readonly engine: EngineStatus;
  readonly info: EngineInfo | null;
  /** Name of the folder below models/ that the page's own server has the model in. */
  readonly served: string;
  /** The folder that a person chose instead; null: the served one. */
  readonly folder: ChosenFolder | null;
  readonly otherModel: OtherModel | null;
  readonly modelDialog: ModelDialogState;
  readonly catalog: Catalog | null;
  /** The part of the catalog that came with prepared pictures, before the engine. */
  readonly known: Known | null;
  readonly jobs: readonly Job[];
  readonly asides: readonly Aside[];
  readonly cells: Cells;
  readonly adapters: Readonly<Record<TrainedColumn, Adapter | null>>;
  /** Seconds, by column: training for trained columns, drawing for the others. */
  readonly estimates: Partial<Record<ColumnId, number>>;
  /** The word in the + trigger header, and the one that was last spoken. */
  readonly word: string;
  readonly spokenWord: string | null;
  readonly tried: readonly TriedWord[];
  readonly triggerLab: TriggerLabView;
  /** A picture the next search aims at instead of one by the original; no link can carry it. */
  readonly aimPicture: { readonly picture: Picture; readonly name: string } | null;
  /** The found prompt that fills the Attacked column. */
  readonly found: FoundPrompt | null;
  /** The search the inspector shows; null: the one that runs, or the last. */
  readonly shownSearch: string | null;
  /** What the person did last, for the caption above the grid. */
  readonly lastAct: 'attack' | 'other';
  /** Free cells fill themselves; off after the person stopped a drawing. */
  readonly fillsItself: boolean;
  readonly focus: { readonly column: ColumnId; readonly row: number; readonly seed: number };
  readonly inspector: Inspector | null;
  /** Below 1280 px the inspector is a sheet over the grid, opened by the person only. */
  readonly isSheetOpen: boolean;
  readonly metrics: MetricsChoices;
  readonly faults: readonly Fault[];
  readonly notice: Notice | null;
  readonly offer: FileOffer | null;
  readonly review: Review | null;
  readonly sweep: SweepState | null;
}

export type BenchStore = StoreApi<BenchState>;

export function createBenchStore(given: GivenExperiment, urlProblems: readonly UrlProblem[]): BenchStore {
  const experiment = completeExperiment(given, null);
  return createStore<BenchState>(() => ({
    given,
    experiment,
    urlProblems,
    invalid: {},
    engine: { kind: 'starting' },
    info: null,
    served: modelName(experiment.model),
    folder: null,
    otherModel: null,
    modelDialog: { isOpen: false, problem: null },
    catalog: null,
    known: null,
    jobs: [],
    asides: [],
    cells: {},
    adapters: { erased: null, backdoored: null },
    estimates: {},
    word: experiment.trigger,
    spokenWord: null,
    tried: [],
    triggerLab: { progress: null, which: 0, answers: [] },
    aimPicture: null,
    found: null,
    shownSearch: null,
    lastAct: 'other',
    fillsItself: true,
    focus: { column: 'original', row: 0, seed: experiment.seeds[0] ?? 0 },
    inspector: null,
    isSheetOpen: false,
    metrics: firstMetricsChoices,
    faults: [],
    notice: null,
    offer: null,
    review: null,
    sweep: null,
  }));
}
