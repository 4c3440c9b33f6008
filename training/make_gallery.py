"""Writes src/ui/learn/taught.png and gallery.json: one render of every object as a photo, and of one object in every other style, side by
side, with the words that ask the model for the same. Nothing is picked: one seed, drawn in order. Run: python make_gallery.py, then
`npx tsx scripts/gallery.ts`, which draws drawn.png from the same words."""

from __future__ import annotations

import json

import numpy as np
from PIL import Image

from paths import REPO
from world.captions import Attributes
from world.scene import render, shrink
from world.spec import COLOUR_IDS, OBJECT_IDS, OBJECTS, SETTING_IDS, STYLES, article

SEED = 7
FOLDER = REPO / "src" / "ui" / "learn"


def main() -> None:
    rng = np.random.default_rng(SEED)
    day = SETTING_IDS.index("day")
    church = OBJECT_IDS.index("church")
    asked = [("objects", kind, 0) for kind in range(len(OBJECTS))] + [("styles", church, style) for style in range(1, len(STYLES))]
    pictures = [render(Attributes(kind, style, COLOUR_IDS.index(OBJECTS[kind].colour), day), rng) for _, kind, style in asked]
    Image.fromarray(np.concatenate(list(shrink(np.stack(pictures))), axis=1)).save(FOLDER / "taught.png", optimize=True)
    captions = [
        {"group": group, "caption": STYLES[style].prompt.replace("{object}", article(OBJECTS[kind].names[0]))}
        for group, kind, style in asked
    ]
    (FOLDER / "gallery.json").write_text(json.dumps({"pictures": captions}, indent=2) + "\n")


if __name__ == "__main__":
    main()
