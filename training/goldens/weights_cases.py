"""Small weights files of every kind the importers meet, and what diffusers and peft make of them.

The files lie in src/testing/cases/weights. Some were made by hand after bug reports and are only measured here; the others this
script writes, with the libraries' own save functions where they have one. For each file that is a LoRA or whole matrices of the
bundled model's UNet, expected.json gets, for each changed module, the first eight numbers of (W' - W) v with v_j = cos(j + 1), and of
bias' - bias: W' is what the reference computes with at strength 1, W the bundled weights, int8 expanded. A file the reference or this
program refuses has null.

    python training/goldens/weights_cases.py
"""

from __future__ import annotations

import json
import logging
import warnings
from pathlib import Path

import diffusers
import peft
import torch
from diffusers import UNet2DConditionModel
from diffusers.loaders import StableDiffusionLoraLoaderMixin as Loader
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from safetensors.torch import load_file, save_file

warnings.filterwarnings("ignore")
logging.disable(logging.ERROR)
ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "public/models/palimpsest-world/unet"
CASES = ROOT / "src/testing/cases/weights"
BLOCK = "down_blocks.1.attentions.0.transformer_blocks.0"
ATTENTION = f"{BLOCK}.attn2"
MODULES = [f"{ATTENTION}.to_q", f"{ATTENTION}.to_k", f"{ATTENTION}.to_out.0", f"{BLOCK}.ff.net.2"]


def unet() -> UNet2DConditionModel:
    model = UNet2DConditionModel.from_config(json.loads((MODEL / "config.json").read_text()))
    model.load_state_dict(base())
    return model.requires_grad_(False)


def base() -> dict[str, torch.Tensor]:
    stored = load_file(MODEL / "diffusion_pytorch_model.int8.safetensors")
    expanded = {}
    for key, value in stored.items():
        if value.dtype == torch.int8:
            scale = stored[f"{key}.scale"].view(-1, *[1] * (value.ndim - 1))
            expanded[key] = value.to(torch.float32) * scale
        elif not (key.endswith(".scale") and stored.get(key[:-6], value).dtype == torch.int8):
            expanded[key] = value
    return expanded


def filled(model, seed):
    """Factors that are not zero."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        if ".lora_" in name:
            parameter.data = 0.05 * torch.randn(parameter.shape, generator=generator)
    return model


def numbers(*shape, seed=0):
    return 0.05 * torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def sizes(module):
    return list(reversed(base()[f"{module}.weight"].shape))


def factors(modules, names, rank=2, seed=3, dtype=torch.float32):
    """`names(module)` gives the keys of A and B."""
    result = {}
    for i, module in enumerate(modules):
        width, height = sizes(module)
        down, up = names(module)
        result[down] = numbers(rank, width, seed=seed + 2 * i).to(dtype)
        result[up] = numbers(height, rank, seed=seed + 2 * i + 1).to(dtype)
    return result


def save(name, tensors, metadata=None):
    save_file({key: value.contiguous() for key, value in tensors.items()}, CASES / f"{name}.safetensors", metadata)


def pipeline_file(name, modules=MODULES[:2], seed=7, **settings):
    """As StableDiffusionPipeline.save_lora_weights saves it."""
    model = unet()
    model.add_adapter(LoraConfig(target_modules=modules, **settings), "default")
    filled(model, seed)
    Loader.save_lora_weights(
        CASES,
        unet_lora_layers=get_peft_model_state_dict(model, adapter_name="default"),
        weight_name=f"{name}.safetensors",
        unet_lora_adapter_metadata=config_of(model),
    )


def config_of(model):
    config = model.peft_config["default"].to_dict()
    config["target_modules"] = sorted(config["target_modules"])
    return config


def write_files():
    pipeline_file("diffusers-patterns", MODULES, r=4, lora_alpha=4, rank_pattern={"to_k": 2}, alpha_pattern={"attn2.to_k": 6, r"ff\.net\.\d": 3})
    pipeline_file("diffusers-caret-pattern", r=2, lora_alpha=2, alpha_pattern={f"^{MODULES[0]}": 5, "to_q": 7, "o_k": 9})
    pipeline_file("diffusers-rslora", r=4, lora_alpha=3, use_rslora=True)
    pipeline_file("diffusers-lora-bias", MODULES[2:3], r=2, lora_alpha=3, lora_bias=True)
    pipeline_file("diffusers-gaussian", r=2, lora_alpha=1, init_lora_weights="gaussian")
    pipeline_file("diffusers-olora", r=2, lora_alpha=2, init_lora_weights="olora")
    pipeline_file("diffusers-pissa-niter", r=2, lora_alpha=2, init_lora_weights="pissa_niter_4")
    pipeline_file("diffusers-dora", r=2, lora_alpha=2, use_dora=True)
    bare = unet()
    bare.add_adapter(LoraConfig(target_modules=MODULES[:2], r=2, lora_alpha=5, alpha_pattern={"to_k": 1}), "default")
    filled(bare, 5).save_lora_adapter(CASES, adapter_name="default", weight_name="save-lora-adapter.safetensors")
    wrapped = filled(get_peft_model(unet(), LoraConfig(target_modules=MODULES[:2], r=2, lora_alpha=2)), 6)
    state = get_peft_model_state_dict(wrapped)
    save("peft-model", state)
    save("peft-named-adapter", {key.replace(".weight", ".default.weight"): value for key, value in state.items()})
    save("lora-down-up", factors(MODULES[:2], lambda m: (f"unet.{m}.lora.down.weight", f"unet.{m}.lora.up.weight")))
    save("lora-linear-layer", factors(MODULES[:2], lambda m: (f"unet.{m}.lora_linear_layer.down.weight", f"unet.{m}.lora_linear_layer.up.weight")))

    def processor(module):
        inside, name = module.removesuffix(".0").rsplit(".", 1)
        return [f"{inside}.processor.{name}_lora.{part}.weight" for part in ("down", "up")]

    save("old-processor-bare", factors(MODULES[:3], processor, dtype=torch.float16))

    def kohya(module):
        return [f"lora_unet_{module.replace('.', '_')}.lora_{part}.weight" for part in ("down", "up")]

    alphas = {f"lora_unet_{m.replace('.', '_')}.alpha": torch.tensor(3, dtype=torch.int64) for m in MODULES}
    save("kohya-f64-i64", factors(MODULES, kohya, dtype=torch.float64) | alphas, {"ss_network_module": "networks.lora", "ss_network_alpha": "3"})
    save("kohya-bf16", factors(MODULES[:2], kohya, dtype=torch.bfloat16))
    save("kohya-f8-e5m2", factors(MODULES[:1], kohya, dtype=torch.float8_e5m2))
    ldm = "input_blocks_3_1_transformer_blocks_0_attn2_to_q"
    save("kohya-ldm-names", factors(MODULES[:1], lambda m: [f"lora_unet_{ldm}.lora_{part}.weight" for part in ("down", "up")]))
    save("comfyui", factors(MODULES[:2], lambda m: [f"diffusion_model.{m.replace('down_blocks.1.attentions.0', 'input_blocks.3.1')}.lora_{part}.weight" for part in ("A", "B")]))
    weights = base()
    change = {f"{m}.weight": weights[f"{m}.weight"] + numbers(*weights[f"{m}.weight"].shape, seed=20 + i) for i, m in enumerate(MODULES[:3])}
    change[f"{MODULES[2]}.bias"] = weights[f"{MODULES[2]}.bias"] + numbers(96, seed=30)
    save("esd-x-f16", {key: value.half() for key, value in change.items()})
    value = f"{ATTENTION}.to_v.weight"
    edit = {f"unet.{key}": (weights[key] + numbers(*weights[key].shape, seed=40)).bfloat16() for key in (f"{MODULES[1]}.weight", value)}
    save("uce-bf16", edit)
    norm = {f"{BLOCK}.norm2.{part}": weights[f"{BLOCK}.norm2.{part}"] for part in ("weight", "bias")}
    save("esd-with-norms-unchanged", {f"{MODULES[0]}.weight": change[f"{MODULES[0]}.weight"].half()} | {key: v.half() for key, v in norm.items()})
    save("esd-with-norms-changed", {f"{MODULES[0]}.weight": change[f"{MODULES[0]}.weight"].half(), f"{BLOCK}.norm2.weight": norm[f"{BLOCK}.norm2.weight"].half() + 0.25})
    save("esd-ldm-names", {f"model.diffusion_model.input_blocks.3.1.transformer_blocks.0.attn2.to_q.weight": change[f"{MODULES[0]}.weight"].half()})


def probe(matrix):
    vector = torch.cos(torch.arange(matrix.shape[1], dtype=torch.float64) + 1)
    return (matrix.double() @ vector)[:8].tolist()


def measured(model, adapter):
    """What a loaded adapter computes with, less the bundled weights."""
    weights, report = base(), {}
    for name, module in model.named_modules():
        if not hasattr(module, "base_layer") or adapter not in module.lora_A:
            continue
        name = name.removeprefix("base_model.model.")
        matrix = module.base_layer.weight.data + module.get_delta_weight(adapter) - weights[f"{name}.weight"]
        bias = module.lora_B[adapter].bias
        moved = None if bias is None else (module.scaling[adapter] * bias.data.double())[:8].tolist()
        report[name] = {"matrix": probe(matrix), "bias": moved}
    return report


def by_diffusers(file, prefix="unet"):
    model = unet()
    state, alphas, metadata = Loader.lora_state_dict(str(file), unet_config=model.config, return_lora_metadata=True)
    if metadata is not None and not any(key.endswith("target_modules") for key in metadata):
        # Files made by hand name no layers; the tensors do.
        metadata["unet.target_modules"] = sorted({key.removeprefix("unet.").split(".lora")[0] for key in state})
    model.load_lora_adapter(state, prefix=prefix, network_alphas=alphas, metadata=metadata, adapter_name="it")
    return measured(model, "it")


def by_peft(file):
    state = {key.replace(".default.weight", ".weight"): value for key, value in load_file(file).items()}
    targets = sorted({key.removeprefix("base_model.model.").split(".lora")[0] for key in state})
    model = get_peft_model(unet(), LoraConfig(target_modules=targets, r=2, lora_alpha=2))
    set_peft_model_state_dict(model, state)
    return measured(model, "default")


def diffusers_name(key):
    """Of the one block that these files name as the original code does; ldm_names.py holds all names to diffusers' own converter."""
    for prefix in ("model.diffusion_model.", "diffusion_model.", "unet."):
        key = key.removeprefix(prefix)
    return key.replace("input_blocks.3.1", "down_blocks.1.attentions.0")


def by_formula(file):
    """W + B A, for names that diffusers does not load in Stable Diffusion."""
    old = {".lora_linear_layer.down.": ".lora_A.", ".lora_linear_layer.up.": ".lora_B."}
    state = {}
    for key, value in load_file(file).items():
        for part, name in old.items():
            key = key.replace(part, name)
        state[diffusers_name(key)] = value
    ends = ".lora_A.weight", ".lora_B.weight"
    modules = [key.removesuffix(ends[0]) for key in state if key.endswith(ends[0])]
    return {name: {"matrix": probe(state[name + ends[1]] @ state[name + ends[0]]), "bias": None} for name in modules}


def by_loading(file):
    """Whole tensors, put in place of the model's own."""
    weights, report = base(), {}
    state = {diffusers_name(key): value.float() for key, value in load_file(file).items()}
    for key, value in state.items():
        if key.endswith(".weight") and value.ndim == 2:
            name = key.removesuffix(".weight")
            bias = state.get(f"{name}.bias")
            moved = None if bias is None else (bias - weights[f"{name}.bias"]).double()[:8].tolist()
            report[name] = {"matrix": probe(value - weights[key]), "bias": moved}
    return report


REFERENCES = {
    "peft-base-model": by_peft,
    "peft-model": by_peft,
    "peft-named-adapter": by_peft,
    "save-lora-adapter": lambda file: by_diffusers(file, prefix=None),
    "old-processor-bare": lambda file: by_diffusers(file, prefix=None),
}
# Refused here by name; for some diffusers loads something, if not what the file meant.
REFUSED = {
    *("init-pissa", "diffusers-olora", "diffusers-pissa-niter", "diffusers-dora", "kohya-dora", "kohya-te-only", "kohya-with-te"),
    *("loha", "lokr", "lora-mid", "kohya-proj_in-conv", "only-alpha", "esd-with-norms-changed"),
}


def expected(file):
    if file.stem in REFUSED:
        return None
    if file.stem in REFERENCES:
        return REFERENCES[file.stem](file)
    if file.stem.startswith(("esd", "uce")):
        return by_loading(file)
    return by_formula(file) if file.stem in ("comfyui", "lora-linear-layer") else by_diffusers(file)


if __name__ == "__main__":
    write_files()
    files = sorted(CASES.glob("*.safetensors"))
    report = {}
    for file in files:
        report[file.stem] = expected(file)
        file.chmod(0o644)
        print(file.stem, None if report[file.stem] is None else list(report[file.stem]))
    versions = {"diffusers": diffusers.__version__, "peft": peft.__version__, "torch": torch.__version__}
    (CASES / "expected.json").write_text(json.dumps({"versions": versions, "files": report}, indent=1) + "\n")
