"""Encodes the renders with the finished VAE: mean of the posterior times the scaling factor, float16. The first shard is held
out. Run: python encode_latents.py [--shards 21]"""

from __future__ import annotations

import argparse

import numpy as np
import torch

import checkpoints
import configs
import render
from paths import SCRATCH, need
from train_vae import to_tensor

TARGET = SCRATCH / "latents.npz"


def load() -> tuple[np.ndarray, np.ndarray]:
    """Latents [N, 4, 16, 16] and attributes [N, 4]."""
    data = np.load(need(TARGET, "python encode_latents.py"))
    return data["latents"], data["attributes"]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--shards", type=int, default=21)
    arguments.add_argument("--threads", type=int, default=2)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    state = checkpoints.load("vae")
    model = configs.vae().to(memory_format=torch.channels_last)
    model.load_state_dict(state["ema"])
    latents, attributes = [], []
    with torch.no_grad():
        for shard in render.finished()[1 : 1 + options.shards]:
            pictures, said = render.load([shard])
            for part in np.array_split(pictures, 20):
                latents.append((model.encode(to_tensor(part).to(memory_format=torch.channels_last)).latent_dist.mean * state["scaling_factor"]).half().numpy())
            attributes.append(said)
            print(f"shard {shard}", flush=True)
    np.savez(TARGET, latents=np.concatenate(latents), attributes=np.concatenate(attributes))


if __name__ == "__main__":
    main()
