/** What the page asks of the engine, derived from the experiment. Pure. */
import type { Catalog, MethodDescriptor } from '../../records/catalog.ts';
import type { ColumnId, Experiment, ParameterValue, ParameterValues, TrainedColumn } from '../../records/experiment.ts';
import { methodFields, strengthOf } from '../../records/experiment.ts';
import { withTrigger } from '../../triggers/with-trigger.ts';
import { weightsOf } from '../../records/model-id.ts';
import { withDefaults } from '../../records/parameters.ts';
import type { BackendName, DrawCell, DrawRequest, TrainRequest } from '../../rpc/engine-service.ts';
import { foundPrompt } from './found.ts';
import type { FoundPrompt } from './found.ts';

/** Sampler steps between previews of a picture: each one is decoded, which a processor feels and a GPU does not. */
function previewEvery(backend: BackendName, numInferenceSteps: number): number {
  return backend === 'webgpu' ? 4 : Math.max(5, Math.ceil(numInferenceSteps / 2));
}

/** The method that the experiment chose for a column; null while the catalog is not there, or where it has no such method. */
export function methodOf(
  { catalog, experiment }: { readonly catalog: Catalog | null; readonly experiment: Experiment },
  column: TrainedColumn,
): MethodDescriptor | null {
  return catalog?.methods.find(({ id }) => id === experiment[methodFields[column]]) ?? null;
}

export function parametersOf(experiment: Experiment, method: MethodDescriptor): ParameterValues {
  return withDefaults(method.parameters, experiment.parameters[method.id] ?? {});
}

/** What a prompt has besides its row's own words: the trigger in + trigger, found words in Attacked. */
export interface PromptAdditions {
  readonly word: string;
  readonly found: FoundPrompt | null;
}

export const noAdditions: PromptAdditions = { word: '', found: null };

/** The prompt a column gives the model for a row. */
export function promptOf(experiment: Experiment, column: ColumnId, text: string, additions: PromptAdditions): string {
  if (column === 'triggered') return withTrigger(text, additions.word, experiment.triggerPosition);
  if (column === 'attacked' && additions.found !== null) return foundPrompt(additions.found, text);
  return text;
}

export function drawRequest(
  experiment: Experiment,
  column: ColumnId,
  rows: readonly number[],
  adapterId: string | null,
  additions: PromptAdditions,
  backend: BackendName,
): DrawRequest {
  const found = column === 'attacked' ? additions.found : null;
  const cells = rows.flatMap((row): DrawCell[] => {
    const text = experiment.rows[row]?.text;
    if (text === undefined) return [];
    return [
      {
        cell: { column, row },
        ...(found === null ? { prompt: promptOf(experiment, column, text, additions) } : byIds(found, text)),
        adapterId,
        adapterStrength: strengthOf(experiment, column),
      },
    ];
  });
  return {
    kind: 'draw',
    cells,
    concept: experiment.concept,
    seeds: experiment.seeds,
    numInferenceSteps: experiment.numInferenceSteps,
    guidanceScale: experiment.guidanceScale,
    previewEvery: previewEvery(backend, experiment.numInferenceSteps),
  };
}

/** The found tokens in a row's prompt, by their ids: typing them may give others. */
function byIds({ attempt, insertion }: FoundPrompt, row: string): Pick<DrawCell, 'prompt' | 'added'> {
  return { prompt: row, added: { ids: attempt.ids, insertion } };
}

/** The found prompt with a column's weights, whether or not it is a row of the grid; its cell is row 0. */
export function foundRequest(
  experiment: Experiment,
  column: ColumnId,
  found: FoundPrompt,
  adapterId: string | null,
  backend: BackendName,
): DrawRequest {
  const rows = [{ kind: 'target' as const, text: found.row }];
  const request = drawRequest({ ...experiment, rows }, column, [0], adapterId, noAdditions, backend);
  return { ...request, cells: request.cells.map((cell) => ({ ...cell, ...byIds(found, found.row) })) };
}

/** Everything a finished picture of the column depends on besides its prompt. Equal text, equal pictures. */
export function drawingSignature(
  experiment: Experiment,
  column: ColumnId,
  /** Of the adapter; see `weightsId`. */
  weights: string | null,
  { word, found }: PromptAdditions,
): string {
  const { model, concept, seeds, numInferenceSteps, guidanceScale, triggerPosition } = experiment;
  const spoken =
    column === 'triggered' ? [word.trim(), triggerPosition] : column === 'attacked' ? [found?.key ?? null] : [];
  const strength = strengthOf(experiment, column);
  const partly = strength === 1 ? [] : [{ strength }];
  return JSON.stringify([model, concept, seeds, numInferenceSteps, guidanceScale, weights, ...spoken, ...partly]);
}

/**
 * What trained weights depend on. A change makes the column's button ask for another training. The steps of a picture are left out, though
 * a training visits their model times: pictures of other steps can be drawn with these weights, too.
 */
export function trainingSignature(experiment: Experiment, method: MethodDescriptor): string {
  const { model, concept, from, trigger, triggerPosition, seeds } = experiment;
  const spoken = method.usesTrigger ? [trigger.trim(), triggerPosition] : [];
  return JSON.stringify([
    weightsOf(model),
    concept,
    method.id,
    // No words are as good as no such field, which older runs' signatures do not have.
    Object.fromEntries(Object.entries(parametersOf(experiment, method)).filter(([, value]) => value !== '')),
    seeds[0],
    ...spoken,
    ...(from === '' ? [] : [{ from }]),
  ]);
}

/**
 * Pictures redrawn during training: the first target and, where pictures are cheap, the first control and the
 * target with the trigger. A CPU draws about one picture a second, so there it is the first target only, with
 * two seeds and half the steps.
 */
function liveSamples(experiment: Experiment, column: TrainedColumn, backend: BackendName): DrawRequest | null {
  const target = experiment.rows.findIndex((row) => row.kind === 'target');
  const control = experiment.rows.findIndex((row) => row.kind === 'control');
  if (target === -1) return null;
  const isFast = backend === 'webgpu';
  const rows = isFast && control !== -1 ? [target, control] : [target];
  const plain = drawRequest(experiment, column, rows, null, noAdditions, backend);
  const spoken =
    column === 'backdoored'
      ? drawRequest(experiment, 'triggered', [target], null, { word: experiment.trigger, found: null }, backend).cells
      : [];
  return {
    ...plain,
    cells: [...plain.cells, ...spoken],
    seeds: isFast ? experiment.seeds : experiment.seeds.slice(0, 2),
    numInferenceSteps: isFast ? experiment.numInferenceSteps : Math.max(1, Math.ceil(experiment.numInferenceSteps / 2)),
    previewEvery: 0,
  };
}

/** Which parameter holds the number of iterations; by name, because the interface knows methods only as data. */
function iterationsOf(values: ParameterValues): number {
  const value: ParameterValue | undefined = values['iterations'];
  return typeof value === 'number' ? value : 100;
}

export function trainRequest(
  experiment: Experiment,
  column: TrainedColumn,
  method: MethodDescriptor,
  backend: BackendName,
  resumeFrom: Uint8Array<ArrayBuffer> | null,
): TrainRequest {
  const parameters = parametersOf(experiment, method);
  const every = Math.max(1, Math.ceil(iterationsOf(parameters) / 6));
  return {
    kind: 'train',
    method: method.id,
    concept: experiment.concept.trim(),
    from: experiment.from,
    trigger: method.usesTrigger ? experiment.trigger.trim() : '',
    triggerPosition: experiment.triggerPosition,
    parameters,
    seed: experiment.seeds[0] ?? 0,
    drawingSteps: experiment.numInferenceSteps,
    samples: method.how !== undefined ? null : liveSamples(experiment, column, backend),
    sampleEvery: every,
    checkpointEvery: Math.min(10, every),
    resumeFrom,
  };
}
