"""Trains the VAE.
Loss: L1, L1 of horizontal and vertical differences (edges), and a small KL. Resumes from its checkpoint.
Run: python train_vae.py --minutes 20"""

from __future__ import annotations

import argparse
import math
import time

import numpy as np
import torch
from torch.nn.functional import l1_loss, mse_loss

import checkpoints
import configs
import render

BATCH = 12
KL_WEIGHT = 1e-6
EDGE_WEIGHT = 1.0


def to_tensor(pictures: np.ndarray) -> torch.Tensor:
    """uint8 [N, H, W, 3] -> [-1, 1] float [N, 3, H, W]."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1


def batch(pictures: np.ndarray, rng: np.random.Generator) -> torch.Tensor:
    return to_tensor(pictures[rng.integers(0, len(pictures), BATCH)])


def edges(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return x[..., 1:, :] - x[..., :-1, :], x[..., :, 1:] - x[..., :, :-1]


def psnr(vae, pictures: np.ndarray) -> float:
    with torch.no_grad():
        x = to_tensor(pictures)
        y = vae.decode(vae.encode(x).latent_dist.mean).sample.clamp(-1, 1)
        return float(10 * torch.log10(4 / mse_loss(y, x)))


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--minutes", type=float, default=20, help="of training in total, earlier runs counted")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--rate", type=float, default=2e-3)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    rng = np.random.default_rng()
    model = configs.vae().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, betas=(0.9, 0.99), weight_decay=1e-4)
    state = checkpoints.load("vae")
    step, spent_before = 0, 0.0
    if state is not None:
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        step, spent_before = state["step"], state["seconds"]
    ema = {k: v.clone() for k, v in model.state_dict().items()} if state is None else state["ema"]
    shards = render.finished()
    held_out, pictures = render.load(shards[:1])[0][:64], render.load(shards[1:])[0]
    start = last_load = time.time()

    def save() -> None:
        checkpoints.save("vae", {"model": model.state_dict(), "ema": ema, "optimiser": optimiser.state_dict(), "step": step, "seconds": spent, "scaling_factor": scaling()})

    def scaling() -> float:
        """1 / standard deviation of the latents, as SD chose its 0.18215."""
        probe = configs.vae()
        probe.load_state_dict(ema)
        with torch.no_grad():
            return float(1 / probe.encode(to_tensor(held_out)).latent_dist.mean.std())

    while (spent := spent_before + time.time() - start) < options.minutes * 60:
        if len(shards) < 12 and time.time() - last_load > 60:  # renders arrive while this trains
            shards, last_load = render.finished()[:12], time.time()
            pictures = render.load(shards[1:])[0]
        part = spent / (options.minutes * 60)
        for group in optimiser.param_groups:
            group["lr"] = options.rate * min(1, (step + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * part)))
        x = batch(pictures, rng).to(memory_format=torch.channels_last)
        posterior = model.encode(x).latent_dist
        y = model.decode(posterior.sample()).sample
        loss = l1_loss(y, x) + EDGE_WEIGHT * sum(l1_loss(a, b) for a, b in zip(edges(y), edges(x), strict=True))
        loss = loss + KL_WEIGHT * posterior.kl().mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        decay = min(0.995, (step + 1) / (step + 10))
        with torch.no_grad():
            for k, v in model.state_dict().items():
                ema[k].lerp_(v, 1 - decay) if v.is_floating_point() else ema[k].copy_(v)
        step += 1
        if step % 400 == 0:
            probe = configs.vae()
            probe.load_state_dict(ema)
            print(f"step {step}, {step * BATCH} pictures, {spent:.0f} s, loss {loss.item():.4f}, held-out {psnr(probe, held_out[:16]):.2f} dB", flush=True)
        if step % 200 == 0:
            save()
    save()
    probe = configs.vae()
    probe.load_state_dict(ema)
    print(f"done: {psnr(probe, held_out):.2f} dB on {len(held_out)} held-out pictures, scaling {scaling():.4f}", flush=True)


if __name__ == "__main__":
    main()
