"""Writes the embeddings of the real side of FID, KID and CLIP score: of the renders of make_held_out.py and of a second render of each, made
for this alone (no stage trained on them), as float16, by the int8 image encoder, the one users measure with.
Run after `npm run quantise`, and quantise again for the manifest: python make_reference.py"""

from __future__ import annotations

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from make_held_out import held_out
from paths import MODEL, need
from train_text_encoder import ImageEncoder
from train_vae import to_tensor
from world.scene import render, shrink


def image_encoder() -> ImageEncoder:
    """The exported int8 weights in torch: `key` times `key.scale` by row."""
    from export_measures import BLOCK, NAMES

    file = load_file(need(MODEL / "image_encoder" / "model.int8.safetensors", "npm run quantise"))
    weights = {
        k: v.float() * file[f"{k}.scale"].view(-1, *[1] * (v.dim() - 1)) if v.dtype == torch.int8 else v
        for k, v in file.items() if not k.endswith(".scale")
    }
    places = {name: place for place, name in NAMES.items()}
    state = {}
    for key, value in weights.items():
        if key.startswith("blocks."):
            _, block, name, kind = key.split(".")
            state[f"features.{BLOCK * int(block) + places[name]}.{kind}"] = value
        elif key.startswith("visual_projection."):
            state[key.replace("visual_projection.", "project.")] = value
    model = ImageEncoder().eval()
    model.load_state_dict(state)
    return model


def main() -> None:
    torch.set_num_threads(1)
    rng, attributes, _, firsts = held_out()
    seconds = shrink(np.stack([render(a, rng) for a in attributes]))
    encoder = image_encoder()
    features = {}
    for name, drawn in (("first", firsts), ("second", seconds)):
        with torch.no_grad():
            features[name] = torch.cat([encoder(part) for part in to_tensor(drawn).split(50)]).half().contiguous()
    target = MODEL / "reference" / "features.safetensors"
    save_file(features, target)
    target.chmod(0o644)
    norms = features["first"].float().norm(dim=1)
    print(f"embeddings {tuple(features['first'].shape)}, norm {norms.mean():.2f} +- {norms.std():.2f}")


if __name__ == "__main__":
    main()
