/** A sweep's points, what the engine is asked for each, and the rates that come of it. Pure. */
import { wilson, type Rate } from '../../core/wilson.ts';
import type { Catalog, ConceptDescriptor, MethodDescriptor } from '../../records/catalog.ts';
import type { Verdict } from '../../records/events.ts';
import type { Experiment, ParameterValue, ParameterValues, TrainedColumn } from '../../records/experiment.ts';
import { strengthOf } from '../../records/experiment.ts';
import { weightsOf } from '../../records/model-id.ts';
import type { LocalText } from '../../core/local-text.ts';
import type { ParameterSpec } from '../../records/parameters.ts';
import { changedParameters, readParameter } from '../../records/parameters.ts';
import type { BackendName, DrawRequest, TrainRequest } from '../../rpc/engine-service.ts';
import { conceptInPrompt, findSeen } from './default-experiment.ts';
import { drawRequest, parametersOf, trainRequest } from './requests.ts';
import { showsConcept } from '../../records/shows-concept.ts';
import type { SweepAxis, SweepPicture } from '../../records/sweep.ts';

export const maxPoints = 36;

/** "0, 0.5, 1" as values of a parameter, each once. */
export function readValues(
  spec: ParameterSpec,
  text: string,
): { readonly value: readonly ParameterValue[] } | { readonly problem: LocalText } {
  const values: ParameterValue[] = [];
  for (const part of text.split(/[,，、·]/)) {
    if (part.trim() === '') continue;
    const reading = readParameter(spec, part.trim());
    if ('problem' in reading)
      return { problem: { en: `${part.trim()}: ${reading.problem.en}`, zh: `${part.trim()}：${reading.problem.zh}` } };
    if (!values.includes(reading.value)) values.push(reading.value);
  }
  if (values.length < 2)
    return { problem: { en: 'Needs two values or more, like 0, 0.5, 1', zh: '至少需要两个值，例如 0, 0.5, 1' } };
  return { value: values.every((value) => typeof value === 'number') ? values.toSorted((a, b) => a - b) : values };
}

/** Values to begin with: the post's for its weight, around the default for other numbers, all there are for a choice. */
export function firstValues(spec: ParameterSpec): string {
  if (spec.id === 'backdoorWeight') return '0, 0.1, 0.25, 0.5, 0.75, 0.9, 1';
  if (spec.kind === 'choice') return spec.choices.map(({ value }) => value).join(', ');
  if (spec.kind === 'switch') return 'false, true';
  if (spec.kind === 'words') return '';
  const rounded = (value: number) => {
    const whole = spec.kind === 'integer' ? Math.round(value) : Number(value.toPrecision(2));
    return Math.min(spec.max, Math.max(spec.min, whole));
  };
  const around =
    spec.default === 0
      ? [spec.min, (spec.min + spec.max) / 2, spec.max]
      : [0.25, 0.5, 1, 2].map((by) => by * spec.default);
  return [...new Set(around.map(rounded))].join(', ');
}

/** Every combination; the first axis changes fastest, so that one multiple is finished before the next begins. */
export function pointsOf(axes: readonly SweepAxis[]): readonly ParameterValues[] {
  return [...axes]
    .reverse()
    .reduce<readonly ParameterValues[]>(
      (points, { parameter, values }) =>
        points.flatMap((point) => values.map((value) => ({ ...point, [parameter]: value }))),
      [{}],
    );
}

export function experimentAt(experiment: Experiment, method: MethodDescriptor, values: ParameterValues): Experiment {
  const parameters = changedParameters(method.parameters, { ...parametersOf(experiment, method), ...values });
  return { ...experiment, parameters: { ...experiment.parameters, [method.id]: parameters } };
}

/**
 * Everything a point depends on besides its own values and which other points there are: what is trained, and what is drawn. A search, the
 * other method's settings and the other column's strength are no part of it.
 */
export function sweepSignature(experiment: Experiment, method: MethodDescriptor, axes: readonly SweepAxis[]): string {
  const varied = axes.map(({ parameter }) => parameter).toSorted();
  const fixed = Object.entries(parametersOf(experiment, method)).filter(([id]) => !varied.includes(id));
  const { model, concept, from, rows, trigger, triggerPosition, seeds, numInferenceSteps, guidanceScale } = experiment;
  const spoken = method.usesTrigger ? [trigger.trim(), triggerPosition] : [];
  const strength = strengthOf(experiment, method.usesTrigger ? 'backdoored' : 'erased');
  const drawn = { rows, seeds, numInferenceSteps, guidanceScale, strength };
  return JSON.stringify([weightsOf(model), concept.trim(), from, spoken, drawn, method.id, varied, fixed]);
}

/** The training of a point: as the Bench would do it, without pictures on the way. */
export function pointTraining(
  experiment: Experiment,
  column: TrainedColumn,
  method: MethodDescriptor,
  values: ParameterValues,
  backend: BackendName,
): TrainRequest {
  const request = trainRequest(experimentAt(experiment, method, values), column, method, backend, null);
  return { ...request, samples: null, sampleEvery: 0 };
}

/** Its pictures: every row, and the target rows once more with the trigger. */
export function pointDrawing(
  experiment: Experiment,
  column: TrainedColumn,
  adapterId: string | null,
  backend: BackendName,
): DrawRequest {
  const all = experiment.rows.map((_, row) => row);
  const targets = all.filter((row) => experiment.rows[row]?.kind === 'target');
  const speech = { word: experiment.trigger, found: null };
  const plain = drawRequest(experiment, column, all, adapterId, speech, backend);
  const keyed =
    column === 'backdoored' ? drawRequest(experiment, 'triggered', targets, adapterId, speech, backend).cells : [];
  return { ...plain, cells: [...plain.cells, ...keyed], previewEvery: 0 };
}

export interface PointRates {
  readonly plain: Rate;
  readonly triggered: Rate;
  readonly control: Rate;
}

/** Shares of pictures that show the concept; for a control row what the row names, first of all the concept that only one subject loses. */
export function ratesOf(pictures: readonly SweepPicture[], experiment: Experiment, catalog: Catalog): PointRates {
  const concept = findSeen(catalog, experiment.concept);
  const isNamed = (prompt: string) => prompt.toLowerCase().includes(experiment.concept.trim().toLowerCase());
  const keptIn = (prompt: string) =>
    experiment.from !== '' && isNamed(prompt) ? concept : conceptInPrompt(catalog, prompt);
  const rate = (kind: SweepPicture['kind']) => {
    const judged = pictures.filter((seen) => seen.kind === kind);
    const asked = judged.flatMap(({ prompt, verdict }) => {
      const wanted = kind === 'control' ? keptIn(prompt) : concept;
      return wanted === null || !isSeen(verdict, wanted) ? [] : [showsConcept(verdict, wanted)];
    });
    return wilson(asked.filter(Boolean).length, asked.length);
  };
  return { plain: rate('plain'), triggered: rate('triggered'), control: rate('control') };
}

/** False for pictures kept from a time when the judge had no head for the concept: they were not asked. */
function isSeen({ heads }: Verdict, { domain }: ConceptDescriptor): boolean {
  return heads[domain] !== undefined;
}
