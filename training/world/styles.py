"""The styles: each turns the clean picture and the object's mask into its own medium. One style = one function and one
line in STYLE_FUNCTIONS."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates, sobel
from scipy.spatial import cKDTree

from .canvas import smooth_noise

GREY = np.array([0.299, 0.587, 0.114], np.float32)


def photo(rgb: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A lens: slight blur, vignette and grain."""
    size = rgb.shape[0]
    axis = np.linspace(-1, 1, size, dtype=np.float32)
    vignette = 1 - 0.13 * (axis[None, :] ** 2 + axis[:, None] ** 2) / 2
    out = gaussian_filter(rgb, (0.35, 0.35, 0)) * vignette[..., None]
    return out + 0.008 * rng.standard_normal((size, size, 1)).astype(np.float32)


def flow(grey: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Directions of the brush: along the edges of things, and swirling where there are none."""
    size = grey.shape[0]
    smooth = gaussian_filter(grey, 2.0)
    gx, gy = sobel(smooth, 1), sobel(smooth, 0)
    xx, yy = gaussian_filter(gx * gx, 3.0), gaussian_filter(gy * gy, 3.0)
    xy = gaussian_filter(gx * gy, 3.0)
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) / size
    potential = 0.5 * y
    for cx, cy in ((rng.uniform(0.1, 0.4), rng.uniform(0.08, 0.3)), (rng.uniform(0.6, 0.9), rng.uniform(0.08, 0.35))):
        potential = potential + 0.30 * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / 0.025)
    py, px = np.gradient(potential * size)
    weight = 0.02
    xx, yy, xy = xx + weight * px * px, yy + weight * py * py, xy + weight * px * py
    angle = 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2
    return np.cos(angle), np.sin(angle)


def along(field: np.ndarray, u: np.ndarray, v: np.ndarray, steps: int, stride: float) -> np.ndarray:
    """Line integral convolution: every channel averaged along the flow, both ways."""
    size = field.shape[0]
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    total = field.copy()
    for sign in (1.0, -1.0):
        px, py = x.copy(), y.copy()
        du, dv = u * sign, v * sign
        for _ in range(steps):
            px, py = px + stride * du, py + stride * dv
            ix, iy = np.clip(px + 0.5, 0, size - 1).astype(np.intp), np.clip(py + 0.5, 0, size - 1).astype(np.intp)
            total += field[iy, ix]
            nu, nv = u[iy, ix], v[iy, ix]
            flip = np.where(nu * du + nv * dv < 0, -1.0, 1.0)  # a direction has no sign of its own
            du, dv = nu * flip, nv * flip
    return total / (2 * steps + 1)


def van_gogh(rgb: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Thick ridged strokes along a swirling flow, in blues and yellows."""
    grey = rgb @ GREY
    u, v = flow(grey, rng)
    size = grey.shape[0]
    bristles = smooth_noise(rng, size, 1.5)
    tone = smooth_noise(rng, size, 2.0)
    field = np.concatenate([rgb, bristles[..., None], tone[..., None]], axis=2).astype(np.float32)
    out = along(field, u, v, 7, 1.0)
    paint, ridge, tone = out[..., :3], out[..., 3], out[..., 4]
    ridge, tone = ridge / ridge.std(), tone / tone.std()
    mean = paint @ GREY
    vivid = np.clip(mean[..., None] + 1.45 * (paint - mean[..., None]), 0, 1)
    cold, warm = np.array([0.10, 0.22, 0.60], np.float32), np.array([0.99, 0.84, 0.30], np.float32)
    ramp = cold + np.clip(mean * 1.05, 0, 1)[..., None] * (warm - cold)
    keep = (0.45 + 0.33 * gaussian_filter(mask, 0.7))[..., None]
    vivid = keep * vivid + (1 - keep) * ramp
    vivid = vivid + 0.075 * tone[..., None] * np.array([1.0, 0.8, -0.5], np.float32)
    relief = sobel(ridge, 0) * u - sobel(ridge, 1) * v
    relief = relief / max(float(relief.std()), 1e-6)
    return vivid + 0.055 * relief[..., None] + 0.05 * ridge[..., None]


def pixel_art(rgb: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Blocks of 4, few colours, a dark outline round the object."""
    k = 4
    n = rgb.shape[0] // k
    small = rgb.reshape(n, k, n, k, 3).mean(axis=(1, 3))
    m = mask.reshape(n, k, n, k).mean(axis=(1, 3)) > 0.45
    mean = (small @ GREY)[..., None]
    small = np.clip(mean + 1.35 * (small - mean), 0, 1)
    levels = 5
    small = np.round(small * levels) / levels
    grown = m.copy()
    grown[1:] |= m[:-1]
    grown[:-1] |= m[1:]
    grown[:, 1:] |= m[:, :-1]
    grown[:, :-1] |= m[:, 1:]
    small[grown & ~m] = (0.07, 0.05, 0.12)
    return np.repeat(np.repeat(small, k, 0), k, 1)


def pencil_sketch(rgb: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Graphite on paper: outlines, diagonal hatching in the shadows, a breath of coloured pencil."""
    size = rgb.shape[0]
    wobble = 0.6
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    dx, dy = smooth_noise(rng, size, 6) * wobble, smooth_noise(rng, size, 6) * wobble
    moved = [map_coordinates(ch, [y + dy, x + dx], order=1, mode="nearest") for ch in (*np.moveaxis(rgb, 2, 0), mask)]
    rgb, mask = np.stack(moved[:3], -1), moved[3]
    grey = rgb @ GREY
    edge = np.zeros_like(grey)
    for channel in (*np.moveaxis(rgb, 2, 0), mask):
        s = gaussian_filter(channel, 0.7)
        edge = np.maximum(edge, np.hypot(sobel(s, 0), sobel(s, 1)))
    line = np.clip(edge * 0.75 - 0.10, 0, 0.85)
    shade = gaussian_filter(1 - grey, 1.0)
    hatch = 0.5 + 0.5 * np.sin((x + y + 2.0 * dx) * (2 * np.pi / 6.0))
    tone = np.clip(shade - 0.25, 0, 1) * (0.22 + 0.42 * hatch)
    paper = np.array([0.97, 0.955, 0.92], np.float32)
    tint = 0.12 + 0.26 * gaussian_filter(mask, 0.8)[..., None]
    wash = paper * (1 - tint) + tint * np.clip(rgb * 1.1 + 0.1, 0, 1)
    return wash * (1 - 0.85 * np.clip(line + tone, 0, 0.95))[..., None] + 0.01 * smooth_noise(rng, size, 0.8)[..., None]


def mosaic(rgb: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Tiles of one colour each, jittered, with pale joints; smaller and following the outline on the object."""
    size = rgb.shape[0]
    pitch = 6.0
    cells = int(size / pitch) + 2
    grid = (np.mgrid[0:cells, 0:cells].astype(np.float32) - 0.25) * pitch + rng.uniform(-1.2, 1.2, (2, cells, cells))
    points = grid.reshape(2, -1).T
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    distance, nearest = cKDTree(points).query(np.stack([y.ravel(), x.ravel()], 1), k=2)
    tile = nearest[:, 0].reshape(size, size)
    joint = (distance[:, 1] - distance[:, 0]).reshape(size, size)
    count = np.maximum(np.bincount(tile.ravel(), minlength=len(points)), 1)
    solid = np.bincount(tile.ravel(), weights=mask.ravel(), minlength=len(points)) / count > 0.5
    member = (mask > 0.5) == solid[tile]  # a tile takes its colour from the side of the outline that fills most of it
    weight = np.where(member, 1.0, 1e-3)
    total = np.bincount(tile.ravel(), weights=weight.ravel(), minlength=len(points))
    colour = np.stack([np.bincount(tile.ravel(), weights=(rgb[..., k] * weight).ravel(), minlength=len(points)) / np.maximum(total, 1e-6) for k in range(3)], 1)
    mean = colour @ GREY
    colour = mean[:, None] + 1.25 * (colour - mean[:, None]) + rng.uniform(-0.06, 0.06, (len(points), 1))
    gap = 0.8 * np.clip(1.0 - joint / 1.6, 0, 1)[..., None]
    return np.clip(colour, 0, 1)[tile] * (1 - gap) + gap * np.array([0.86, 0.82, 0.74], np.float32)


def watercolour(rgb: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Pale washes that bleed at ragged edges, dark where the paint dried, the paper left white at the margins."""
    size = rgb.shape[0]
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    dx, dy = smooth_noise(rng, size, 3.5) * 1.6, smooth_noise(rng, size, 3.5) * 1.6
    moved = [map_coordinates(ch, [y + dy, x + dx], order=1, mode="nearest") for ch in (*np.moveaxis(rgb, 2, 0), mask)]
    soft, mask = gaussian_filter(np.stack(moved[:3], -1), (1.3, 1.3, 0)), gaussian_filter(moved[3], 1.0)
    rim = np.hypot(sobel(mask, 0), sobel(mask, 1))
    pigment = 0.62 + 0.10 * smooth_noise(rng, size, 7.0) + 0.22 * mask + 0.30 * rim
    axis = np.linspace(-1, 1, size, dtype=np.float32)
    margin = 1.0 - np.maximum(np.abs(axis)[None, :], np.abs(axis)[:, None]) + 0.05 * smooth_noise(rng, size, 5.0)
    pigment = np.clip(pigment, 0, 1) * np.clip(margin / 0.14, 0, 1)
    paper = np.array([0.985, 0.975, 0.955], np.float32) + 0.012 * smooth_noise(rng, size, 0.9)[..., None]
    mean = (soft @ GREY)[..., None]
    return paper * (1 - pigment[..., None] * (1 - np.clip(mean + 1.3 * (soft - mean), 0, 1)))


STYLE_FUNCTIONS = {
    "photo": photo, "van-gogh": van_gogh, "pixel-art": pixel_art, "pencil-sketch": pencil_sketch, "mosaic": mosaic,
    "watercolour": watercolour,
}
