/** From a timestep to the vector every residual block reads. Source: diffusers 0.42 `models/embeddings.py`. */
import type { Value } from '../../graph/graph.ts';
import { float32 } from '../../tensor/host-tensor.ts';
import type { ModelContext } from '../context.ts';
import { activate, type ActivationName } from './activation.ts';

export interface TimeEmbeddingOptions {
  readonly channels: number;
  readonly embeddingChannels: number;
  readonly flipSinToCos: boolean;
  readonly freqShift: number;
  readonly activation: ActivationName;
}

/** timestep float32 [B] -> [B, embeddingChannels]. */
export function timeEmbedding(ctx: ModelContext, key: string, timestep: Value, options: TimeEmbeddingOptions): Value {
  const { g } = ctx;
  const { channels, embeddingChannels, flipSinToCos, freqShift, activation } = options;
  const half = channels / 2;
  // f_i = 10000^(-i / (half - freqShift)), rounded to float32 where diffusers rounds: sin(1000 f) feels the last bit.
  const frequencies = Float32Array.from({ length: half }, (_, i) =>
    Math.exp(Math.fround(Math.fround(-Math.log(10000) * i) / (half - freqShift))),
  );
  const angles = g.mul(g.reshape(timestep, [timestep.shape[0] ?? 1, 1]), g.constant(float32([1, half], frequencies))); // [B, half]
  const [sin, cos] = [g.unary('Sin', angles), g.unary('Cos', angles)];
  const waves = g.concat(flipSinToCos ? [cos, sin] : [sin, cos], 1); // [B, channels]
  const hidden = activate(g, activation, ctx.linear(`${key}.linear_1`, waves, channels, embeddingChannels));
  return ctx.linear(`${key}.linear_2`, hidden, embeddingChannels, embeddingChannels);
}
