/** The classifier that says what a picture shows. Our own architecture; `training/judge.py` is the same in PyTorch. */
import type { Value } from '../graph/graph.ts';
import type { JudgeConfig } from './config/judge-config.ts';
import type { ModelContext } from './context.ts';

const epsilon = 1e-5;

export interface JudgeOutput {
  /** [B, labels] */
  readonly logits: Value;
  /** [B, labels], rows sum to 1 */
  readonly probabilities: Value;
}

/** Pictures [B, inChannels, H, W] in [-1, 1] -> logits and probabilities by head. */
export function judgeForward(ctx: ModelContext, config: JudgeConfig, image: Value): ReadonlyMap<string, JudgeOutput> {
  const { g } = ctx;
  let h = image;
  let inChannels = config.inChannels;
  config.channels.forEach((outChannels, i) => {
    const key = `blocks.${i}`;
    const norm = (name: string, x: Value) => g.silu(ctx.groupNorm(`${key}.${name}`, x, config.normNumGroups, epsilon));
    h = norm('norm1', ctx.conv2d(`${key}.conv1`, h, { inChannels, outChannels, kernel: 3, stride: 2, padding: 1 }));
    h = norm('norm2', ctx.conv2d(`${key}.conv2`, h, { inChannels: outChannels, outChannels, kernel: 3, padding: 1 }));
    inChannels = outChannels;
  });
  const pooled = g.reduceMean(h, [2, 3], false); // [B, C]
  return new Map(
    [...config.heads].map(([name, labels]) => {
      const logits = ctx.linear(`heads.${name}`, pooled, inChannels, labels.length);
      return [name, { logits, probabilities: g.softmax(logits) }];
    }),
  );
}
