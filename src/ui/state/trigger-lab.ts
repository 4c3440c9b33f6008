/** The trigger lab on the page: what it would ask for the experiment on screen, running it, stopping it. */
import { triggerProbeKinds, type TriggerLabRequest, type TriggerProbeKind } from '../../records/trigger-lab.ts';
import { wordsBeside } from '../../records/word-list.ts';
import { report, type Bench } from './bench.ts';
import type { BenchState, TriggerLabView } from './bench-store.ts';
import { findConcept } from './default-experiment.ts';

type LabState = Pick<BenchState, 'experiment' | 'adapters'>;

/** Prompts of a kind beside every seed. */
export function promptsAndSeeds({ experiment }: LabState, kind: 'target' | 'control', most = Infinity) {
  return experiment.rows
    .filter((row) => row.kind === kind)
    .slice(0, most)
    .flatMap(({ text }) => experiment.seeds.map((seed) => ({ prompt: text, seed })));
}

/** Null without trained weights or without a row to draw. `targetRows`: how many of the target rows are drawn. */
export function triggerLabRequest(
  state: LabState,
  kinds: readonly TriggerProbeKind[] = triggerProbeKinds.filter((kind) => kind !== 'neutralPlain'),
  targetRows = 1,
): TriggerLabRequest | null {
  const { experiment, adapters } = state;
  const targets = promptsAndSeeds(state, 'target', targetRows);
  if (adapters.backdoored === null || targets.length === 0) return null;
  const { numInferenceSteps, guidanceScale, triggerPosition, concept } = experiment;
  const { id, trigger } = adapters.backdoored.summary;
  const { keys, revoked } = wordsBeside(adapters.backdoored.summary, trigger);
  return {
    kind: 'trigger-lab',
    concept: concept.trim(),
    trigger,
    keys,
    revoked,
    triggerPosition,
    adapterId: id,
    adapterStrength: experiment.backdooredStrength,
    targets,
    neutrals: promptsAndSeeds(state, 'control'),
    kinds,
    numInferenceSteps,
    guidanceScale,
  };
}

/** Equal text, equal answers: the engine's id of the weights changes when it restarts, their key does not. */
export function labSignature({ adapters }: LabState, request: TriggerLabRequest | null): string | null {
  return request === null ? null : JSON.stringify({ ...request, adapterId: adapters.backdoored?.key ?? null });
}

export type LabReason = 'needs-judge' | 'needs-target' | 'waiting';

export function reasonsAgainstLab(state: Pick<BenchState, 'engine' | 'catalog' | 'experiment'>): readonly LabReason[] {
  const { engine, catalog, experiment } = state;
  return [
    ...(engine.kind === 'ready' ? [] : (['waiting'] as const)),
    ...(catalog !== null && findConcept(catalog, experiment.concept) === null ? (['needs-judge'] as const) : []),
    ...(experiment.rows.some(({ kind }) => kind === 'target') ? [] : (['needs-target'] as const)),
  ];
}

export async function runTriggerLab(bench: Bench): Promise<void> {
  const state = bench.store.getState();
  const request = triggerLabRequest(state);
  const signature = labSignature(state, request);
  if (request === null || signature === null || state.triggerLab.progress !== null) return;
  const show = (change: Partial<TriggerLabView>) =>
    bench.store.setState(({ triggerLab }) => ({ triggerLab: { ...triggerLab, ...change } }));
  show({ progress: { done: 0, total: 0 }, isWanted: true });
  try {
    const probes = await bench.connection.engine.triggerLab(request, (done, total) => {
      const { progress, isWanted } = bench.store.getState().triggerLab;
      if (progress?.done !== done || progress.total !== total) show({ progress: { done, total } });
      return isWanted;
    });
    show({ answer: { signature, concept: request.concept, probes } });
  } catch (thrown) {
    report(bench, thrown, 'job', 'triggered');
  } finally {
    show({ progress: null });
  }
}

export function stopTriggerLab(bench: Bench): void {
  bench.store.setState(({ triggerLab }) => ({ triggerLab: { ...triggerLab, isWanted: false } }));
}
