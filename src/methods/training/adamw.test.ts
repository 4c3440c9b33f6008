import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../graph/builder.ts';
import { createNodeExecutor } from '../../runtime/ort-node.ts';
import { float32, type HostTensor } from '../../tensor/host-tensor.ts';
import { adamWUpdate, biasCorrectionAt, defaultAdamW } from './adamw.ts';

/** AdamW in float64, as in the paper's algorithm 2 with gradient clipping before it. */
function reference(
  gradients: readonly (readonly number[])[],
  theta0: readonly number[],
  lr: number,
  settings = defaultAdamW,
): number[] {
  const { beta1, beta2, epsilon, weightDecay, maxGradientNorm } = settings;
  let theta = [...theta0];
  const m = theta.map(() => 0);
  const v = theta.map(() => 0);
  gradients.forEach((raw, k) => {
    const norm = Math.hypot(...raw);
    const scale = maxGradientNorm > 0 && norm > maxGradientNorm ? maxGradientNorm / norm : 1;
    theta = theta.map((value, i) => {
      const d = (raw[i] ?? 0) * scale;
      m[i] = beta1 * (m[i] ?? 0) + (1 - beta1) * d;
      v[i] = beta2 * (v[i] ?? 0) + (1 - beta2) * d * d;
      const direction =
        (m[i] ?? 0) / (1 - beta1 ** (k + 1)) / (Math.sqrt((v[i] ?? 0) / (1 - beta2 ** (k + 1))) + epsilon);
      return value * (1 - lr * weightDecay) - lr * direction;
    });
  });
  return theta;
}

describe('adamWUpdate', () => {
  it.each([
    [0, 1],
    [0.1, 1],
    [0, 0],
  ])(
    'follows the algorithm over several updates, weight decay %d, gradients clipped to %d (0: not at all)',
    async (weightDecay, maxGradientNorm) => {
      const settings = { ...defaultAdamW, weightDecay, maxGradientNorm };
      const g = new GraphBuilder('adamw');
      const vector = (name: string) => g.input(name, 'float32', [3]);
      const next = adamWUpdate(
        g,
        { theta: vector('theta'), firstMoment: vector('m'), secondMoment: vector('v') },
        vector('gradient'),
        { learningRate: g.input('lr', 'float32', []), biasCorrection: g.input('bias', 'float32', [2]) },
        settings,
      );
      for (const name of ['theta', 'firstMoment', 'secondMoment', 'gradientNorm'] as const)
        g.output(`${name}_out`, next[name]);
      const executor = createNodeExecutor(1);
      const program = await executor.load(g.build());
      const gradients = [
        [0.1, -0.2, 0.3],
        [3, 4, 0],
        [0.01, 0, -0.5],
      ];
      const theta0 = [1, -2, 0.5];
      let state: { theta: HostTensor; m: HostTensor; v: HostTensor } = {
        theta: float32([3], theta0),
        m: float32([3], [0, 0, 0]),
        v: float32([3], [0, 0, 0]),
      };
      for (const [k, gradient] of gradients.entries()) {
        const outputs = await program.run({
          ...state,
          gradient: float32([3], gradient),
          lr: float32([], [0.05]),
          bias: float32([2], biasCorrectionAt(k + 1, settings)),
        });
        state = {
          theta: outputs.host('theta_out'),
          m: outputs.host('firstMoment_out'),
          v: outputs.host('secondMoment_out'),
        };
        expect(outputs.host('gradientNorm_out').data[0]).toBeCloseTo(Math.hypot(...gradient), 5);
      }
      await program.dispose();
      const expected = reference(gradients, theta0, 0.05, settings);
      expected.forEach((value, i) => expect(state.theta.data[i]).toBeCloseTo(value, 5)); // float32
    },
  );
});
