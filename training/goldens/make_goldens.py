"""Writes src/models/goldens and src/diffusion/goldens: what diffusers, transformers, peft and torch compute for small random models.

The TypeScript tests compare with these files; nobody needs Python to run them. Run: /root/venv/bin/python training/goldens/make_goldens.py
"""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path

import diffusers
import peft
import safetensors.torch
import tokenizers
import torch
import transformers
from diffusers import StableDiffusionPipeline

sys.path.insert(0, str(Path(__file__).parent.parent))

from models import Golden, first, second  # noqa: E402
from prompts import prompts  # noqa: E402
from schedules import ddim_runs  # noqa: E402
from sd14 import write_sd14_configs  # noqa: E402

REPO = Path(__file__).resolve().parents[2]
MODELS = REPO / "src" / "models" / "goldens"
DIFFUSION = REPO / "src" / "diffusion" / "goldens"
ETA = 1.5

VERSIONS = {
    "python": platform.python_version(), "torch": torch.__version__, "diffusers": diffusers.__version__,
    "transformers": transformers.__version__, "peft": peft.__version__, "tokenizers": tokenizers.__version__,
    "safetensors": safetensors.__version__,
}


def save(path: Path, tensors: dict[str, torch.Tensor], **notes) -> None:
    """One metadata entry, because safetensors writes several in random order and the files would change with every run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {key: value.detach().contiguous().clone() for key, value in tensors.items()}
    made = {"made_by": "training/goldens/make_goldens.py", "versions": VERSIONS, **notes}
    safetensors.torch.save_file(tensors, path, metadata={"golden": json.dumps(made)})


def drop_pages(folder: Path) -> None:
    for page in folder.rglob("README.md"):
        page.unlink()


def esd_target(unet, x, t, concept, empty) -> torch.Tensor:
    """e0 - eta (ec - e0), from the frozen model."""
    with torch.no_grad():
        e0 = unet(x, t, empty).sample
        ec = unet(x, t, concept).sample
        return e0 - ETA * (ec - e0)


def make(golden: Golden) -> None:
    folder = MODELS / golden.name
    generator = torch.Generator().manual_seed(golden.seed)
    text, unet, vae = golden.text_encoder, golden.unet, golden.vae
    text.save_pretrained(folder / "text_encoder")
    unet.save_pretrained(folder / "unet")
    vae.save_pretrained(folder / "vae")
    golden.scheduler.save_pretrained(folder / "scheduler")

    out: dict[str, torch.Tensor] = {}
    ids = torch.randint(0, text.config.vocab_size, (2, golden.tokens), generator=generator)
    out["input_ids"] = ids.int()
    size, channels = unet.config.sample_size, unet.config.in_channels
    x = torch.randn(2, channels, size, size, generator=generator)
    t = torch.tensor([981, 301])
    out["sample"], out["timestep"] = x, t.float()
    with torch.no_grad():
        states = text(ids).last_hidden_state
        out["last_hidden_state"] = states
        out["noise_pred"] = unet(x, t, states).sample
        image = torch.rand(2, 3, vae.config.sample_size, vae.config.sample_size, generator=generator) * 2 - 1
        moments = vae.encode(image).latent_dist
        out["image"], out["mean"], out["logvar"] = image, moments.mean, moments.parameters.chunk(2, dim=1)[1]
        out["decoded"] = vae.decode(moments.mean).sample
    out |= picture(golden, states, generator)
    out |= weight_and_token_gradients(golden, ids, x, t)
    out |= lora_gradients(golden, folder, states, x, t, generator)
    save(folder / "goldens.safetensors", out, eta=ETA, guidance_scale=golden.guidance_scale,
         lora_rank=golden.lora_rank, lora_alpha=golden.lora_alpha)
    drop_pages(folder)


def picture(golden: Golden, states: torch.Tensor, generator: torch.Generator) -> dict[str, torch.Tensor]:
    """Ten DDIM steps with guidance by diffusers' own pipeline. states[0] is the prompt, states[1] the negative prompt."""
    unet, vae = golden.unet, golden.vae
    latents = torch.randn(1, unet.config.in_channels, unet.config.sample_size, unet.config.sample_size, generator=generator)
    pipeline = StableDiffusionPipeline(vae, golden.text_encoder, None, unet, golden.scheduler, None, None, requires_safety_checker=False)
    pipeline.set_progress_bar_config(disable=True)
    final = pipeline(prompt_embeds=states[:1], negative_prompt_embeds=states[1:], latents=latents.clone(), num_inference_steps=10,
                     guidance_scale=golden.guidance_scale, output_type="latent").images
    with torch.no_grad():
        drawn = vae.decode(final / vae.config.scaling_factor).sample
    return {"ddim_start": latents, "ddim_latents": final, "ddim_picture": drawn}


def weight_and_token_gradients(golden: Golden, ids, x, t) -> dict[str, torch.Tensor]:
    text, unet = golden.text_encoder, golden.unet
    embeddings = text.get_input_embeddings()(ids).detach().requires_grad_(True)
    # The text model takes ids only: hand it our embeddings in their place.
    handle = text.get_input_embeddings().register_forward_hook(lambda module, args, output: embeddings)
    states = text(ids).last_hidden_state
    handle.remove()
    empty = states[1:].detach().expand_as(states)
    target = esd_target(unet, x, t, states.detach(), empty)
    loss = (unet(x, t, states).sample - target).square().mean()
    parameters = dict(unet.named_parameters())
    grads = torch.autograd.grad(loss, [embeddings, *parameters.values()])
    out = {"token_embeddings": embeddings, "esd_target": target, "esd_loss": loss, "grad.token_embeddings": grads[0]}
    return out | {f"grad.unet.{key}": grad for key, grad in zip(parameters, grads[1:], strict=True)}


def lora_gradients(golden: Golden, folder: Path, states, x, t, generator) -> dict[str, torch.Tensor]:
    unet = golden.unet
    empty = states[1:].expand_as(states)
    target = esd_target(unet, x, t, states, empty)
    modules = [name for name, module in unet.named_modules()
               if isinstance(module, torch.nn.Linear) and name.endswith(golden.lora_targets)]
    unet.requires_grad_(False)
    unet.add_adapter(peft.LoraConfig(r=golden.lora_rank, lora_alpha=golden.lora_alpha, target_modules=modules))
    factors = {key: p for key, p in unet.named_parameters() if "lora_" in key}
    for key, p in sorted(factors.items()):
        torch.nn.init.normal_(p.data, std=0.2, generator=generator)
    prediction = unet(x, t, states).sample
    loss = (prediction - target).square().mean()
    grads = torch.autograd.grad(loss, list(factors.values()))
    layers = peft.get_peft_model_state_dict(unet)
    config = {k: v for k, v in unet.peft_config["default"].to_dict().items() if k in ("r", "lora_alpha", "target_modules", "bias")}
    config["target_modules"] = sorted(config["target_modules"])
    StableDiffusionPipeline.save_lora_weights(folder, unet_lora_layers=layers, weight_name="lora.safetensors",
                                              unet_lora_adapter_metadata=config)
    out = {"lora_target": target, "lora_prediction": prediction, "lora_loss": loss}
    for key, grad in zip(factors, grads, strict=True):
        out[f"grad.lora.{key.replace('.default', '')}"] = grad
    unet.delete_adapters("default")
    return out


def judge() -> None:
    import judge as module

    torch.manual_seed(5)
    config = {"_class_name": "PalimpsestJudge", "in_channels": 3, "image_size": 16, "channels": [8, 16], "norm_num_groups": 4,
              "heads": {"object": ["none", "church", "car"], "style": ["none", "photo"]}}
    model = module.Judge(config)
    from models import shake

    shake(model)
    folder = MODELS / "first" / "judge"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    save(folder / "model.safetensors", model.state_dict())
    image = torch.rand(2, 3, 16, 16) * 2 - 1
    with torch.no_grad():
        logits = model(image)
    save(folder / "goldens.safetensors", {"image": image, **{f"logits.{k}": v for k, v in logits.items()},
                                          **{f"probabilities.{k}": v.softmax(-1) for k, v in logits.items()}})


def tokens() -> None:
    """Ids of CLIPTokenizer for a small vocabulary made by training/tokenizer.py, kept beside them."""
    from tokenizer import LENGTH, save as save_tokenizer
    from transformers import CLIPTokenizer

    folder = MODELS / "first" / "tokenizer"
    if not (folder / "tokenizer.json").exists():
        save_tokenizer(folder)
    clip = CLIPTokenizer.from_pretrained(folder)
    cases = [{"text": text, "ids": clip(text, padding="max_length", truncation=True, max_length=LENGTH).input_ids} for text in prompts()]
    # The file alone, read by tokenizers, says the same.
    alone = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    alone.enable_truncation(LENGTH)
    alone.enable_padding(length=LENGTH, pad_id=alone.token_to_id("<|endoftext|>"), pad_token="<|endoftext|>")
    for case in cases:
        assert alone.encode(case["text"]).ids == case["ids"], case
    rows = ",\n".join(json.dumps(case, ensure_ascii=True) for case in cases)
    path = MODELS / "tokenizer-goldens.json"
    path.write_text(f'{{ "versions": {json.dumps(VERSIONS)},\n"maxLength": {LENGTH},\n"cases": [\n{rows}\n]}}\n')


def main() -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    tokens()
    make(first())
    make(second())
    judge()
    DIFFUSION.mkdir(parents=True, exist_ok=True)
    tensors, runs = ddim_runs()
    save(DIFFUSION / "ddim.safetensors", tensors, runs=runs)
    write_sd14_configs(MODELS / "sd-v1-4")
    total = sum(p.stat().st_size for folder in (MODELS, DIFFUSION) for p in folder.rglob("*") if p.is_file())
    print(f"{total / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
