/** What a copy of the metrics sheet is made of: its tables, and what a reader needs to measure them again. */
import type { EvaluateRequest, MeasuredColumn, MeasuringProtocol } from '../../records/evaluation.ts';
import type { LocalText } from '../../core/local-text.ts';
import type { ConceptTable } from './concept-table.ts';
import type { MetricsTable } from './table.ts';

export interface CopyTables {
  readonly metrics: MetricsTable;
  /** Other names of the concept; null when none were asked for. */
  readonly names: ConceptTable | null;
  readonly neighbours: ConceptTable | null;
}

export interface CopyContext {
  readonly request: Pick<
    EvaluateRequest,
    | 'concept'
    | 'from'
    | 'trigger'
    | 'triggerPosition'
    | 'prompts'
    | 'neutral'
    | 'classified'
    | 'perName'
    | 'seeds'
    | 'numInferenceSteps'
    | 'guidanceScale'
  >;
  readonly protocol: MeasuringProtocol;
  readonly modelName: string;
  readonly nameOf: (column: MeasuredColumn) => string;
  readonly local: (text: LocalText) => string;
  /** What a row carries when its weights are gone from the bench. */
  readonly staleMark: string;
  /** What a row carries that has no numbers, because its own were not finite. */
  readonly divergedMark: string;
}
