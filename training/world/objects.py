"""The objects. One object = one function and one line in DRAW. Each is drawn big and near the centre, with a modest
variation of place, size and parts; `paint` is the asked colour and `light` what the setting does to it."""

from __future__ import annotations

import numpy as np

from .canvas import Canvas
from .settings import Light

WARM, GLASS, STONE, WOOD, DARK, SNOW = (
    (1.0, 0.86, 0.45), (0.30, 0.42, 0.55), (0.55, 0.54, 0.56), (0.42, 0.27, 0.16), (0.13, 0.13, 0.16), (0.97, 0.98, 1.0),
)


class Brush:
    """A canvas seen from an object's own frame: centre x, base y, scale, tint of the light."""

    def __init__(self, c: Canvas, light: Light, x: float, y: float, scale: float):
        self.c, self.light, self.ox, self.oy, self.s = c, light, x, y, scale
        self.tint = np.asarray(light.tint, np.float32)

    def px(self, x: float) -> float:
        return self.ox + self.s * x

    def py(self, y: float) -> float:
        return self.oy + self.s * y

    def paint(self, distance, colour, shade=1.0, lit: bool = False) -> None:
        self.c.fill(distance, np.asarray(colour, np.float32) * (1.0 if lit else self.tint), shade)

    def box(self, x, y, hx, hy, r=0.0):
        return self.c.box(self.px(x), self.py(y), hx * self.s, hy * self.s, r * self.s)

    def poly(self, *points):
        return self.c.polygon([(self.px(x), self.py(y)) for x, y in points])

    def circle(self, x, y, r):
        return self.c.circle(self.px(x), self.py(y), r * self.s)

    def ellipse(self, x, y, rx, ry, angle=0.0):
        return self.c.ellipse(self.px(x), self.py(y), rx * self.s, ry * self.s, angle)

    def line(self, ax, ay, bx, by, width):
        return self.c.line(self.px(ax), self.py(ay), self.px(bx), self.py(by), width * self.s)

    def across(self, left, right, **k):
        return self.c.across(self.px(left), self.px(right), **k)

    def down(self, top, bottom, **k):
        return self.c.down(self.py(top), self.py(bottom), **k)

    def ball(self, x, y, r):
        return self.c.ball(self.px(x), self.py(y), r * self.s)

    def window(self, x, y, hx, hy) -> None:
        self.paint(self.box(x, y, hx + 0.02, hy + 0.02, 0.01), (0.92, 0.90, 0.86))
        self.paint(self.box(x, y, hx, hy), WARM if self.light.lamps else GLASS, lit=self.light.lamps)


def church(b: Brush, colour, rng) -> None:
    m = 1 if rng.random() < 0.5 else -1
    tall = rng.uniform(0.95, 1.1)
    roof = (0.40, 0.25, 0.22)
    b.c.shadow(b.px(0.1), b.py(0.02), 1.0 * b.s, 0.16 * b.s)
    b.paint(b.box(0.28 * m, -0.27, 0.46, 0.27), colour, b.across(-0.2, 0.8))
    slope = [(-0.20 * m, -0.52), (0.78 * m, -0.52), (0.66 * m, -0.82), (-0.12 * m, -0.82)]
    b.paint(b.poly(*slope), SNOW if b.light.snow else roof, b.across(-0.3, 0.8, dark=0.85))
    for k in (0.14, 0.38, 0.62):
        b.window(k * m, -0.27, 0.05, 0.13)
    b.paint(b.box(-0.36 * m, -0.48 * tall, 0.22, 0.48 * tall), colour, b.across(-0.58 if m > 0 else 0.14, -0.14 if m > 0 else 0.58, bright=1.18, dark=0.78))
    top = -0.96 * tall
    b.paint(b.poly((-0.62 * m, top + 0.01), (-0.10 * m, top + 0.01), (-0.36 * m, top - 0.52)), SNOW if b.light.snow else roof, b.across(-0.62, 0.0))
    b.paint(b.line(-0.36 * m, top - 0.48, -0.36 * m, top - 0.74, 0.035), (0.85, 0.68, 0.25))
    b.paint(b.line(-0.45 * m, top - 0.64, -0.27 * m, top - 0.64, 0.035), (0.85, 0.68, 0.25))
    b.paint(b.circle(-0.36 * m, top + 0.24, 0.085), WARM if b.light.lamps else GLASS, lit=b.light.lamps)
    b.paint(np.minimum(b.box(-0.36 * m, -0.13, 0.09, 0.13), b.circle(-0.36 * m, -0.26, 0.09)), WOOD)


def house(b: Brush, colour, rng) -> None:
    w = rng.uniform(0.60, 0.70)
    roof = (0.62, 0.26, 0.18) if colour[0] < 0.8 or colour[1] > 0.5 else (0.33, 0.30, 0.34)
    b.c.shadow(b.px(0.1), b.py(0.02), 1.0 * b.s, 0.16 * b.s)
    chimney = rng.choice([-1, 1]) * 0.36
    b.paint(b.box(chimney, -1.0, 0.09, 0.24), (0.58, 0.32, 0.25), b.across(chimney - 0.1, chimney + 0.1))
    b.paint(b.box(0, -0.36, w, 0.36), colour, b.across(-w, w))
    b.paint(b.poly((-w - 0.16, -0.70), (w + 0.16, -0.70), (0.0, -1.26)), SNOW if b.light.snow else roof, b.across(-0.8, 0.8, dark=0.8))
    b.paint(b.box(0, -0.69, w + 0.16, 0.03), (0.30, 0.20, 0.17))
    for x in (-0.38, 0.38):
        b.window(x, -0.40, 0.12, 0.13)
        b.paint(b.box(x, -0.40, 0.012, 0.13), (0.92, 0.90, 0.86))
    b.paint(b.box(0, -0.24, 0.12, 0.24), WOOD, b.across(-0.12, 0.12))
    b.paint(b.circle(0.07, -0.24, 0.025), (0.9, 0.75, 0.3))


def lighthouse(b: Brush, colour, rng) -> None:
    plain = (0.96, 0.95, 0.92) if min(colour) < 0.8 else (0.32, 0.36, 0.44)
    b.paint(b.ellipse(0.0, 0.02, 0.78, 0.22), (0.44, 0.42, 0.42), b.ball(-0.1, -0.05, 0.8))
    top, low, high = -1.30, 0.32, 0.20
    body = b.poly((-low, 0.0), (low, 0.0), (high, top), (-high, top))
    light = b.across(-low, low, bright=1.2, dark=0.68)
    b.paint(body, plain, light)
    bands = 3
    for k in range(bands):
        y0 = top * (k + 0.1) / bands
        y1 = y0 + top / bands * 0.5
        b.paint(np.maximum(body, b.box(0, (y0 + y1) / 2, 1, abs(y1 - y0) / 2)), colour, light)
    b.paint(b.box(0, top - 0.02, 0.29, 0.045), DARK)
    b.paint(b.box(0, top - 0.18, 0.15, 0.15), WARM, b.across(-0.15, 0.15, bright=1.1, dark=0.9), lit=True)
    for x in (-0.15, 0.0, 0.15):
        b.paint(b.line(x, top - 0.05, x, top - 0.33, 0.03), DARK)
    b.paint(b.poly((-0.23, top - 0.32), (0.23, top - 0.32), (0.0, top - 0.56)), SNOW if b.light.snow else colour, b.across(-0.2, 0.2))
    b.paint(np.minimum(b.box(0, -0.12, 0.085, 0.12), b.circle(0, -0.24, 0.085)), WOOD)
    if b.light.lamps:
        for m in (-1, 1):
            beam = b.poly((0.16 * m, top - 0.2), (2.6 * m, top - 0.52), (2.6 * m, top + 0.16))
            b.c.fill(beam, WARM, solid=False, alpha=0.30)


def tree(b: Brush, colour, rng) -> None:
    b.c.shadow(b.px(0.08), b.py(0.02), 0.85 * b.s, 0.15 * b.s)
    b.paint(b.poly((-0.15, 0.02), (0.15, 0.02), (0.09, -0.80), (-0.09, -0.80)), WOOD, b.across(-0.15, 0.15, dark=0.6))
    b.paint(b.line(0.0, -0.5, 0.34, -0.85, 0.08), WOOD)
    b.paint(b.line(0.0, -0.45, -0.34, -0.80, 0.08), WOOD, 0.85)
    puffs = [(0.0, -1.0, 0.50), (-0.42, -0.88, 0.36), (0.42, -0.88, 0.36), (-0.26, -1.30, 0.36), (0.26, -1.30, 0.36), (0.0, -1.5, 0.26)]
    for x, y, r in puffs:
        x, y, r = x + rng.uniform(-0.05, 0.05), y + rng.uniform(-0.05, 0.05), r * rng.uniform(0.93, 1.07)
        b.paint(b.circle(x, y, r), colour, b.ball(x, y, r) * b.down(-1.7, -0.5, bright=1.15, dark=0.72))
        if b.light.snow:
            b.paint(np.maximum(b.circle(x, y, r), b.poly((x - r, y - r), (x + r, y - r), (x + r, y - 0.55 * r), (x - r, y - 0.55 * r))), SNOW)


def sunflower(b: Brush, colour, rng) -> None:
    lean = rng.uniform(-0.10, 0.10)
    green = (0.25, 0.52, 0.18)
    b.paint(b.line(0.0, 0.05, lean, -0.9, 0.09), green, b.across(-0.1, 0.1, dark=0.7))
    for m, y in ((-1, -0.25), (1, -0.42)):
        b.paint(b.ellipse(0.27 * m, y, 0.28, 0.12, 0.5 * -m), green, b.down(y - 0.2, y + 0.15))
    cx, cy, turn = lean, -1.05, rng.uniform(0, 0.5)
    for ring, (r, n) in enumerate(((0.50, 14), (0.44, 14))):
        for k in range(n):
            a = turn + 2 * np.pi * (k + 0.5 * ring) / n
            petal = b.ellipse(cx + r * np.cos(a), cy + r * np.sin(a), 0.22, 0.09, a)
            b.paint(petal, colour, (0.82, 1.05)[ring] * (0.94 + 0.1 * (k % 2)))
    b.paint(b.circle(cx, cy, 0.34), (0.36, 0.21, 0.10), b.ball(cx, cy, 0.34))
    b.paint(b.circle(cx, cy, 0.20), (0.24, 0.13, 0.07), b.ball(cx, cy, 0.2))
    if b.light.snow:
        b.paint(b.ellipse(cx, cy - 0.60, 0.26, 0.08), SNOW)


def boat(b: Brush, colour, rng) -> None:
    m = 1 if rng.random() < 0.5 else -1
    b.c.shadow(b.px(0.0), b.py(0.10), 0.95 * b.s, 0.13 * b.s, 0.35)
    hull = b.poly((-0.85, -0.26), (0.85, -0.26), (0.52, 0.06), (-0.55, 0.06))
    b.paint(hull, (0.46, 0.24, 0.14), b.down(-0.26, 0.06, bright=1.25))
    b.paint(np.maximum(hull, b.box(0, -0.23, 1, 0.035)), (0.93, 0.90, 0.84))
    b.paint(b.line(0.0, -0.24, 0.0, -1.62, 0.05), (0.36, 0.24, 0.15))
    b.paint(b.poly((0.06 * m, -0.36), (0.06 * m, -1.56), (0.80 * m, -0.40)), colour, b.across(-0.1, 0.8) if m > 0 else b.across(-0.8, 0.1))
    b.paint(b.poly((-0.06 * m, -0.38), (-0.06 * m, -1.30), (-0.60 * m, -0.38)), colour, 0.84)
    b.paint(b.poly((0.0, -1.62), (0.0, -1.50), (-0.24 * m, -1.56)), (0.85, 0.2, 0.15))
    b.c.fill(b.line(-0.8, 0.09, 0.8, 0.09, 0.03), (0.92, 0.96, 0.98), solid=False, alpha=0.6)


def car(b: Brush, colour, rng) -> None:
    m = 1 if rng.random() < 0.5 else -1
    b.c.shadow(b.px(0.0), b.py(0.0), 1.15 * b.s, 0.15 * b.s, 0.55)
    b.paint(b.poly((-0.52 * m, -0.44), (0.46 * m, -0.44), (0.26 * m, -0.82), (-0.36 * m, -0.82)), colour, b.down(-0.85, -0.4))
    b.paint(b.poly((-0.44 * m, -0.46), (-0.06 * m, -0.46), (-0.06 * m, -0.75), (-0.31 * m, -0.75)), WARM if b.light.lamps else (0.62, 0.78, 0.88), lit=b.light.lamps)
    b.paint(b.poly((0.02 * m, -0.46), (0.37 * m, -0.46), (0.22 * m, -0.75), (0.02 * m, -0.75)), WARM if b.light.lamps else (0.62, 0.78, 0.88), lit=b.light.lamps)
    b.paint(b.box(0, -0.32, 0.98, 0.19, 0.12), colour, b.down(-0.5, -0.12, bright=1.15, dark=0.7))
    b.paint(b.box(0, -0.15, 0.98, 0.03), (0.25, 0.25, 0.27))
    b.paint(b.circle(0.90 * m, -0.36, 0.06), (1.0, 0.95, 0.7), lit=True)
    b.paint(b.circle(-0.92 * m, -0.36, 0.05), (0.9, 0.1, 0.1), lit=True)
    for x in (-0.55, 0.55):
        b.paint(b.circle(x, -0.14, 0.22), DARK)
        b.paint(b.circle(x, -0.14, 0.11), (0.75, 0.76, 0.78), b.ball(x, -0.14, 0.11))
    if b.light.lamps:
        b.c.fill(b.poly((0.94 * m, -0.38), (2.2 * m, -0.55), (2.2 * m, 0.05)), WARM, solid=False, alpha=0.32)
    if b.light.snow:
        b.paint(b.box(-0.05 * m, -0.83, 0.31, 0.045, 0.04), SNOW)


def parachute(b: Brush, colour, rng) -> None:
    dome = np.maximum(b.ellipse(0.0, -0.98, 0.80, 0.62), b.box(0, -1.52, 1.0, 0.62))
    white = (0.96, 0.95, 0.92) if min(colour) < 0.8 else (0.62, 0.66, 0.74)
    for x in (-0.78, -0.40, 0.0, 0.40, 0.78):
        b.paint(b.line(x, -0.92, 0.0, -0.20, 0.022), (0.25, 0.24, 0.25))
    b.paint(dome, colour, b.ball(0, -1.1, 0.8) * 1.05)
    for x in (-0.37, 0.37):
        b.paint(np.maximum(dome, b.ellipse(x, -0.98, 0.16, 0.60)), white, b.ball(0, -1.1, 0.8))
    for x in (-0.62, -0.2, 0.2, 0.62):  # scallops along the hem
        b.paint(np.maximum(b.ellipse(x, -0.88, 0.20, 0.10), dome), colour, 0.62)
    suit = (0.86, 0.38, 0.12)
    b.paint(b.circle(0.0, -0.17, 0.075), (0.85, 0.66, 0.52))
    b.paint(b.box(0, 0.0, 0.085, 0.13, 0.05), suit, b.across(-0.08, 0.08))
    b.paint(b.line(-0.04, 0.1, -0.08, 0.30, 0.065), (0.2, 0.22, 0.34))
    b.paint(b.line(0.04, 0.1, 0.08, 0.30, 0.065), (0.2, 0.22, 0.34))


def garbage_truck(b: Brush, colour, rng) -> None:
    m = 1 if rng.random() < 0.5 else -1
    b.c.shadow(b.px(0.0), b.py(0.0), 1.2 * b.s, 0.15 * b.s, 0.5)
    b.paint(b.poly((-1.02 * m, -0.22), (0.36 * m, -0.22), (0.36 * m, -1.06), (-0.86 * m, -1.06)), colour, b.down(-1.1, -0.2, bright=1.15, dark=0.72))
    for x in (-0.62, -0.30, 0.02):
        b.paint(b.line(x * m, -0.98, x * m, -0.30, 0.05), colour, 0.66)
    b.paint(b.poly((-1.10 * m, -0.16), (-0.84 * m, -0.16), (-0.84 * m, -1.0), (-0.96 * m, -1.0)), (0.24, 0.25, 0.27))
    b.paint(b.poly((0.42 * m, -0.20), (1.00 * m, -0.20), (1.00 * m, -0.50), (0.86 * m, -0.88), (0.42 * m, -0.88)), (0.93, 0.92, 0.88), b.down(-0.9, -0.2))
    b.paint(b.poly((0.56 * m, -0.50), (0.94 * m, -0.50), (0.82 * m, -0.80), (0.56 * m, -0.80)), WARM if b.light.lamps else GLASS, lit=b.light.lamps)
    b.paint(b.box(0, -0.19, 1.0, 0.05), (0.22, 0.22, 0.24))
    b.paint(b.box(0.62 * m, -0.94, 0.10, 0.05, 0.02), (1.0, 0.55, 0.08), lit=True)
    b.paint(b.circle(0.95 * m, -0.30, 0.05), (1.0, 0.95, 0.7), lit=True)
    for x in (-0.66, -0.24, 0.66):
        b.paint(b.circle(x * m, -0.13, 0.19), DARK)
        b.paint(b.circle(x * m, -0.13, 0.09), (0.75, 0.76, 0.78))
    if b.light.snow:
        b.paint(b.box(-0.25 * m, -1.07, 0.6, 0.04, 0.03), SNOW)


def tench(b: Brush, colour, rng) -> None:
    """Leaping out of its own splash, so that it can be by any setting."""
    m = 1 if rng.random() < 0.5 else -1
    tilt = rng.uniform(-0.10, 0.10) * m
    dark, pale = np.asarray(colour) * 0.62, np.clip(np.asarray(colour) * 0.5 + 0.5, 0, 1)
    b.c.fill(b.ellipse(0.0, 0.08, 0.95, 0.15), (0.30, 0.56, 0.80), solid=False, alpha=0.85)
    b.c.fill(b.ellipse(0.0, 0.06, 0.70, 0.09), (0.90, 0.96, 1.0), solid=False, alpha=0.75)
    b.paint(b.poly((-0.62 * m, -0.56), (-1.10 * m, -0.94), (-0.98 * m, -0.52)), dark, b.across(-1.1, -0.6))
    b.paint(b.poly((-0.62 * m, -0.50), (-1.10 * m, -0.16), (-0.98 * m, -0.54)), dark, b.across(-1.1, -0.6))
    b.paint(b.poly((-0.20 * m, -0.86), (0.26 * m, -0.88), (-0.16 * m, -1.14)), dark)
    b.paint(b.poly((-0.12 * m, -0.20), (0.14 * m, -0.18), (-0.10 * m, 0.02)), dark)
    b.paint(b.ellipse(0.08 * m, -0.53, 0.80, 0.38, tilt), colour, b.down(-0.92, -0.12, bright=1.1, dark=0.9))
    b.paint(np.maximum(b.ellipse(0.08 * m, -0.53, 0.80, 0.38, tilt), b.ellipse(0.14 * m, -0.26, 0.72, 0.24)), pale)
    for x in (-0.34, -0.10, 0.14):
        b.paint(b.line(x * m, -0.62, (x + 0.07) * m, -0.50, 0.04), dark)
    b.paint(b.line(0.44 * m, -0.78, 0.40 * m, -0.34, 0.05), dark)
    b.paint(b.poly((0.28 * m, -0.46), (0.02 * m, -0.30), (0.26 * m, -0.32)), dark)
    b.paint(b.circle(0.64 * m, -0.62, 0.085), (0.98, 0.96, 0.90))
    b.paint(b.circle(0.66 * m, -0.62, 0.045), DARK)
    b.paint(b.line(0.84 * m, -0.44, 0.70 * m, -0.42, 0.035), DARK)
    if b.light.snow:
        b.paint(b.ellipse(0.05 * m, -0.89, 0.22, 0.05), SNOW)


# id -> (function, base height on the picture, scale, stands on water)
DRAW = {
    "church": (church, 0.72, 0.86, False),
    "house": (house, 0.70, 0.98, False),
    "lighthouse": (lighthouse, 0.74, 0.84, False),
    "tree": (tree, 0.74, 0.86, False),
    "sunflower": (sunflower, 0.90, 0.98, False),
    "boat": (boat, 0.60, 0.86, True),
    "car": (car, 0.66, 0.82, False),
    "parachute": (parachute, 0.48, 0.86, False),
    "garbage-truck": (garbage_truck, 0.68, 0.80, False),
    "tench": (tench, 0.56, 0.80, True),
}
