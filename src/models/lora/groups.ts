/**
 * Which linear layers of the UNet a method trains. The layers are found by building the forward graph without weights, so
 * the list cannot differ from the model. Groups as in ESD (Gandikota et al. 2023) and Concept Ablation (Kumari et al. 2023),
 * over linear layers only: `full` is `xattn` plus `noxattn`; convolutions and norms take no LoRA here.
 */
import { GraphBuilder } from '../../graph/builder.ts';
import type { UNetConfig } from '../config/unet-config.ts';
import { ModelContext } from '../context.ts';
import type { LinearLayer } from '../parameter-store.ts';
import { unetForward } from '../unet-2d-condition.ts';

const inGroup = {
  /** Cross-attention: to_q, to_k, to_v, to_out.0 of attn2. */
  xattn: (module) => module.includes('.attn2.'),
  /** The two matrices that read the text. */
  'xattn-strict': (module) => /\.attn2\.to_[kv]$/.test(module),
  /** Self-attention. */
  selfattn: (module) => module.includes('.attn1.'),
  /** Everything but cross-attention. */
  noxattn: (module) => !module.includes('.attn2.'),
  full: () => true,
} as const satisfies Record<string, (module: string) => boolean>;

export type ParameterGroup = keyof typeof inGroup;
export const parameterGroups = Object.keys(inGroup) as readonly ParameterGroup[];

export function isParameterGroup(name: string): name is ParameterGroup {
  return Object.hasOwn(inGroup, name);
}

/** The group's layers in the order the model uses them. Never empty: a UNet of this kind has every sort of layer. */
export function parameterGroup(config: UNetConfig, group: ParameterGroup): readonly LinearLayer[] {
  return dryUNet(config).linearLayers.filter(({ module }) => inGroup[group](module));
}

/** Every weight's key and shape, from the config alone. */
export function unetWeightShapes(config: UNetConfig): ReadonlyMap<string, readonly number[]> {
  return new Map([...dryUNet(config).parameters].map(([key, { shape }]) => [key, shape]));
}

/** The forward graph with weights as inputs, at the smallest size that fits, built only to be looked at. */
function dryUNet(config: UNetConfig): ModelContext {
  const g = new GraphBuilder('unet-dry-walk');
  const context = new ModelContext(g, { trainable: 'all' });
  const size = 2 ** (config.levels.length - 1);
  unetForward(context, config, {
    sample: g.input('sample', 'float32', [1, config.inChannels, size, size]),
    timestep: g.input('timestep', 'float32', [1]),
    encoderHiddenStates: g.input('encoder_hidden_states', 'float32', [1, 1, config.crossAttentionDim]),
  });
  return context;
}
