/**
 * Whoever says of pictures what they show. The bundled model brings two: a live one (`draw.ts`, from pixels before they are rounded), and a
 * held-out one that steers nothing (`held-out-judge.ts`). For a model without any, one is made on the spot (`made-judge.ts`).
 */
import type { Rate } from '../core/wilson.ts';
import type { Domain } from '../records/catalog.ts';
import type { JudgeName, Picture, Verdict } from '../records/picture.ts';
import type { EvaluationPrompt } from '../records/sentences.ts';

export interface Judge {
  readonly id: JudgeName;
  /** Verdicts on one concept, in the pictures' order. */
  look(pictures: readonly Picture[]): Promise<readonly Verdict[]>;
}

/** One that can be told what pictures were asked for, and so judge what was kept, too. */
export interface JudgeOfAsked {
  readonly id: JudgeName;
  /** On pictures it had not seen; null where it was fitted to none. */
  readonly accuracy: Rate | null;
  /** `head` says what is judged. `onBatch` may throw to abort. */
  lookFor(
    shown: readonly { readonly picture: Picture; readonly asked: EvaluationPrompt }[],
    head: Domain,
    onBatch: () => Promise<void>,
  ): Promise<readonly Verdict[]>;
}
