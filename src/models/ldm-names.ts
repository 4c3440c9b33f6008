/**
 * What the original code of Stable Diffusion (CompVis latent diffusion; also ComfyUI) calls the UNet's tensors that diffusers calls
 * otherwise: input_blocks, middle_block and output_blocks, numbered through. Source: diffusers 0.42
 * `convert_ldm_unet_checkpoint` (single_file_utils.py), read backwards.
 */

const inResnet: Readonly<Record<string, string>> = {
  norm1: 'in_layers.0',
  conv1: 'in_layers.2',
  time_emb_proj: 'emb_layers.1',
  norm2: 'out_layers.0',
  conv2: 'out_layers.3',
  conv_shortcut: 'skip_connection',
};

const atTheEnds: readonly (readonly [string, string])[] = [
  ['time_embedding.linear_1', 'time_embed.0'],
  ['time_embedding.linear_2', 'time_embed.2'],
  ['conv_in', 'input_blocks.0.0'],
  ['conv_norm_out', 'out.0'],
  ['conv_out', 'out.2'],
];

/** From each diffusers name (of a module or a tensor of one UNet) to the original one; names without a counterpart are left out. */
export function ldmNames(names: Iterable<string>): ReadonlyMap<string, string> {
  const known = [...names];
  const perLevel = 1 + Math.max(-1, ...known.flatMap((name) => numbersIn(/^down_blocks\.0\.resnets\.(\d+)\./, name)));
  const withAttention = new Set(known.flatMap((name) => /^up_blocks\.\d+\.attentions\./.exec(name)?.[0] ?? []));
  const result = new Map<string, string>();
  for (const name of known) {
    const ldm = ldmName(name, perLevel, withAttention);
    if (ldm !== null) result.set(name, ldm);
  }
  return result;
}

function ldmName(name: string, perLevel: number, withAttention: ReadonlySet<string>): string | null {
  const end = atTheEnds.find(([diffusers]) => name === diffusers || name.startsWith(`${diffusers}.`));
  if (end !== undefined) return end[1] + name.slice(end[0].length);
  const part =
    /^(?:(down|up)_blocks\.(\d+)|mid_block)\.(resnets|attentions|downsamplers|upsamplers)\.(\d+)\.(.+)$/.exec(name);
  if (part === null) return null;
  const [, side, levelText, kind, indexText, rest = ''] = part;
  const [level, index] = [Number(levelText), Number(indexText)];
  const inner = kind === 'resnets' ? resnetName(rest) : rest;
  if (inner === null) return null;
  if (side === undefined) return `middle_block.${kind === 'attentions' ? 1 : 2 * index}.${inner}`;
  if (side === 'down') {
    const first = 1 + level * (perLevel + 1);
    // The convolution of a downsampler is called op.
    if (kind === 'downsamplers') return `input_blocks.${first + perLevel}.0.${inner.replace(/^conv\b/, 'op')}`;
    return `input_blocks.${first + index}.${kind === 'attentions' ? 1 : 0}.${inner}`;
  }
  const first = level * (perLevel + 1);
  if (kind === 'upsamplers') {
    const place = withAttention.has(`up_blocks.${level}.attentions.`) ? 2 : 1;
    return `output_blocks.${first + perLevel}.${place}.${inner}`;
  }
  return `output_blocks.${first + index}.${kind === 'attentions' ? 1 : 0}.${inner}`;
}

function resnetName(rest: string): string | null {
  const [head = '', ...tail] = rest.split('.');
  const ldm = inResnet[head];
  return ldm === undefined ? null : [ldm, ...tail].join('.');
}

function numbersIn(pattern: RegExp, name: string): readonly number[] {
  const found = pattern.exec(name)?.[1];
  return found === undefined ? [] : [Number(found)];
}
