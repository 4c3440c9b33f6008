/** Files of every kind that is not computed here, by the keys that their makers write. Shapes matter little; names decide. */
import { describe, expect, it } from 'vitest';
import { float32, sizeOf, type HostTensor } from '../../tensor/host-tensor.ts';
import { writeSafetensors } from '../../tensor/safetensors.ts';
import { importLora } from './file.ts';

const module = 'down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_q';
const layers = [{ module, inFeatures: 6, outFeatures: 4 }];
const flat = `lora_unet_${module.replaceAll('.', '_')}`;
const peft = `base_model.model.${module}`;

type Tensors = Readonly<Record<string, readonly number[]>>;

function fileOf(tensors: Tensors) {
  const made = Object.entries(tensors).map(([key, shape]): [string, HostTensor] => [
    key,
    float32(shape, new Float32Array(sizeOf(shape)).fill(0.5)),
  ]);
  return writeSafetensors(new Map(made));
}

const read = (tensors: Tensors) => () =>
  importLora(fileOf(tensors), layers, 'x', new Map([[`${module}.weight`, float32([4, 6], new Float32Array(24))]]));

const plain = { [`${flat}.lora_down.weight`]: [2, 6], [`${flat}.lora_up.weight`]: [4, 2] };

/** LyCORIS 3 and sd-scripts write the flat names; peft 0.21 (its get_peft_model_state_dict) the dotted ones. */
const cases: readonly (readonly [string, Tensors, RegExp])[] = [
  ['DoRA of sd-scripts', { ...plain, [`${flat}.dora_scale`]: [4, 1] }, /a DoRA \(1 of 3/],
  [
    'DoRA of peft',
    { [`${peft}.lora_A.weight`]: [2, 6], [`${peft}.lora_B.weight`]: [4, 2], [`${peft}.lora_magnitude_vector`]: [4] },
    /a DoRA/,
  ],
  ['LoHa', { [`${flat}.hada_w1_a`]: [4, 2], [`${flat}.hada_t1`]: [2, 2, 1, 1] }, /a LoHa .*\(all 2 tensors/],
  ['LoHa of peft', { [`${peft}.hada_w1_a`]: [4, 2], [`${peft}.hada_w2_b`]: [2, 6] }, /a LoHa/],
  ['LoKr', { [`${flat}.lokr_w1`]: [2, 2], [`${flat}.lokr_w2_a`]: [2, 2] }, /a LoKr/],
  ['LoCon with a middle', { ...plain, [`${flat}.lora_mid.weight`]: [2, 2, 3, 3] }, /Tucker/],
  ['GLoRA', { [`${flat}.a1.weight`]: [2, 6], [`${flat}.b2.weight`]: [4, 2] }, /a GLoRA/],
  ['GLoRA of peft', { [`${peft}.glora_A.Xd`]: [4, 2], [`${peft}.glora_E.X`]: [1] }, /a GLoRA/],
  ['IA3 of LyCORIS', { [`${flat}.weight`]: [4, 1], [`${flat}.on_input`]: [] }, /an IA3/],
  ['IA3 of peft', { [`${peft}.ia3_l`]: [4, 1] }, /an IA3 \(its tensor/],
  ['OFT of LyCORIS', { [`${flat}.oft_blocks`]: [2, 2, 2], [`${flat}.alpha`]: [] }, /an OFT/],
  ['BOFT of LyCORIS', { [`${flat}.oft_blocks`]: [2, 2, 2, 2] }, /a BOFT/],
  ['OFT of peft', { [`${peft}.oft_R.weight`]: [3, 4] }, /an OFT/],
  ['BOFT of peft', { [`${peft}.boft_R`]: [1, 2, 2, 2], [`${peft}.boft_s`]: [4, 1] }, /a BOFT/],
  ['VeRA', { [`${peft}.vera_lambda_b`]: [4], 'base_model.vera_A': [8, 6] }, /a VeRA/],
  ['AdaLoRA', { [`${peft}.lora_A`]: [2, 6], [`${peft}.lora_B`]: [4, 2], [`${peft}.lora_E`]: [2, 1] }, /an AdaLoRA/],
  ['FourierFT', { [`${peft}.fourierft_spectrum`]: [9] }, /an adapter of peft that is no LoRA/],
  ['MiSS', { [`${peft}.miss_block`]: [2, 6] }, /an adapter of peft that is no LoRA/],
  [
    'VB-LoRA',
    { [`${peft}.vblora_logits_A`]: [2, 2, 2], 'base_model.vblora_vector_bank': [2, 2] },
    /an adapter of peft/,
  ],
  ['trained norms', { ...plain, lora_unet_conv_norm_out_x: [1], [`${flat}.w_norm`]: [4] }, /trained norms \(w_norm\)/],
  ['full differences', { [`${flat}.diff`]: [4, 6], [`${flat}.diff_b`]: [4] }, /full differences \(diff\)/],
  [
    'a LoRA of convolutions',
    { 'lora_unet_conv_in.lora_down.weight': [2, 6, 3, 3], 'lora_unet_conv_in.lora_up.weight': [4, 2, 1, 1] },
    /a LoRA of convolutions/,
  ],
  [
    'a text encoder alone',
    { 'lora_te1_text_model_encoder_layers_0_mlp_fc1.lora_down.weight': [2, 6] },
    /a LoRA of the text encoder alone/,
  ],
  [
    'a text encoder of diffusers',
    { ...plain, 'text_encoder.text_model.encoder.layers.0.self_attn.q_proj.lora_A.weight': [2, 6] },
    /a LoRA with a part for the text encoder \(1 of 3/,
  ],
  [
    'a whole text encoder',
    { 'text_model.embeddings.token_embedding.weight': [2, 6] },
    /weights of the text encoder alone/,
  ],
  ['an embedding of AUTOMATIC1111', { emb_params: [1, 6] }, /a textual inversion embedding/],
  ['an embedding of diffusers', { '<cat-toy>': [6] }, /a textual inversion embedding/],
  ['an embedding of SDXL', { clip_g: [1, 6], clip_l: [1, 6] }, /a textual inversion embedding/],
  [
    'a ControlNet of diffusers',
    { 'controlnet_cond_embedding.conv_in.weight': [1, 1, 3, 3], 'down_blocks.0.resnets.0.conv1.weight': [1, 1, 3, 3] },
    /a ControlNet/,
  ],
  ['a ControlNet of lllyasviel', { 'control_model.input_hint_block.0.weight': [1, 1, 3, 3] }, /a ControlNet/],
  ['a T2I-Adapter', { 'body.0.block1.weight': [1, 1, 3, 3] }, /a T2I-Adapter/],
  ['an IP-Adapter', { 'image_proj.norm.bias': [1], 'ip_adapter.1.to_k_ip.weight': [1, 1] }, /an IP-Adapter/],
  ['a motion module', { 'down_blocks.0.motion_modules.0.temporal_transformer.norm.weight': [1] }, /a motion module/],
  [
    'a checkpoint in one file',
    {
      [`model.diffusion_model.input_blocks.0.0.weight`]: [1],
      'first_stage_model.encoder.conv_in.weight': [1],
      'cond_stage_model.transformer.text_model.final_layer_norm.bias': [1],
    },
    /a whole Stable Diffusion checkpoint in one file/,
  ],
  [
    'a VAE',
    { 'encoder.conv_in.weight': [1, 1, 3, 3], 'decoder.conv_out.bias': [1], 'post_quant_conv.weight': [1] },
    /a VAE/,
  ],
  [
    'a LoRA of Flux',
    { 'transformer.single_transformer_blocks.0.attn.to_q.lora_A.weight': [2, 6] },
    /a diffusion transformer/,
  ],
  [
    'a LoRA of Flux by sd-scripts',
    { 'lora_unet_double_blocks_0_img_attn_proj.lora_down.weight': [2, 6] },
    /a diffusion transformer/,
  ],
  [
    'a LoRA of a language model',
    { 'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight': [2, 6] },
    /a language model/,
  ],
];

describe('kinds of weights that are not computed here', () => {
  it.each(cases)('%s is called by its name', (_, tensors, message) => {
    expect(read(tensors)).toThrow(message);
    expect(read(tensors)).toThrow(
      expect.objectContaining({ code: 'bad-file', advice: expect.stringMatching(/\w{3,}/) as string }) as Error,
    );
    expect(read(tensors)).not.toThrow(/damaged|another base model/);
  });

  it('a LoRA of another UNet is said to be for another base model', () => {
    const other = { 'unet.down_blocks.7.attentions.0.transformer_blocks.0.attn2.to_q.lora_A.weight': [2, 6] };
    expect(read(other)).toThrow(/expected layers of this model, got 1 of 1 others/);
    expect(read(other)).toThrow(
      expect.objectContaining({ advice: expect.stringMatching(/another base model/) as string }) as Error,
    );
    expect(read({ [`unet.${module}.lora_A.weight`]: [2, 8], [`unet.${module}.lora_B.weight`]: [4, 2] })).toThrow(
      /lora_A\.weight \[2, 6\], got \[2, 8\]/,
    );
  });

  it('cuts long keys in their middle, so that the part that differs stays', () => {
    const long = `unet.${'very_long_name.'.repeat(20)}down_blocks.1.lora_A.weight`;
    expect(read({ [long]: [2, 6] })).toThrow(/"unet\.very_long.*….*down_blocks\.1\.lora_A\.weight"/);
  });

  it('says which factor of a layer is missing, and refuses a LoRA and whole tensors in one file', () => {
    expect(read({ [`${flat}.lora_down.weight`]: [2, 6] })).toThrow(
      /both factors of .*to_q, got only ".*lora_down\.weight"/,
    );
    expect(read({ ...plain, [`unet.${module}.weight`]: [4, 6] })).toThrow(/a LoRA with 1 whole tensors beside it/);
    expect(read({})).toThrow(/a file without tensors/);
    expect(read({ ...plain, [`unet.${module}.lora_A.weight`]: [2, 6] })).toThrow(
      /one tensor for each part of .*to_q, got two/,
    );
  });

  it.each([
    ['use_dora', { use_dora: true }, /DoRA/],
    ['corda', { init_lora_weights: 'corda' }, /init_lora_weights "corda"/],
    ['loftq', { init_lora_weights: 'loftq' }, /init_lora_weights "loftq"/],
    ['milora', { init_lora_weights: 'milora' }, /init_lora_weights "milora"/],
    ['lora_ga', { init_lora_weights: 'lora_ga' }, /init_lora_weights "lora_ga"/],
    ['kasa_config', { kasa_config: { beta: 1 } }, /kasa_config/],
    ['use_qalora', { use_qalora: true }, /use_qalora/],
    ['arrow_config', { arrow_config: { top_k: 2 } }, /arrow_config/],
    ['layer_replication', { layer_replication: [[0, 2]] }, /layer_replication/],
    ['another adapter', { peft_type: 'LOHA' }, /adapter of the kind "LOHA"/],
    ['another rank', { r: 3 }, /rank 3 in .*to_q, as lora_adapter_metadata says, got 2/],
    ['patterns without end', { alpha_pattern: { '(a+)+b': 1 } }, /plain repeats/],
    ['a pattern that is none', { alpha_pattern: { '[': 1 } }, /regular expressions/],
  ])('refuses settings of peft by name: %s', (_, config, message) => {
    const written = { lora_alpha: 2, ...config };
    for (const prefix of ['', 'unet.']) {
      const named = Object.fromEntries(Object.entries(written).map(([name, value]) => [prefix + name, value]));
      const tensors = new Map(
        Object.entries({ [`unet.${module}.lora_A.weight`]: [2, 6], [`unet.${module}.lora_B.weight`]: [4, 2] }).map(
          ([key, shape]): [string, HostTensor] => [key, float32(shape, new Float32Array(sizeOf(shape)))],
        ),
      );
      const bytes = writeSafetensors(tensors, { lora_adapter_metadata: JSON.stringify(named) });
      expect(() => importLora(bytes, layers, 'x')).toThrow(message);
    }
  });
});
