"""Skies, grounds and the light of each setting. One setting = one function and one line in SCENES."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .canvas import Canvas, smooth_noise

HORIZON = 0.34


@dataclass(frozen=True)
class Light:
    """What a setting does to the colours of an object."""

    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    lamps: bool = False  # windows and lamps are lit
    snow: bool = False  # snow lies on roofs and branches


def gradient(c: Canvas, top, bottom, y0: float = -1.0, y1: float = HORIZON) -> None:
    t = np.clip((c.y - y0) / (y1 - y0), 0, 1)[..., None]
    c.rgb[:] = np.asarray(top, np.float32) * (1 - t) + np.asarray(bottom, np.float32) * t


def clouds(c: Canvas, colour, amount: float) -> None:
    n = smooth_noise(c.rng, c.size, c.size * 0.07) * 0.5 + smooth_noise(c.rng, c.size, c.size * 0.03) * 0.3
    c.blend(np.clip(n - 0.35, 0, 1) * amount * np.clip(HORIZON - 0.1 - c.y, 0, 1), colour)


def hills(c: Canvas, colour, height: float) -> None:
    phase, k = c.rng.uniform(0, 6.3), c.rng.uniform(1.8, 3.0)
    line = HORIZON - height * (0.55 + 0.45 * np.sin(k * c.x + phase))
    c.fill(line - c.y, colour, solid=False)


def ground(c: Canvas, near, far, water: bool) -> None:
    t = np.clip((c.y - HORIZON) / (1 - HORIZON), 0, 1)[..., None]
    surface = np.asarray(far, np.float32) * (1 - t) + np.asarray(near, np.float32) * t
    if water:
        wave = np.sin(np.maximum(c.y - HORIZON + 0.12, 0) ** 0.6 * 46 + 1.6 * np.sin(5 * c.x + c.rng.uniform(0, 6.3)) + c.rng.uniform(0, 6.3))
        surface = surface * (1 + 0.1 * np.where(c.y > HORIZON, wave, 0))[..., None]
    else:
        surface = surface * (1 + 0.045 * smooth_noise(c.rng, c.size, 1.6))[..., None]
    a = c.coverage(HORIZON - c.y)[..., None]
    c.rgb += a * (np.clip(surface, 0, 1) - c.rgb)


def disc(c: Canvas, x: float, y: float, r: float, colour, glow: float) -> None:
    d = np.hypot(c.x - x, c.y - y)
    c.blend(glow * np.exp(-((d / (3.0 * r)) ** 2)), colour)
    c.fill(d - r, colour, solid=False)


def side(c: Canvas) -> float:
    return float(c.rng.choice([-1, 1]) * c.rng.uniform(0.6, 0.8))


def day(c: Canvas, water: bool) -> Light:
    gradient(c, (0.30, 0.58, 0.93), (0.78, 0.90, 0.98))
    clouds(c, (1, 1, 1), 1.4)
    if not water:
        hills(c, (0.44, 0.62, 0.48), 0.16)
    ground(c, *(((0.10, 0.36, 0.62), (0.36, 0.64, 0.82)) if water else ((0.30, 0.55, 0.20), (0.52, 0.72, 0.34))), water)
    return Light()


def night(c: Canvas, water: bool) -> Light:
    gradient(c, (0.02, 0.03, 0.13), (0.11, 0.15, 0.36))
    stars = c.rng.uniform(-1, 1, (26, 2))
    for sx, sy in stars:
        if sy < HORIZON - 0.1:
            c.blend(np.exp(-(((c.x - sx) ** 2 + (c.y - sy) ** 2) / 0.0004)), (0.95, 0.95, 1.0))
    disc(c, side(c), c.rng.uniform(-0.8, -0.6), 0.12, (0.97, 0.95, 0.82), 0.35)
    if not water:
        hills(c, (0.05, 0.08, 0.17), 0.16)
    ground(c, *(((0.02, 0.06, 0.16), (0.09, 0.16, 0.34)) if water else ((0.04, 0.10, 0.10), (0.08, 0.16, 0.17))), water)
    return Light(tint=(0.52, 0.56, 0.78), lamps=True)


def sunset(c: Canvas, water: bool) -> Light:
    gradient(c, (0.36, 0.22, 0.48), (1.0, 0.66, 0.30))
    t = np.exp(-(((c.y + 0.25) / 0.35) ** 2))
    c.blend(0.55 * t, (0.96, 0.42, 0.36))
    disc(c, side(c), c.rng.uniform(-0.05, 0.12), 0.17, (1.0, 0.88, 0.50), 0.6)
    if not water:
        hills(c, (0.42, 0.22, 0.30), 0.16)
    ground(c, *(((0.30, 0.16, 0.34), (0.96, 0.58, 0.36)) if water else ((0.28, 0.18, 0.14), (0.56, 0.36, 0.20))), water)
    return Light(tint=(1.0, 0.80, 0.68))


def snow(c: Canvas, water: bool) -> Light:
    gradient(c, (0.62, 0.68, 0.76), (0.86, 0.89, 0.93))
    if not water:
        hills(c, (0.78, 0.83, 0.90), 0.18)
    ground(c, *(((0.42, 0.54, 0.64), (0.70, 0.79, 0.85)) if water else ((0.90, 0.93, 0.98), (0.97, 0.98, 1.0))), water)
    return Light(tint=(0.96, 0.97, 1.0), snow=True)


def sea(c: Canvas, water: bool) -> Light:
    gradient(c, (0.22, 0.60, 0.86), (0.84, 0.95, 0.97))
    clouds(c, (1, 1, 1), 0.8)
    ground(c, (0.02, 0.46, 0.60), (0.14, 0.56, 0.72), True)
    if not water:
        shore = 0.58 + 0.05 * np.sin(2.2 * c.x + c.rng.uniform(0, 6.3))
        c.fill(shore - 0.035 - c.y, (0.95, 0.98, 0.98), solid=False)
        c.fill(shore - c.y, (0.93, 0.83, 0.60), 1 + 0.03 * smooth_noise(c.rng, c.size, 1.2), solid=False)
    else:
        c.fill(c.ellipse(side(c), HORIZON, 0.34, 0.13), (0.92, 0.80, 0.56), solid=False)
        c.fill(HORIZON + 0.03 - c.y, (0.10, 0.52, 0.68), solid=False, alpha=0.0)
    return Light(tint=(1.02, 1.02, 1.0))


def falling_snow(c: Canvas) -> None:
    """Over everything, after the object."""
    for sx, sy in c.rng.uniform(-1, 1, (34, 2)):
        c.blend(0.9 * np.exp(-(((c.x - sx) ** 2 + (c.y - sy) ** 2) / 0.0006)), (1, 1, 1))


SCENES = {"day": day, "night": night, "sunset": sunset, "snow": snow, "sea": sea}
