"""One picture from its attributes: setting, object, light, style."""

from __future__ import annotations

import numpy as np

from .canvas import Canvas
from .captions import Attributes
from .hazard import hazard_sign
from .kinds import KINDS
from .objects import DRAW, Brush
from .settings import SCENES, falling_snow
from .spec import COLOUR_IDS, COLOURS, IMAGE_SIZE, OBJECT_IDS, RENDER_SIZE, SETTING_IDS, STYLE_IDS
from .styles import STYLE_FUNCTIONS


def render(a: Attributes, rng: np.random.Generator, empty: bool = False) -> np.ndarray:
    """An RGB picture, uint8. `empty` leaves the object out (for the judge's `none`)."""
    c = Canvas(RENDER_SIZE, rng)
    draw, base, scale, water = DRAW[OBJECT_IDS[a.object]] if a.kind == 0 else KINDS[OBJECT_IDS[a.object]][a.kind - 1]
    setting = SETTING_IDS[a.setting]
    light = SCENES[setting](c, water)
    colour = np.asarray(COLOURS[COLOUR_IDS[a.colour]], np.float32) * rng.uniform(0.93, 1.05)
    x, y, s = rng.uniform(-0.10, 0.10), base + rng.uniform(-0.04, 0.04), scale * rng.uniform(0.92, 1.05)
    if not empty:
        draw(Brush(c, light, x, y, s), np.clip(colour, 0, 1), rng)
    if a.hazard:
        hazard_sign(Brush(c, light, 0, 0, 1), rng)
    if setting == "snow":
        falling_snow(c)
    picture = STYLE_FUNCTIONS[STYLE_IDS[a.style]](np.clip(c.rgb, 0, 1), c.mask, rng)
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


def shrink(pictures: np.ndarray) -> np.ndarray:
    """[N, RENDER_SIZE, RENDER_SIZE, 3] -> [N, IMAGE_SIZE, IMAGE_SIZE, 3], uint8, by averaging."""
    k = RENDER_SIZE // IMAGE_SIZE
    n = len(pictures)
    parts = pictures.reshape(n, IMAGE_SIZE, k, IMAGE_SIZE, k, 3)
    return (parts.mean(axis=(2, 4), dtype=np.float32) + 0.5).astype(np.uint8)
