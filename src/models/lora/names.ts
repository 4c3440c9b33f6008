/**
 * What the LoRA files we write call a layer's two factors. `diffusers`: `unet.<module>.lora_A.weight`, alpha in the metadata. `kohya`
 * (sd-scripts, AUTOMATIC1111, ComfyUI): `lora_unet_<module with _ for .>.lora_down.weight` and an `.alpha` beside it.
 * Source: diffusers 0.3x `lora_conversion_utils.py`; kohya-ss/sd-scripts `networks/lora.py`.
 */
export const loraNamings = ['diffusers', 'kohya'] as const;
export type LoraNaming = (typeof loraNamings)[number];

export interface SlotNames {
  readonly down: string;
  readonly up: string;
  readonly alpha: string;
  /** Of a slot that changes its layer's bias: peft's B with a bias, or what LyCORIS and ComfyUI add to the bias. */
  readonly bias: string;
}

export function slotNames(module: string, naming: LoraNaming): SlotNames {
  const layer = naming === 'diffusers' ? `unet.${module}` : `lora_unet_${module.replaceAll('.', '_')}`;
  const [down, up] = naming === 'diffusers' ? ['lora_A', 'lora_B'] : ['lora_down', 'lora_up'];
  const bias = naming === 'diffusers' ? `${layer}.${up}.bias` : `${layer}.diff_b`;
  return { down: `${layer}.${down}.weight`, up: `${layer}.${up}.weight`, alpha: `${layer}.alpha`, bias };
}
