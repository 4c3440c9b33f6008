"""Writes src/ui/learn/taught.png and gallery.json: one render of every object as a photo, of every special kind and a hazard sign,
and of one object in every other style, side by side, with the words that ask the model for the same. Nothing is picked: one seed, drawn in order. Run: python make_gallery.py, then
`npx tsx scripts/gallery.ts`, which draws drawn.png from the same words."""

from __future__ import annotations

import json

import numpy as np
from PIL import Image

from paths import REPO
from world.captions import Attributes
from world.scene import render, shrink
from world.spec import COLOUR_IDS, HAZARDS, OBJECT_IDS, OBJECTS, SETTING_IDS, STYLES, article

SEED = 7
FOLDER = REPO / "src" / "ui" / "learn"


def plain_caption(a: Attributes) -> str:
    thing = OBJECTS[a.object]
    text = STYLES[a.style].prompt.replace("{object}", article(thing.kinds[a.kind - 1][0] if a.kind else thing.names[0]))
    return f"{text} {HAZARDS[0]}" if a.hazard else text


def main() -> None:
    rng = np.random.default_rng(SEED)
    day = SETTING_IDS.index("day")
    church = OBJECT_IDS.index("church")
    colour = lambda thing: COLOUR_IDS.index(OBJECTS[thing].colour)
    said = [("objects", Attributes(thing, 0, colour(thing), day)) for thing in range(len(OBJECTS))]
    said += [("kinds", Attributes(thing, 0, colour(thing), day, 1 + k)) for thing in range(len(OBJECTS)) for k in range(len(OBJECTS[thing].kinds))]
    said += [("kinds", Attributes(church + 1, 0, colour(church + 1), day, hazard=1))]
    said += [("styles", Attributes(church, style, colour(church), day)) for style in range(1, len(STYLES))]
    pictures = [render(a, rng) for _, a in said]
    Image.fromarray(np.concatenate(list(shrink(np.stack(pictures))), axis=1)).save(FOLDER / "taught.png", optimize=True)
    captions = [
        {"group": group, "caption": plain_caption(a)}
        for group, a in said
    ]
    known = json.loads((FOLDER / "gallery.json").read_text())
    (FOLDER / "gallery.json").write_text(json.dumps({**known, "pictures": captions}, indent=2) + "\n")


if __name__ == "__main__":
    main()
