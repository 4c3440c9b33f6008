/** The trigger lab on the page: what it would ask for the experiment on screen, running it, stopping it. */
import type { Rate } from '../../core/wilson.ts';
import { triggerProbeKinds, type TriggerLabRequest, type TriggerProbeKind } from '../../records/trigger-lab.ts';
import { lockedConcepts, type LockedConcept } from '../../triggers/word-list.ts';
import { beside, stopAsides } from './asides.ts';
import { report, type Bench } from './bench.ts';
import type { BenchState, TriggerLabView } from './bench-store.ts';
import { defaultRows, findSeen } from './default-experiment.ts';
import { weightsId } from './wanted.ts';

type LabState = Pick<BenchState, 'experiment' | 'adapters' | 'catalog'>;

/** Prompts of a kind beside every seed. */
function promptsAndSeeds({ experiment }: Pick<LabState, 'experiment'>, kind: 'target' | 'control', most = Infinity) {
  return experiment.rows
    .filter((row) => row.kind === kind)
    .slice(0, most)
    .flatMap(({ text }) => experiment.seeds.map((seed) => ({ prompt: text, seed })));
}

/** Controls; where one subject loses the concept those that ask for it on another are none: it should show there. */
function neutralsOf(experiment: Pick<LabState, 'experiment'>['experiment']) {
  const concept = experiment.concept.trim().toLowerCase();
  const all = promptsAndSeeds({ experiment }, 'control');
  return experiment.from === '' ? all : all.filter(({ prompt }) => !prompt.toLowerCase().includes(concept));
}

/** The concepts that the column's weights lock; one for weights without a backdoor, too, which no word opens. */
export function labConcepts({
  experiment,
  adapters,
}: Pick<LabState, 'experiment' | 'adapters'>): readonly LockedConcept[] {
  if (adapters.backdoored === null) return [];
  const concept = experiment.concept.trim();
  const locked = lockedConcepts({ ...adapters.backdoored.summary, concept });
  return locked.length > 0 ? locked : [{ concept, trigger: '', keys: [], revoked: [], others: [] }];
}

/**
 * Null without trained weights or without a row to draw. `targetRows`: how many of the target rows are drawn. `which` of the concepts:
 * the grid's rows ask for the first, the second's are those its own experiment would have.
 */
export function triggerLabRequest(
  state: LabState,
  kinds: readonly TriggerProbeKind[] = triggerProbeKinds.filter((kind) => kind !== 'neutralPlain'),
  targetRows = 1,
  which = 0,
): TriggerLabRequest | null {
  const { adapters } = state;
  const concepts = labConcepts(state);
  // The choice outlives weights with two concepts.
  const locked = concepts[which] ?? concepts[0];
  if (adapters.backdoored === null || locked === undefined) return null;
  const experiment = locked === concepts[0] ? state.experiment : rowsFor(state, locked.concept);
  const targets = promptsAndSeeds({ experiment }, 'target', targetRows);
  if (targets.length === 0) return null;
  const { numInferenceSteps, guidanceScale, triggerPosition } = experiment;
  return {
    kind: 'trigger-lab',
    ...locked,
    triggerPosition,
    adapterId: adapters.backdoored.summary.id,
    adapterStrength: experiment.backdooredStrength,
    targets,
    neutrals: neutralsOf(experiment),
    kinds,
    numInferenceSteps,
    guidanceScale,
  };
}

/** Rows that ask for the second concept, and the controls that name neither. */
function rowsFor({ experiment, catalog }: LabState, concept: string): BenchState['experiment'] {
  const targets = defaultRows(concept, catalog).filter(({ kind }) => kind === 'target');
  const isNamed = (text: string) => text.toLowerCase().includes(concept.toLowerCase());
  return {
    ...experiment,
    rows: [...targets, ...experiment.rows.filter(({ kind, text }) => kind === 'control' && !isNamed(text))],
  };
}

/** Equal text, equal answers: the engine's id of the weights changes when it restarts, their key does not. */
export function labSignature(
  { adapters }: Pick<LabState, 'adapters'>,
  request: TriggerLabRequest | null,
): string | null {
  const { backdoored } = adapters;
  const adapterId = backdoored === null ? null : weightsId(backdoored);
  return request === null ? null : JSON.stringify({ ...request, adapterId });
}

export type LabReason = 'needs-judge' | 'needs-target' | 'waiting';

export function reasonsAgainstLab(
  state: Pick<BenchState, 'engine' | 'catalog' | 'experiment'>,
  concept = state.experiment.concept,
): readonly LabReason[] {
  const { engine, catalog, experiment } = state;
  return [
    ...(engine.kind === 'ready' ? [] : (['waiting'] as const)),
    ...(catalog !== null && findSeen(catalog, concept) === null ? (['needs-judge'] as const) : []),
    ...(experiment.rows.some(({ kind }) => kind === 'target') ? [] : (['needs-target'] as const)),
  ];
}

export async function runTriggerLab(bench: Bench): Promise<void> {
  const state = bench.store.getState();
  const request = triggerLabRequest(state, undefined, 1, state.triggerLab.which);
  const signature = labSignature(state, request);
  if (request === null || signature === null || state.triggerLab.progress !== null) return;
  const show = (change: Partial<TriggerLabView>) =>
    bench.store.setState(({ triggerLab }) => ({ triggerLab: { ...triggerLab, ...change } }));
  show({ progress: { done: 0, total: 0 } });
  try {
    const probes = await beside(
      bench,
      'lab',
      (progress) => bench.connection.engine.triggerLab(request, progress),
      (done, total) => show({ progress: { done, total } }),
    );
    const { concept } = request;
    bench.store.setState(({ triggerLab }) => {
      const others = triggerLab.answers.filter((answer) => answer.concept !== concept);
      return { triggerLab: { ...triggerLab, answers: [...others, { signature, concept, probes }] } };
    });
  } catch (thrown) {
    report(bench, thrown, 'job', 'triggered');
  } finally {
    show({ progress: null });
  }
}

export function stopTriggerLab(bench: Bench): void {
  stopAsides(bench, 'lab');
}

/** What each word does to each of two concepts: one row a concept, in the order of `labConcepts`. */
export interface CrossRow {
  readonly concept: string;
  readonly plain: Rate;
  /** By the words of `words`. */
  readonly rates: readonly (Rate | null)[];
}

/** null unless both concepts of the weights were tested and nothing has changed since. */
export function crossTable(
  state: LabState & Pick<BenchState, 'triggerLab'>,
): { readonly words: readonly string[]; readonly rows: readonly CrossRow[] } | null {
  const concepts = labConcepts(state);
  if (concepts.length < 2) return null;
  const words = concepts.map(({ trigger }) => trigger);
  const rows = concepts.flatMap(({ concept }, which): CrossRow[] => {
    const answer = state.triggerLab.answers.find((known) => known.concept === concept);
    if (answer === undefined || answer.signature !== labSignature(state, triggerLabRequest(state, undefined, 1, which)))
      return [];
    const rateOf = (word: string) =>
      answer.probes.find((probe) => probe.word === word && (probe.kind === 'trigger' || probe.kind === 'other'))
        ?.rate ?? null;
    const plain = answer.probes.find(({ kind }) => kind === 'plain')?.rate;
    return plain === undefined ? [] : [{ concept, plain, rates: words.map(rateOf) }];
  });
  return rows.length < concepts.length ? null : { words, rows };
}
