"""Pictures in a grid, for a person to look at. Run: python contact_sheet.py OUT.png  (renders of the world)"""

from __future__ import annotations

import sys
import time

import numpy as np
from PIL import Image


def sheet(pictures: list[np.ndarray], columns: int, path: str, zoom: int = 1) -> None:
    """Pictures of one size, uint8, row by row."""
    h, w, _ = pictures[0].shape
    rows = -(-len(pictures) // columns)
    out = np.full((rows * (h + 2), columns * (w + 2), 3), 255, np.uint8)
    for i, picture in enumerate(pictures):
        r, c = divmod(i, columns)
        out[r * (h + 2) : r * (h + 2) + h, c * (w + 2) : c * (w + 2) + w] = picture
    image = Image.fromarray(out)
    image.resize((image.width * zoom, image.height * zoom), Image.NEAREST).save(path)


if __name__ == "__main__":
    from world.captions import Attributes
    from world.scene import render
    from world.spec import COLOUR_IDS, OBJECTS, SETTINGS, STYLES

    rng = np.random.default_rng(3)
    pictures = []
    start = time.time()
    for i in range(len(OBJECTS)):
        for k in range(len(STYLES) * 2):
            colour = COLOUR_IDS.index(OBJECTS[i].colour) if k < len(STYLES) else int(rng.integers(len(COLOUR_IDS)))
            kind = 0 if k < len(STYLES) else k % (len(OBJECTS[i].kinds) + 1)
            said = Attributes(i, k % len(STYLES), colour, 0 if k == 0 else (i + k) % len(SETTINGS), kind, int(k % 5 == 4))
            pictures.append(render(said, rng))
    print(f"{len(pictures) / (time.time() - start):.1f} pictures/s")
    sheet(pictures, len(STYLES) * 2, sys.argv[1])
