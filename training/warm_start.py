"""Starts a changed world from an older one's checkpoints instead of from nothing: the text encoder (token embeddings go with their
token's text, ids may differ), its image encoder, the VAE and the UNet; the judges start anew. Step counts and optimisers start anew too.
Run, after tokenizer.py: python warm_start.py OLD_SCRATCH OLD_TOKENIZER_FOLDER"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch

import checkpoints
import configs
from paths import MASTERS
from train_text_encoder import Clip

TABLE = "embeddings.token_embedding.weight"


def moved(table: torch.Tensor, fresh: torch.Tensor, old: dict[str, int], new: dict[str, int]) -> torch.Tensor:
    out = fresh.clone()
    for token, row in new.items():
        if token in old:
            out[row] = table[old[token]]
    return out


def main(scratch: Path, tokenizer: Path) -> None:
    old, new = (json.loads((folder / "vocab.json").read_text()) for folder in (tokenizer, MASTERS / "tokenizer"))
    read = lambda stage: torch.load(scratch / "checkpoints" / f"{stage}.pt", map_location="cpu", weights_only=True)
    clip, state = Clip(), read("clip")["model"]
    key = next(k for k in state if k.endswith(TABLE))
    state[key] = moved(state[key], clip.state_dict()[key], old, new)
    clip.load_state_dict(state)
    fresh = lambda before: {"state": {}, "param_groups": before["optimiser"]["param_groups"]}
    checkpoints.save("clip", {"model": clip.state_dict(), "optimiser": fresh(read("clip")), "step": 0})
    for stage, model in (("vae", configs.vae()), ("unet", configs.unet())):
        before = read(stage)
        model.load_state_dict(before["ema"])
        kept = {"scaling_factor": before["scaling_factor"]} if stage == "vae" else {"samples": 0}
        checkpoints.save(stage, {"model": before["ema"], "ema": before["ema"], "optimiser": fresh(before), "step": 0, "seconds": 0.0, **kept})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
