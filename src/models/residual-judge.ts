/**
 * The second judge: pre-activation residual stages (He et al. 2016) and attention pooling, one look a head. `training/judge_b.py` is the
 * same in PyTorch.
 */
import type { Value } from '../graph/graph.ts';
import type { ResidualJudgeConfig } from './config/residual-judge-config.ts';
import type { ModelContext } from './context.ts';
import type { JudgeOutput } from './judge.ts';

const epsilon = 1e-5;

/** Pictures [B, inChannels, imageSize, imageSize] in [-1, 1] -> logits and probabilities by head. */
export function residualJudgeForward(
  ctx: ModelContext,
  config: ResidualJudgeConfig,
  image: Value,
): ReadonlyMap<string, JudgeOutput> {
  const { g } = ctx;
  const { inChannels, stemChannels, channels, normNumGroups, heads } = config;
  const active = (key: string, x: Value) => g.unary('Relu', ctx.groupNorm(key, x, normNumGroups, epsilon));
  let h = ctx.conv2d('stem', image, { inChannels, outChannels: stemChannels, kernel: 5, stride: 2, padding: 2 });
  let before = stemChannels;
  channels.forEach((width, i) => {
    const key = `stages.${i}`;
    const same = { inChannels: width, outChannels: width, kernel: 3, padding: 1 };
    const down = ctx.conv2d(`${key}.down`, h, {
      inChannels: before,
      outChannels: width,
      kernel: 3,
      stride: 2,
      padding: 1,
    });
    const branch = ctx.conv2d(`${key}.conv1`, active(`${key}.norm1`, down), same);
    h = g.add(down, ctx.conv2d(`${key}.conv2`, active(`${key}.norm2`, branch), same));
    before = width;
  });
  const [batch = 1, , rows = 1, columns = 1] = h.shape;
  const flat = g.reshape(active('norm', h), [batch, before, rows * columns]); // [B, C, P]
  const places = g.transpose(flat, [0, 2, 1]); // [B, P, C]
  return new Map(
    [...heads].map(([name, labels]) => {
      const looks = g.reshape(ctx.linear(`looks.${name}`, places, before, 1), [batch, 1, rows * columns]); // [B, 1, P]
      const pooled = g.reshape(g.matMul(g.softmax(looks), places), [batch, before]); // [B, C]
      const logits = ctx.linear(`heads.${name}`, pooled, before, labels.length);
      return [name, { logits, probabilities: g.softmax(logits) }];
    }),
  );
}
