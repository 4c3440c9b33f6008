"""Writes the real side of FID, KID and CLIP score: captions of neutral pictures and the embeddings of two renders of each, made for this
alone (no stage trained on them), as float16; and the first 64 renders as a grid for the VAE. The embeddings come from the int8 image encoder, the one users measure with.
Run after `npm run quantise`, and quantise again for the manifest: python make_reference.py [--count 500]"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from export import write_json
from paths import MODEL, need
from train_text_encoder import ImageEncoder
from train_vae import to_tensor
from world.captions import caption, sample_attributes
from world.scene import render, shrink
from world.spec import HAZARD_IDS, OBJECT_IDS, STYLE_IDS

SEED = 90210  # the shards' generators start from [77, index]


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


def grid(pictures: np.ndarray, columns: int, path: Path) -> None:
    """uint8 [N, H, W, 3] side by side without gaps, N a multiple of `columns`."""
    n, h, w, _ = pictures.shape
    rows = pictures.reshape(n // columns, columns, h, w, 3).transpose(0, 2, 1, 3, 4).reshape(n // columns * h, columns * w, 3)
    Image.fromarray(rows).save(path)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=500)
    options = arguments.parse_args()
    torch.set_num_threads(1)
    rng = np.random.default_rng(SEED)
    attributes = [sample_attributes(rng) for _ in range(options.count)]
    # Full captions: what is not said is drawn freely by the renderer and by habit by the model, which is no fault of the model.
    captions = [caption(rng, a, full=True)[0] for a in attributes]
    encoder = image_encoder()
    features, firsts = {}, None
    for name in ("first", "second"):
        drawn = shrink(np.stack([render(a, rng) for a in attributes]))
        firsts = drawn if firsts is None else firsts
        pictures = to_tensor(drawn)
        with torch.no_grad():
            features[name] = torch.cat([encoder(part) for part in pictures.split(50)]).half().contiguous()
    folder = MODEL / "reference"
    asked = [{"caption": text, "object": OBJECT_IDS[a.object], "style": STYLE_IDS[a.style], "hazard": HAZARD_IDS[0] if a.hazard else None} for text, a in zip(captions, attributes, strict=True)]
    write_json(folder / "captions.json", {"seed": SEED, "pictures": asked})
    save_file(features, folder / "features.safetensors")
    (folder / "features.safetensors").chmod(0o644)
    grid(firsts[:64], 8, folder / "held-out.png")
    norms = features["first"].float().norm(dim=1)
    print(f"{options.count} captions, embeddings {tuple(features['first'].shape)}, norm {norms.mean():.2f} +- {norms.std():.2f}")


if __name__ == "__main__":
    main()
