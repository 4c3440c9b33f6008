"""Writes every component in diffusers' layout, float32, each file renamed into place. A stage that has not run yet is
exported with random weights (and said so), so that readers of the folder can be built before training ends.
Run: python export.py"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

import checkpoints
import configs
import tokenizer
from judge import Judge
from paths import MASTERS
from world.captions import evaluation_prompts
from world.spec import COLOUR_IDS, HAZARD_IDS, HAZARD_NAMES, IMAGE_SIZE, OBJECTS, SETTINGS, STYLES

DIFFUSERS_VERSION = "0.42.1"
# A module's own config.json carries these bookkeeping entries, which say nothing about the weights.
DROPPED = ("_name_or_path", "transformers_version", "_diffusers_version", "_use_default_values")


def write_json(path: Path, content: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".part")
    temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    os.replace(temporary, path)


def write_weights(path: Path, state: dict[str, torch.Tensor], prefix: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".part")
    tensors = {prefix + name: t.detach().float().contiguous().clone() for name, t in state.items()}
    save_file(tensors, temporary, metadata={"format": "pt"})
    temporary.chmod(0o644)  # a web server reads it
    os.replace(temporary, path)


def diffusers_config(model, **changes) -> dict:
    kept = {k: v for k, v in dict(model.config).items() if k not in DROPPED}
    return {"_class_name": type(model).__name__, "_diffusers_version": DIFFUSERS_VERSION, **kept, **changes}


def text_config(model) -> dict:
    kept = {k: v for k, v in model.config.to_dict().items() if k not in DROPPED}
    return {**kept, "architectures": ["CLIPTextModel"], "model_type": "clip_text_model"}


def world() -> dict:
    return {
        "version": 1,
        "imageSize": IMAGE_SIZE,
        "objects": [
            {"id": o.id, "label": o.names[0], "names": list(o.all_names), "colour": o.colour} for o in OBJECTS
        ],
        "styles": [{"id": s.id, "label": s.label, "names": list(s.names), "prompt": s.prompt} for s in STYLES],
        "hazard": {"id": HAZARD_IDS[0], "label": HAZARD_NAMES[0], "names": list(HAZARD_NAMES)},
        "colours": list(COLOUR_IDS),
        "settings": [{"id": s.id, "phrase": s.phrases[0], "phrases": list(s.phrases)} for s in SETTINGS],
        "judgeThreshold": 0.5,
        "recommended": {"steps": 20, "guidance": 4.0},
        "evaluationPrompts": evaluation_prompts(),
    }


def main() -> None:
    torch.manual_seed(0)
    if not (MASTERS / "tokenizer" / "vocab.json").exists():
        tokenizer.save(MASTERS / "tokenizer")
    untrained: list[str] = []

    def trained(stage: str, model: torch.nn.Module) -> torch.nn.Module:
        if not checkpoints.weights(stage, model):
            untrained.append(stage)
        return model

    text, vae, unet, judge = configs.text_encoder(), configs.vae(), configs.unet(), Judge()
    trained("text_encoder", text), trained("vae", vae), trained("unet", unet), trained("judge", judge)
    scaling = (checkpoints.load("vae") or {}).get("scaling_factor", 0.18215)

    write_json(MASTERS / "text_encoder" / "config.json", text_config(text))
    # The published CLIP files name every weight under `text_model.`; newer transformers dropped it but still reads it.
    write_weights(MASTERS / "text_encoder" / "model.safetensors", text.state_dict(), prefix="text_model.")
    write_json(MASTERS / "vae" / "config.json", diffusers_config(vae, scaling_factor=scaling))
    write_weights(MASTERS / "vae" / "diffusion_pytorch_model.safetensors", vae.state_dict())
    write_json(MASTERS / "unet" / "config.json", diffusers_config(unet))
    write_weights(MASTERS / "unet" / "diffusion_pytorch_model.safetensors", unet.state_dict())
    write_json(MASTERS / "judge" / "config.json", judge.config)
    write_weights(MASTERS / "judge" / "model.safetensors", judge.state_dict())
    write_json(MASTERS / "scheduler" / "scheduler_config.json", diffusers_config(configs.scheduler()))
    write_json(MASTERS / "world.json", world())
    write_json(
        MASTERS / "model_index.json",
        {
            "_class_name": "StableDiffusionPipeline",
            "_diffusers_version": DIFFUSERS_VERSION,
            "feature_extractor": [None, None],
            "image_encoder": [None, None],
            "requires_safety_checker": False,
            "safety_checker": [None, None],
            "scheduler": ["diffusers", "DDIMScheduler"],
            "text_encoder": ["transformers", "CLIPTextModel"],
            "tokenizer": ["transformers", "CLIPTokenizer"],
            "unet": ["diffusers", "UNet2DConditionModel"],
            "vae": ["diffusers", "AutoencoderKL"],
        },
    )
    print(f"exported to {MASTERS}" + (f"; random weights: {', '.join(untrained)}" if untrained else ""), file=sys.stderr)


if __name__ == "__main__":
    main()
