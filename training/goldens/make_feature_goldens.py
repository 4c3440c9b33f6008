"""Writes src/models/goldens/features.safetensors: the mean over all places of what the mid block of each golden UNet gives in diffusers.

Run: python training/goldens/make_feature_goldens.py
"""

from __future__ import annotations

import json
from pathlib import Path

import diffusers
import safetensors.torch
import torch
from diffusers import UNet2DConditionModel

GOLDENS = Path(__file__).resolve().parents[2] / "src" / "models" / "goldens"
VERSIONS = {"diffusers": diffusers.__version__, "torch": torch.__version__}


def features(name: str) -> torch.Tensor:
    given = safetensors.torch.load_file(GOLDENS / name / "goldens.safetensors")
    unet = UNet2DConditionModel.from_pretrained(GOLDENS / name / "unet").eval()
    seen: list[torch.Tensor] = []
    unet.mid_block.register_forward_hook(lambda _module, _inputs, output: seen.append(output))
    with torch.no_grad():
        unet(given["sample"], given["timestep"].long(), given["last_hidden_state"])
    return seen[0].mean(dim=(2, 3))


made = {"made_by": "training/goldens/make_feature_goldens.py", "versions": VERSIONS}
safetensors.torch.save_file(
    {name: features(name).contiguous() for name in ("first", "second")},
    GOLDENS / "features.safetensors",
    metadata={"golden": json.dumps(made)},
)
