/** The parts of the judges' agreement that there are, in the order in which they are shown and copied. */
import type { JudgeAgreement, Score } from '../../records/evaluation.ts';

const order = ['hit', 'object', 'style', 'hazard'] as const satisfies readonly (keyof JudgeAgreement)[];

/** None where no picture is counted. */
export function agreementParts(agreement: JudgeAgreement | null): readonly (readonly [keyof JudgeAgreement, Score])[] {
  if (agreement === null) return [];
  return order.flatMap((part) => {
    const score = agreement[part];
    return score === null ? [] : [[part, score] as const];
  });
}
