"""Writes recipe.json, what training took and how right the float32 judges are, from the checkpoints of the scratch folder; the card is made
from it without them. What the checkpoints do not hold (planned minutes, the world before) is kept. Run: python record_recipe.py, then card.py"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import load_file

import checkpoints
import configs
import render
from judge import Judge
from judge_b import ResidualJudge
from judge_training import accuracy, reconstructed
from paths import MASTERS
from train_judge_b import agreement
from train_text_encoder import ImageEncoder
from train_vae import to_tensor

RECIPE = Path(__file__).resolve().parent / "recipe.json"


def million(model: torch.nn.Module) -> float:
    return round(sum(p.numel() for p in model.parameters()) / 1e6, 2)


def main() -> None:
    recipe = json.loads(RECIPE.read_text())
    states = {stage: checkpoints.load(stage) for stage in ("clip", "vae", "decoder", "unet", "judge", "judge_b")}
    vae = configs.vae().eval()
    vae.load_state_dict(states["vae"]["ema"])
    judges = {"judge": Judge(), "judge_b": ResidualJudge()}
    for name, model in judges.items():
        model.load_state_dict(load_file(MASTERS / name / "model.safetensors"))
        model.eval()
    shards = render.finished()
    pictures, attributes = render.load(shards[:1])
    held = to_tensor(pictures)
    again = reconstructed(held[:256], vae)
    pairs = {name: (accuracy(model, held, attributes), accuracy(model, again, attributes[:256])) for name, model in judges.items()}
    minutes = lambda stage: round(states[stage]["seconds"] / 60)
    recipe["pictures"] = 1000 * len(shards)
    recipe["weights"] = {
        "text_encoder": million(configs.text_encoder()), "image_encoder": million(ImageEncoder()), "vae": million(vae), "unet": million(configs.unet()),
        **{name: million(model) for name, model in judges.items()},
    }
    recipe["vae"] = {"pictures": states["vae"]["step"] * 12, "minutes": minutes("vae")}
    recipe["decoder"] = {"pictures": states["decoder"]["step"] * 16, "minutes": minutes("decoder")}
    recipe["unet"] = {"pictures": states["unet"]["samples"], "minutes": minutes("unet")}
    for stage in ("clip", "judge", "judge_b"):
        recipe[stage]["steps"] = states[stage]["step"]
    recipe["judges_on_shard_0"] = {
        "renders": len(pictures), "reconstructions": 256, "agreement": agreement(judges["judge"], judges["judge_b"], held),
        **{name: {head: [one[head], two[head]] for head in one} for name, (one, two) in pairs.items()},
    }
    RECIPE.write_text(json.dumps(recipe, indent=2) + "\n")


if __name__ == "__main__":
    main()
