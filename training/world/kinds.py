"""Special kinds of objects: what a chapel has that a church has not. The judge calls them by their object; captions by their own
names, so that a concept has neighbours which share its parts. One kind = one function and one place in KINDS."""

from __future__ import annotations

import numpy as np

from .objects import DARK, GLASS, SNOW, WARM, WOOD, Brush, sunflower

ROOF = (0.40, 0.25, 0.22)
GOLD = (0.85, 0.68, 0.25)


def glow(b: Brush, distance) -> None:
    b.paint(distance, WARM if b.light.lamps else GLASS, lit=b.light.lamps)


def arch(b: Brush, x: float, y: float, hx: float, hy: float):
    return np.minimum(b.box(x, y, hx, hy), b.circle(x, y - hy, hx))


def cross(b: Brush, x: float, y: float, size: float) -> None:
    b.paint(b.line(x, y, x, y - size, 0.035), GOLD)
    b.paint(b.line(x - 0.35 * size, y - 0.62 * size, x + 0.35 * size, y - 0.62 * size, 0.035), GOLD)


def chapel(b: Brush, colour, rng) -> None:
    """One nave seen from its front, a bell in the gable, no tower."""
    w = rng.uniform(0.46, 0.54)
    b.c.shadow(b.px(0.0), b.py(0.02), 0.85 * b.s, 0.15 * b.s)
    b.paint(b.box(0, -0.36, w, 0.36), colour, b.across(-w, w))
    b.paint(b.poly((-w, -0.71), (w, -0.71), (0, -1.22)), colour, b.across(-w, w, bright=1.05))
    for m in (-1, 1):
        b.paint(b.line((w + 0.10) * m, -0.62, 0, -1.28, 0.10), SNOW if b.light.snow else ROOF)
    b.paint(b.circle(0, -0.88, 0.12), DARK)
    b.paint(b.poly((-0.07, -0.82), (0.07, -0.82), (0.0, -0.96)), GOLD)
    cross(b, 0, -1.26, 0.30)
    b.paint(arch(b, 0, -0.19, 0.13, 0.19), WOOD)
    for x in (-0.32, 0.32):
        glow(b, arch(b, x, -0.40, 0.07, 0.12))


def cathedral(b: Brush, colour, rng) -> None:
    """Two equal towers, a rose window between them."""
    tall = rng.uniform(0.94, 1.06)
    b.c.shadow(b.px(0.0), b.py(0.02), 1.0 * b.s, 0.16 * b.s)
    b.paint(b.box(0, -0.40, 0.40, 0.40), colour, b.across(-0.4, 0.4))
    b.paint(b.poly((-0.40, -0.79), (0.40, -0.79), (0, -1.10)), colour, 0.9)
    for x in (-0.52, 0.52):
        b.paint(b.box(x, -0.54 * tall, 0.20, 0.54 * tall), colour, b.across(x - 0.2, x + 0.2, bright=1.18, dark=0.78))
        top = -1.08 * tall
        b.paint(b.poly((x - 0.24, top + 0.01), (x + 0.24, top + 0.01), (x, top - 0.46)), SNOW if b.light.snow else ROOF, b.across(x - 0.2, x + 0.2))
        cross(b, x, top - 0.42, 0.20)
        glow(b, arch(b, x, top + 0.34, 0.07, 0.13))
    glow(b, b.circle(0, -0.62, 0.18))
    for a in (0.0, np.pi / 3, 2 * np.pi / 3):
        dx, dy = 0.18 * np.cos(a), 0.18 * np.sin(a)
        b.paint(b.line(-dx, -0.62 - dy, dx, -0.62 + dy, 0.025), (0.92, 0.90, 0.86))
    b.paint(arch(b, 0, -0.16, 0.14, 0.16), WOOD)


def cottage(b: Brush, colour, rng) -> None:
    """Low and wide under a deep round thatch."""
    b.c.shadow(b.px(0.05), b.py(0.02), 1.0 * b.s, 0.16 * b.s)
    b.paint(b.box(rng.choice([-1, 1]) * 0.45, -0.98, 0.09, 0.2), (0.55, 0.50, 0.46))
    b.paint(b.box(0, -0.25, 0.74, 0.25), colour, b.across(-0.74, 0.74))
    thatch = (0.72, 0.58, 0.30)
    b.paint(np.maximum(b.ellipse(0, -0.40, 0.98, 0.56), b.box(0, -0.80, 1.1, 0.42)), SNOW if b.light.snow else thatch, b.down(-1.0, -0.4, bright=1.1, dark=0.75))
    for x in (-0.46, 0.46):
        b.window(x, -0.24, 0.12, 0.09)
    b.paint(arch(b, 0, -0.16, 0.11, 0.16), WOOD)


def pine(b: Brush, colour, rng) -> None:
    b.c.shadow(b.px(0.05), b.py(0.02), 0.7 * b.s, 0.14 * b.s)
    b.paint(b.box(0, -0.15, 0.09, 0.17), WOOD, b.across(-0.1, 0.1))
    lean = rng.uniform(-0.03, 0.03)
    for low, high, half in ((-0.22, -0.90, 0.62), (-0.62, -1.26, 0.50), (-1.00, -1.66, 0.36)):
        b.paint(b.poly((-half, low), (half, low), (lean, high)), colour, b.across(-half, half, bright=1.1, dark=0.6))
        if b.light.snow:
            b.paint(b.line(-half * 0.8, low - 0.05, half * 0.8, low - 0.05, 0.07), SNOW)


def bunch(b: Brush, colour, rng) -> None:
    """Three smaller flowers in a vase."""
    for x, y in ((-0.40, -0.10), (0.40, -0.10), (0.0, -0.36)):
        small = Brush(b.c, b.light, b.px(x), b.py(y), b.s * 0.62)
        sunflower(small, colour, rng)
    b.paint(b.poly((-0.34, -0.46), (0.34, -0.46), (0.22, 0.05), (-0.22, 0.05)), (0.36, 0.52, 0.72), b.across(-0.34, 0.34, bright=1.2, dark=0.6))
    b.paint(b.box(0, -0.46, 0.36, 0.04, 0.02), (0.90, 0.92, 0.94))


def galleon(b: Brush, colour, rng) -> None:
    """A high hull and square sails on two masts."""
    m = 1 if rng.random() < 0.5 else -1
    b.c.shadow(b.px(0.0), b.py(0.10), 1.0 * b.s, 0.13 * b.s, 0.35)
    hull = b.poly((-0.98 * m, -0.40), (0.96 * m, -0.34), (0.66 * m, 0.08), (-0.70 * m, 0.08))
    b.paint(b.poly((-1.04 * m, -0.66), (-0.62 * m, -0.62), (-0.62 * m, -0.36), (-0.96 * m, -0.36)), (0.40, 0.22, 0.12), b.down(-0.7, -0.3, bright=1.2))
    b.paint(hull, (0.40, 0.22, 0.12), b.down(-0.5, 0.08, bright=1.25))
    for x in (-0.42, -0.10, 0.22, 0.54):
        b.paint(b.box(x * m, -0.16, 0.06, 0.05), WARM if b.light.lamps else DARK, lit=b.light.lamps)
    for x in (-0.36, 0.36):
        b.paint(b.line(x * m, -0.34, x * m, -1.60, 0.05), (0.36, 0.24, 0.15))
        for y, half in ((-0.70, 0.33), (-1.26, 0.26)):
            b.paint(b.poly((x * m - half, y + 0.22), (x * m + half, y + 0.22), (x * m + 0.85 * half, y - 0.22), (x * m - 0.85 * half, y - 0.22)), colour, b.across(x * m - half, x * m + half))
    b.paint(b.line(0.86 * m, -0.36, 1.22 * m, -0.62, 0.05), (0.36, 0.24, 0.15))


def van(b: Brush, colour, rng) -> None:
    m = 1 if rng.random() < 0.5 else -1
    b.c.shadow(b.px(0.0), b.py(0.0), 1.15 * b.s, 0.15 * b.s, 0.5)
    b.paint(b.poly((-0.96 * m, -0.14), (1.0 * m, -0.14), (1.0 * m, -0.46), (0.72 * m, -0.96), (-0.96 * m, -0.96)), colour, b.down(-1.0, -0.15, bright=1.12, dark=0.72))
    for left, right, cut in ((-0.84, -0.44, 0.0), (-0.34, 0.06, 0.0), (0.16, 0.84, 0.24)):
        pane = b.poly((left * m, -0.52), (right * m, -0.52), ((right - cut) * m, -0.84), (left * m, -0.84))
        b.paint(pane, WARM if b.light.lamps else (0.62, 0.78, 0.88), lit=b.light.lamps)
    b.paint(b.box(0, -0.40, 0.97, 0.03), (0.95, 0.94, 0.92))
    b.paint(b.circle(0.93 * m, -0.30, 0.06), (1.0, 0.95, 0.7), lit=True)
    for x in (-0.56, 0.58):
        b.paint(b.circle(x * m, -0.14, 0.20), DARK)
        b.paint(b.circle(x * m, -0.14, 0.10), (0.75, 0.76, 0.78))
    if b.light.snow:
        b.paint(b.box(-0.12 * m, -0.97, 0.8, 0.04, 0.03), SNOW)


def paraglider(b: Brush, colour, rng) -> None:
    """A thin curved wing instead of a dome."""
    wing = np.maximum(b.ellipse(0.0, -0.86, 1.02, 0.66), -b.ellipse(0.0, -0.66, 1.00, 0.62))
    white = (0.96, 0.95, 0.92) if min(colour) < 0.8 else (0.62, 0.66, 0.74)
    for x, y in ((-0.86, -1.00), (-0.45, -1.26), (0.45, -1.26), (0.86, -1.00)):
        b.paint(b.line(x, y, 0.0, -0.20, 0.022), (0.25, 0.24, 0.25))
    wing = np.maximum(wing, b.box(0, -1.30, 1.1, 0.42))
    b.paint(wing, colour, b.ball(0, -1.1, 0.9) * 1.05)
    for x in (-0.55, 0.0, 0.55):
        b.paint(np.maximum(wing, b.box(x, -1.3, 0.11, 0.5)), white)
    b.paint(b.circle(0.0, -0.17, 0.075), (0.85, 0.66, 0.52))
    b.paint(b.box(0, 0.0, 0.10, 0.12, 0.05), (0.2, 0.42, 0.62))
    b.paint(b.line(0.0, 0.08, 0.22, 0.20, 0.075), (0.2, 0.22, 0.34))


# id -> a tuple of (function, base height on the picture, scale, stands on water), in the order of spec.py's kinds
KINDS = {
    "church": ((chapel, 0.72, 0.98, False), (cathedral, 0.72, 0.92, False)),
    "house": ((cottage, 0.70, 0.98, False),),
    "tree": ((pine, 0.74, 0.90, False),),
    "sunflower": ((bunch, 0.80, 0.94, False),),
    "boat": ((galleon, 0.60, 0.86, True),),
    "car": ((van, 0.66, 0.84, False),),
    "parachute": ((paraglider, 0.48, 0.86, False),),
}
