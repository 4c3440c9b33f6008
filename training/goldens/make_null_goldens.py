"""Writes src/models/goldens/nulls.json and midless.safetensors: what diffusers and transformers make of a null in each field of a config,
and what the golden model "first" predicts without its middle block, which is what `mid_block_type: null` says.

A null is "same" where the model still computes the very same numbers, "other" where it is another model, "error" where it cannot be built
or run. Run: python training/goldens/make_null_goldens.py
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import diffusers
import safetensors.torch
import torch
import transformers
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from models import first
from transformers import CLIPTextConfig, CLIPTextModel

GOLDENS = Path(__file__).resolve().parents[2] / "src" / "models" / "goldens"
GOLDEN = safetensors.torch.load_file(GOLDENS / "first" / "goldens.safetensors")
VERSIONS = {"diffusers": diffusers.__version__, "transformers": transformers.__version__, "torch": torch.__version__}


def fields(model) -> dict:
    return {key: value for key, value in model.config.items() if not key.startswith("_")}


def outcome(expected: torch.Tensor, compute) -> str:
    try:
        with torch.no_grad():
            got = compute()
    except Exception:  # noqa: BLE001: whatever goes wrong, diffusers cannot use the file
        return "error"
    return "same" if got.shape == expected.shape and torch.equal(got, expected) else "other"


def rebuilt(kind, config: dict, source) -> torch.nn.Module:
    """The same weights where the other config has a place for them, as from_pretrained would put them."""
    torch.manual_seed(0)
    model = kind(**config)
    model.load_state_dict(source.state_dict(), strict=False)
    return model.eval()


def unet_output(unet) -> torch.Tensor:
    return unet(GOLDEN["sample"], GOLDEN["timestep"], GOLDEN["last_hidden_state"]).sample


def vae_output(vae) -> torch.Tensor:
    # As the pipeline decodes: latents / scaling_factor.
    return vae.decode(GOLDEN["mean"] / vae.config.scaling_factor).sample


def text_output(text) -> torch.Tensor:
    return text(GOLDEN["input_ids"].long()).last_hidden_state


@torch.no_grad()
def scheduler_output(config: dict) -> torch.Tensor:
    scheduler = DDIMScheduler.from_config(config)
    scheduler = StableDiffusionPipeline(None, None, None, None, scheduler, None, None, requires_safety_checker=False).scheduler
    scheduler.set_timesteps(7)
    x = torch.tensor([-1.5, -0.2, 0.4, 2.0])
    for t in scheduler.timesteps:
        x = scheduler.step(0.3 * x + 0.1, int(t), x).prev_sample
    return x


def drawable(unet) -> torch.Tensor:
    """A pipeline without a given size asks the UNet for it."""
    if not isinstance(unet.config.sample_size, int):
        raise ValueError("no size")
    return unet_output(unet)


def nulls() -> dict[str, dict[str, str]]:
    golden = first()
    out: dict[str, dict[str, str]] = {}
    for name, model, kind, compute in (("unet", golden.unet, UNet2DConditionModel, drawable), ("vae", golden.vae, AutoencoderKL, vae_output)):
        with torch.no_grad():
            expected = compute(model)
        out[name] = {key: outcome(expected, lambda key=key: compute(rebuilt(kind, {**fields(model), key: None}, model))) for key in fields(model)}
    text = golden.text_encoder
    with torch.no_grad():
        expected = text_output(text)
    config = text.config.to_dict()
    keys = ["vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "max_position_embeddings", "hidden_act",
            "layer_norm_eps", "projection_dim", "attention_dropout", "eos_token_id", "bos_token_id", "pad_token_id"]
    build = lambda key: rebuilt(lambda **c: CLIPTextModel(CLIPTextConfig(**c)), {**config, key: None}, text)  # noqa: E731
    out["text_encoder"] = {key: outcome(expected, lambda key=key: text_output(build(key))) for key in keys}
    scheduler = {key: value for key, value in golden.scheduler.config.items() if not key.startswith("_")}
    out["scheduler"] = {key: outcome(scheduler_output(scheduler), lambda key=key: scheduler_output({**scheduler, key: None})) for key in scheduler}
    return out


def main() -> None:
    warnings.filterwarnings("ignore")
    diffusers.utils.logging.set_verbosity_error()
    torch.set_num_threads(1)
    rows = ",\n".join(f'"{name}": {json.dumps(table)}' for name, table in nulls().items())
    (GOLDENS / "nulls.json").write_text(f'{{ "made_by": "training/goldens/make_null_goldens.py", "versions": {json.dumps(VERSIONS)},\n{rows} }}\n')
    unet = first().unet
    without = rebuilt(UNet2DConditionModel, {**fields(unet), "mid_block_type": None}, unet)
    assert not any(key.startswith("mid_block") for key in without.state_dict())
    with torch.no_grad():
        noise = unet_output(without)
    note = {"golden": json.dumps({"made_by": "training/goldens/make_null_goldens.py", "versions": VERSIONS})}
    safetensors.torch.save_file({"noise_pred": noise.contiguous()}, GOLDENS / "midless.safetensors", metadata=note)


if __name__ == "__main__":
    main()
