/** The classifier that says what a picture shows. Our own architecture; `training/judge.py` is the same in PyTorch. */
import type { Value } from '../graph/graph.ts';
import type { JudgeConfig } from './config/judge-config.ts';
import type { ModelContext } from './context.ts';
import { convolutionTrunk } from './layers/convolution-trunk.ts';

export interface JudgeOutput {
  /** [B, labels] */
  readonly logits: Value;
  /** [B, labels], rows sum to 1 */
  readonly probabilities: Value;
}

/** Pictures [B, inChannels, H, W] in [-1, 1] -> logits and probabilities by head. */
export function judgeForward(ctx: ModelContext, config: JudgeConfig, image: Value): ReadonlyMap<string, JudgeOutput> {
  const { g } = ctx;
  const h = convolutionTrunk(ctx, config, image);
  const width = config.channels.at(-1) as number;
  const pooled = g.reduceMean(h, [2, 3], false); // [B, C]
  return new Map(
    [...config.heads].map(([name, labels]) => {
      const logits = ctx.linear(`heads.${name}`, pooled, width, labels.length);
      return [name, { logits, probabilities: g.softmax(logits) }];
    }),
  );
}
