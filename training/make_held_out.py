"""Writes the labelled renders that nothing was trained on: reference/held-out.png beside the float32 weights, 500 pictures without gaps, and reference/captions.json of
the page's folder with a caption and the labels of each, in the same order. The judges and the VAE are examined on them (`npm run world`), and they are the first
real side of FID and KID, so that make_reference.py must run again after a change of them. Needs numpy, scipy and pillow, no torch.
Run: python make_held_out.py"""

from __future__ import annotations

import json

import numpy as np
from PIL import Image

from paths import MASTERS, MODEL
from world.captions import Attributes, caption, sample_attributes
from world.scene import render, shrink
from world.spec import COLOUR_IDS, HAZARD_IDS, OBJECT_IDS, STYLE_IDS

SEED = 90210  # the shards' generators start from [77, index]
COUNT = 500
COLUMNS = 20


def held_out() -> tuple[np.random.Generator, list[Attributes], list[str], np.ndarray]:
    """The generator as the renders left it, what was drawn, its captions and the pictures, uint8 [COUNT, H, W, 3]."""
    rng = np.random.default_rng(SEED)
    attributes = [sample_attributes(rng) for _ in range(COUNT)]
    # Full captions: what is not said is drawn freely by the renderer and by habit by the model, which is no fault of the model.
    captions = [caption(rng, a, full=True)[0] for a in attributes]
    return rng, attributes, captions, shrink(np.stack([render(a, rng) for a in attributes]))


def grid(pictures: np.ndarray, columns: int) -> np.ndarray:
    """uint8 [N, H, W, 3] side by side without gaps, N a multiple of `columns`."""
    n, h, w, _ = pictures.shape
    return pictures.reshape(n // columns, columns, h, w, 3).transpose(0, 2, 1, 3, 4).reshape(n // columns * h, columns * w, 3)


def main() -> None:
    _, attributes, captions, pictures = held_out()
    labels = [
        {
            "caption": text, "object": OBJECT_IDS[a.object], "style": STYLE_IDS[a.style], "colour": COLOUR_IDS[a.colour],
            "hazard": HAZARD_IDS[0] if a.hazard else None,
        }
        for text, a in zip(captions, attributes, strict=True)
    ]
    (MODEL / "reference" / "captions.json").write_text(json.dumps({"seed": SEED, "pictures": labels}, indent=2) + "\n")
    Image.fromarray(grid(pictures, COLUMNS)).save(MASTERS / "reference" / "held-out.png", optimize=True)
    print(f"{len(labels)} renders, {sum(a.hazard for a in attributes)} with a hazard sign")


if __name__ == "__main__":
    main()
