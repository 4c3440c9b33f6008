/**
 * Whoever says of pictures what they show. The bundled model brings two: a live one (`draw.ts`, from pixels before they are rounded), and a
 * held-out one that steers nothing (`held-out-judge.ts`). For a model without any, one is made on the spot (`made-judge.ts`).
 */
import type { JudgeName, Picture, Verdict } from '../records/picture.ts';

export interface Judge {
  readonly id: JudgeName;
  /** Verdicts on one concept, in the pictures' order. */
  look(pictures: readonly Picture[]): Promise<readonly Verdict[]>;
}
