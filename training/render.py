"""Draws the training pictures in the background, in shards that survive a kill. Run: python render.py [--count 32000]"""

from __future__ import annotations

import argparse
import multiprocessing as mp
import os

import numpy as np

from paths import SCRATCH
from world.captions import Attributes, sample_attributes
from world.scene import render, shrink

SHARD = 1000
FOLDER = SCRATCH / "renders"


def draw_shard(index: int) -> int:
    """Pictures [1000, H, W, 3] and their attributes [1000, 6] of one shard; the same shard is the same pictures anywhere."""
    target = FOLDER / f"{index:04d}.npz"
    if target.exists():
        return index
    rng = np.random.default_rng([77, index])
    attributes: list[Attributes] = [sample_attributes(rng) for _ in range(SHARD)]
    pictures = np.stack([render(a, rng) for a in attributes])
    temporary = target.with_suffix(".part.npz")
    np.savez(temporary, pictures=pictures, attributes=np.array([a.as_list() for a in attributes], np.int8))
    os.replace(temporary, target)
    return index


def load(shards: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Pictures at the model's size [N, IMAGE_SIZE, IMAGE_SIZE, 3] and their attributes [N, 6]."""
    parts = [np.load(FOLDER / f"{index:04d}.npz") for index in shards]
    return np.concatenate([shrink(p["pictures"]) for p in parts]), np.concatenate([p["attributes"] for p in parts])


def finished() -> list[int]:
    return sorted(int(path.stem) for path in FOLDER.glob("????.npz"))


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=32000)
    arguments.add_argument("--processes", type=int, default=2)
    options = arguments.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with mp.Pool(options.processes) as pool:
        for index in pool.imap_unordered(draw_shard, range(options.count // SHARD)):
            print(f"shard {index}", flush=True)
