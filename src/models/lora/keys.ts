/**
 * The dialects of LoRA files: what each tensor's key says of the layer it belongs to and its part there. The same factors travel as
 *
 *     unet.<module>.lora_A.weight                       diffusers since 0.22
 *     unet.<module>.lora.down.weight, .lora_linear_layer.down.weight, .processor.to_q_lora.down.weight    diffusers before
 *     <module>.lora_A.weight, base_model.model.<module>.lora_A[.<adapter>].weight    save_lora_adapter; peft
 *     lora_unet_<module with _ for .>.lora_down.weight, lycoris_<…>                 sd-scripts, AUTOMATIC1111; LyCORIS
 *     diffusion_model.<module>.lora_up.weight           ComfyUI
 *
 * and modules go by diffusers' names or by those of the original code. Source: diffusers 0.42 `state_dict_utils.py` and
 * `lora_conversion_utils.py`, peft 0.21 `save_and_load.py`, ComfyUI `comfy/lora.py`.
 */
import { ldmNames } from '../ldm-names.ts';

export type LoraDialect = 'diffusers' | 'kohya' | 'peft' | 'old-diffusers' | 'comfyui' | 'whole-matrices';

/** `bias` is what B's own bias adds, times alpha / rank; `diff_b` is added to the layer's bias as it stands. */
export type Role = 'down' | 'up' | 'alpha' | 'bias' | 'diff_b' | 'whole';

interface ParsedKey {
  readonly dialect: LoraDialect;
  /** A module, or for `whole` the tensor's own name, as diffusers has it. */
  readonly name: string;
  readonly role: Role;
}

const roles: readonly (readonly [RegExp, Role, LoraDialect | null])[] = [
  [/\.lora_A(?:\.[^.]+)?\.weight$/, 'down', null],
  [/\.lora_B(?:\.[^.]+)?\.weight$/, 'up', null],
  [/\.lora_B(?:\.[^.]+)?\.bias$/, 'bias', null],
  [/(?:[._]lora|\.lora_linear_layer)\.down\.weight$/, 'down', 'old-diffusers'],
  [/(?:[._]lora|\.lora_linear_layer)\.up\.weight$/, 'up', 'old-diffusers'],
  [/\.lora_down(?:\.[^.]+)?\.weight$/, 'down', null],
  [/\.lora_up(?:\.[^.]+)?\.weight$/, 'up', null],
  [/(?:_lora)?\.alpha$/, 'alpha', null],
  [/\.diff_b$/, 'diff_b', null],
];

/** Longer ones first where one begins another. */
const prefixes: readonly (readonly [string, LoraDialect])[] = [
  ['base_model.model.unet.', 'peft'],
  ['base_model.model.', 'peft'],
  ['unet.base_model.model.', 'peft'],
  ['model.diffusion_model.', 'comfyui'],
  ['diffusion_model.', 'comfyui'],
  ['unet.', 'diffusers'],
  ['', 'peft'],
];
const flatPrefixes = ['lora_unet_', 'lycoris_unet_', 'lycoris_', 'unet_'];

export class KeyReader {
  readonly #modules: ReadonlyMap<string, string>;
  readonly #flat: ReadonlyMap<string, string>;
  readonly #tensors: ReadonlyMap<string, string>;

  /** `modules` take a LoRA; `tensors` are all of the UNet's weights, empty where they are not known. */
  constructor(modules: readonly string[], tensors: Iterable<string>) {
    const known = [...tensors];
    // Modules of one kind of block tell nothing of how many there are: both lists are named together.
    const ldm = ldmNames([...known, ...modules]);
    const named = (names: readonly string[]) =>
      new Map([
        ...names.flatMap((name): [string, string][] => [[ldm.get(name) ?? name, name]]),
        ...names.map((name): [string, string] => [name, name]),
      ]);
    this.#modules = named(modules);
    this.#flat = new Map([...this.#modules].map(([name, module]) => [name.replaceAll('.', '_'), module]));
    this.#tensors = named(known);
  }

  /** null for a key that is no part of a LoRA on these modules and none of the UNet's own tensors. */
  read(key: string): ParsedKey | null {
    const role = roles.find(([suffix]) => suffix.test(key));
    return role === undefined ? this.#whole(key) : this.#part(key, role);
  }

  #part(key: string, [suffix, role, old]: (typeof roles)[number]): ParsedKey | null {
    const stem = key.replace(suffix, '');
    for (const prefix of flatPrefixes) {
      const name = stem.startsWith(prefix) ? this.#flat.get(stem.slice(prefix.length)) : undefined;
      if (name !== undefined) return { dialect: 'kohya', name, role };
    }
    for (const [prefix, dialect] of prefixes) {
      if (!stem.startsWith(prefix)) continue;
      const given = stem.slice(prefix.length);
      const plain = given.replace('.processor.', '.').replace(/(\.to_(?:q|k|v|out))_lora$/, '$1');
      const name = [plain, plain.replace(/\.to_out$/, '.to_out.0')]
        .map((spelling) => this.#modules.get(spelling))
        .find((found) => found !== undefined);
      if (name === undefined) continue;
      const isOld = old !== null || plain !== given;
      return { dialect: isOld ? 'old-diffusers' : dialect, name, role };
    }
    return null;
  }

  #whole(key: string): ParsedKey | null {
    for (const [prefix] of prefixes) {
      const name = key.startsWith(prefix) ? this.#tensors.get(key.slice(prefix.length)) : undefined;
      if (name !== undefined) return { dialect: 'whole-matrices', name, role: 'whole' };
    }
    return null;
  }
}
