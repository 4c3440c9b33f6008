/**
 * A name for every kind of weights file that is not computed here, by the keys of its tensors. What such a file is and what to do
 * with it helps; "damaged" or "another base model" would be untrue.
 */
import { PalimpsestError } from '../../core/errors.ts';
import { shownName } from '../../core/json.ts';
import type { Safetensors } from '../../tensor/safetensors.ts';

interface Kind {
  /** Of a key, or of the list of all keys. */
  readonly is: RegExp | ((key: string, shape: readonly number[], keys: ReadonlySet<string>) => boolean);
  /** With its article. */
  readonly what: string;
  readonly advice: string;
}

const plainLora = 'Only the plain LoRA, W + strength * (alpha / rank) * B A, is computed here.';
const mergeIt = `${plainLora} Merge it into its base model with the program that made it, take the difference of the attention's linear layers, and save them as whole matrices; or train a plain LoRA.`;
const plainAgain = `${plainLora} Train it again with a plain LoRA (networks.lora of sd-scripts, LoraConfig of peft).`;
const notPart = 'Give the weights of the UNet: a LoRA, or whole matrices by their diffusers names.';
const ofText =
  'Only the UNet takes weights here. Train or save the part of the UNet alone (sd-scripts: --network_train_unet_only).';

/** The first that fits names the file; narrower ones stand before wider ones. */
const kinds: readonly Kind[] = [
  { is: /\.dora_scale$|\.lora_magnitude_vector(?:\.|$)/, what: 'a DoRA', advice: mergeIt },
  { is: /\.hada_[wt][12](?:_[ab])?(?:\.|$)/, what: 'a LoHa (LyCORIS, Hadamard product)', advice: mergeIt },
  { is: /\.lokr_[wt][12](?:_[ab])?(?:\.|$)/, what: 'a LoKr (LyCORIS, Kronecker product)', advice: mergeIt },
  {
    is: /\.(?:lora_mid|cp_mid)\.weight$/,
    what: 'a LoCon with a CP (Tucker) decomposition, lora_mid',
    advice: plainAgain,
  },
  { is: /\.(?:a1|a2|b1|b2|bm1|bm2)(?:\.weight)?$|\.glora_[A-E](?:\.|$)/, what: 'a GLoRA', advice: mergeIt },
  { is: /\.ia3_l(?:\.|$)|\.on_input$/, what: 'an IA3', advice: mergeIt },
  {
    is: (key, { length }) => /\.boft_[RPs](?:\.|$)/.test(key) || (length === 4 && /\.oft_blocks$/.test(key)),
    what: 'a BOFT',
    advice: mergeIt,
  },
  { is: /\.oft_(?:blocks|diag|r|R)(?:\.|$)/, what: 'an OFT', advice: mergeIt },
  { is: /(?:^|\.)vera_(?:lambda_[bd]|[AB])(?:\.|$)/, what: 'a VeRA', advice: mergeIt },
  { is: /\.lora_E(?:\.|$)|\.ranknum(?:\.|$)/, what: 'an AdaLoRA', advice: mergeIt },
  {
    is: /(?:^|\.)(?:adamss|beft|bone|c3a|deft|delora|fourierft|frod|gralora|hira|hra|lily|miss|osf|peanut|poly|psoft|pvera|randlora|road|shadow|shira|supertuning|tinylora|unilora|vblora|waveft)_\w+(?:\.|$)/,
    what: 'an adapter of peft that is no LoRA',
    advice: mergeIt,
  },
  { is: /\.(?:w_norm|b_norm)$/, what: 'a LyCORIS with trained norms (w_norm)', advice: plainAgain },
  { is: /\.diff$/, what: 'a LyCORIS of full differences (diff)', advice: mergeIt },
  {
    is: /\.lora_embedding_[AB](?:\.|$)|\.trainable_tokens_/,
    what: 'a LoRA of an embedding table',
    advice: ofText,
  },
  {
    is: /(?:^|\.)lora_controlnet$|controlnet_(?:cond_embedding|down_blocks|mid_block)|^control_model\.|input_hint_block|zero_convs\./,
    what: 'a ControlNet',
    advice: notPart,
  },
  { is: /^(?:image_proj|ip_adapter)[.$]|\.to_[kv]_ip\./, what: 'an IP-Adapter', advice: notPart },
  {
    is: /^adapter\.(?:body|conv_in|unshuffle)|^body\.\d+\.(?:block1|block2|in_conv|resnets|skep)/,
    what: 'a T2I-Adapter',
    advice: notPart,
  },
  { is: /motion_modules\.|temporal_transformer\./, what: 'a motion module (AnimateDiff)', advice: notPart },
  {
    is: (key, shape, keys) =>
      /^(?:emb_params|string_to_param\.\*|clip_[lg])$/.test(key) ||
      (shape.length <= 2 && shape.length > 0 && keys.size <= 4 && /^<[^<>]+>$/.test(key)),
    what: 'a textual inversion embedding',
    advice: 'It is a word for the text encoder and holds no weights of the UNet. Such words cannot be loaded here.',
  },
  {
    is: (key, _, keys) =>
      key.startsWith('model.diffusion_model.') &&
      [...keys].some((other) => /^(?:first_stage_model|cond_stage_model|conditioner)\./.test(other)),
    what: 'a whole Stable Diffusion checkpoint in one file',
    advice:
      'Take out what was changed: the matrices of its UNet by their diffusers names, or the difference from its base model as a LoRA.',
  },
  {
    is: /^(?:(?:first_stage_model|vae)\.)?(?:encoder|decoder)\.(?:conv_in|conv_out|mid|mid_block|down|up|down_blocks|up_blocks)\.|^(?:first_stage_model\.)?(?:post_)?quant_conv\./,
    what: 'a VAE',
    advice: notPart,
  },
  {
    is: /(?:^|[._])(?:transformer\.)?(?:single_transformer_blocks|double_blocks|single_blocks|joint_blocks|double_stream_blocks)[._]/,
    what: 'weights of a diffusion transformer (such as Flux or SD 3)',
    advice: 'This model is a UNet; weights of a transformer have no place in it.',
  },
  {
    is: /(?:^|\.)model\.layers\.\d+\.(?:self_attn|mlp)\.|^(?:base_model\.model\.)?transformer\.h\.\d+\./,
    what: 'weights of a language model',
    advice: notPart,
  },
];

const ofTextEncoder =
  /^lora_te\d?_|^lora_prior_te_|^text_encoder(?:_\d)?\.|^te\d?_|^cond_stage_model\.|^(?:base_model\.model\.)?text_model\.|^conditioner\./;

/** Throws `bad-file` where the keys show a kind that is not computed. `where` is how messages call the file. */
export function refuseOtherKinds(file: Safetensors, where: string): void {
  const keys = new Set(file.entries.keys());
  for (const { is, what, advice } of kinds) {
    const found = [...file.entries].filter(([key, { shape }]) =>
      is instanceof RegExp ? is.test(key) : is(key, shape, keys),
    );
    if (found.length > 0)
      throw otherKind(
        where,
        what,
        advice,
        found.map(([key]) => key),
        keys.size,
      );
  }
  const textual = [...keys].filter((key) => ofTextEncoder.test(key));
  if (textual.length > 0) {
    const isLora = textual.some(isLoraKey);
    const what = isLora ? 'a LoRA' : 'weights';
    const whole =
      textual.length === keys.size ? `${what} of the text encoder alone` : `${what} with a part for the text encoder`;
    throw otherKind(where, whole, ofText, textual, keys.size);
  }
  const convolutions = [...file.entries]
    .filter(([key, { shape }]) => isLoraKey(key) && shape.length > 2)
    .map(([key]) => key);
  if (convolutions.length > 0)
    throw otherKind(
      where,
      'a LoRA of convolutions',
      `Linear layers alone take a LoRA here. ${plainAgain}`,
      convolutions,
      keys.size,
    );
}

export function isLoraKey(key: string): boolean {
  return /(?:^|[._])lora[._]|lora_(?:A|B|up|down)\b/.test(key);
}

function otherKind(where: string, what: string, advice: string, keys: readonly string[], of: number): PalimpsestError {
  const share =
    keys.length === of ? (of === 1 ? 'its tensor' : `all ${of} tensors`) : `${keys.length} of ${of} tensors`;
  return new PalimpsestError(
    'bad-file',
    `${where}: expected a LoRA or whole matrices of this UNet, got ${what} (${share}: ${shownNames(keys)})`,
    { advice },
  );
}

/** The first few of a list, for a message. */
export function shownNames(keys: readonly string[], most = 2): string {
  if (keys.length === 0) return 'none';
  const more = keys.length - most;
  return keys.slice(0, most).map(shownName).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
