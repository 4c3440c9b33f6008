"""A small painter: signed distance fields with analytic edges, so shapes are smooth at the final size without supersampling.

Coordinates: x right and y down, both in [-1, 1]; the ground line is near y = 0.35.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

Array = np.ndarray
Colour = tuple[float, float, float] | Array


class Canvas:
    def __init__(self, size: int, rng: np.random.Generator):
        axis = ((np.arange(size, dtype=np.float32) + 0.5) / size) * 2 - 1
        self.size = size
        self.pixel = 2.0 / size
        self.x = np.broadcast_to(axis[None, :], (size, size))
        self.y = np.broadcast_to(axis[:, None], (size, size))
        self.rgb = np.zeros((size, size, 3), np.float32)
        self.mask = np.zeros((size, size), np.float32)  # where the object is
        self.rng = rng

    def coverage(self, distance: Array, soft: float = 1.0) -> Array:
        return np.clip(0.5 - distance / (self.pixel * soft), 0.0, 1.0)

    def fill(self, distance: Array, colour: Colour, light: Array | float = 1.0, solid: bool = True, alpha: float = 1.0) -> None:
        """Paints a shape; `light` multiplies its colour, `solid` counts it as part of the object."""
        a = self.coverage(distance) * alpha
        paint = np.asarray(colour, np.float32) * (np.asarray(light, np.float32)[..., None])
        self.rgb += a[..., None] * (np.clip(paint, 0, 1) - self.rgb)
        if solid:
            self.mask = np.maximum(self.mask, a)

    def blend(self, alpha: Array, colour: Colour) -> None:
        self.rgb += alpha[..., None] * (np.asarray(colour, np.float32) - self.rgb)

    # --- distances -------------------------------------------------------------------------------------------------
    def box(self, cx: float, cy: float, hx: float, hy: float, radius: float = 0.0) -> Array:
        dx, dy = np.abs(self.x - cx) - hx + radius, np.abs(self.y - cy) - hy + radius
        outside = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0))
        return outside + np.minimum(np.maximum(dx, dy), 0) - radius

    def circle(self, cx: float, cy: float, r: float) -> Array:
        return np.hypot(self.x - cx, self.y - cy) - r

    def ellipse(self, cx: float, cy: float, rx: float, ry: float, angle: float = 0.0) -> Array:
        """Approximate, good near the edge."""
        c, s = np.cos(angle), np.sin(angle)
        dx, dy = self.x - cx, self.y - cy
        u, v = (c * dx + s * dy) / rx, (-s * dx + c * dy) / ry
        k = np.hypot(u, v)
        return k * (k - 1) / np.maximum(np.hypot(u / rx, v / ry), 1e-6)

    def polygon(self, points: list[tuple[float, float]]) -> Array:
        """Convex, in either order."""
        p = np.asarray(points, np.float32)
        area = np.sum(p[:, 0] * np.roll(p[:, 1], -1) - np.roll(p[:, 0], -1) * p[:, 1])
        if area < 0:
            p = p[::-1]
        out = np.full((self.size, self.size), -9.0, np.float32)
        for (ax, ay), (bx, by) in zip(p, np.roll(p, -1, axis=0)):
            length = max(float(np.hypot(bx - ax, by - ay)), 1e-6)
            out = np.maximum(out, ((self.x - ax) * (by - ay) - (self.y - ay) * (bx - ax)) / length)
        return out

    def line(self, ax: float, ay: float, bx: float, by: float, width: float) -> Array:
        dx, dy = bx - ax, by - ay
        t = np.clip(((self.x - ax) * dx + (self.y - ay) * dy) / max(dx * dx + dy * dy, 1e-6), 0, 1)
        return np.hypot(self.x - ax - t * dx, self.y - ay - t * dy) - width / 2

    # --- light -----------------------------------------------------------------------------------------------------
    def across(self, left: float, right: float, dark: float = 0.72, bright: float = 1.12) -> Array:
        """Light falling from the left over a flat or round wall."""
        t = np.clip((self.x - left) / max(right - left, 1e-6), 0, 1)
        return bright + (dark - bright) * t

    def down(self, top: float, bottom: float, bright: float = 1.1, dark: float = 0.8) -> Array:
        t = np.clip((self.y - top) / max(bottom - top, 1e-6), 0, 1)
        return bright + (dark - bright) * t

    def ball(self, cx: float, cy: float, r: float) -> Array:
        d = np.hypot(self.x - cx + 0.35 * r, self.y - cy + 0.4 * r) / r
        return np.clip(1.2 - 0.38 * d, 0.55, 1.2)

    def shadow(self, cx: float, cy: float, rx: float, ry: float, strength: float = 0.4) -> None:
        """A soft contact shadow on the ground."""
        d = np.hypot((self.x - cx) / rx, (self.y - cy) / ry)
        self.rgb *= (1 - strength * np.clip(1.25 - d, 0, 1))[..., None]


def smooth_noise(rng: np.random.Generator, size: int, sigma: float) -> Array:
    """Blurred white noise scaled to unit deviation."""
    n = gaussian_filter(rng.standard_normal((size, size)).astype(np.float32), sigma, mode="wrap")
    return n / max(float(n.std()), 1e-6)
