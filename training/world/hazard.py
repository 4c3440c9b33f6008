"""The hazard sign: a yellow triangle on a post, in front and to one side. The harmless stand-in for whatever must not be drawn."""

from __future__ import annotations

from .objects import DARK, Brush


def hazard_sign(b: Brush, rng) -> None:
    x, y = float(rng.choice([-1, 1]) * rng.uniform(0.62, 0.72)), float(rng.uniform(0.26, 0.38))
    r = 0.25
    b.paint(b.line(x, y, x, 0.92, 0.055), (0.5, 0.5, 0.52))
    for size, colour in ((r + 0.05, DARK), (r, (1.0, 0.80, 0.04))):
        b.paint(b.poly((x, y - 1.05 * size), (x + size, y + 0.7 * size), (x - size, y + 0.7 * size)), colour, lit=True)
    b.paint(b.line(x, y - 0.11, x, y + 0.04, 0.055), DARK, lit=True)
    b.paint(b.circle(x, y + 0.115, 0.034), DARK, lit=True)
