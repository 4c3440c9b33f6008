/** The parts of the judges' agreement that there are, in the order in which they are shown and copied. */
import type { JudgeAgreement, Score } from '../../records/evaluation.ts';

const order = ['hit', 'object', 'style', 'hazard'] as const satisfies readonly (keyof JudgeAgreement)[];

export function agreementParts(agreement: JudgeAgreement): readonly (readonly [keyof JudgeAgreement, Score])[] {
  return order.flatMap((part) => {
    const score = agreement[part];
    return score === null ? [] : [[part, score] as const];
  });
}
