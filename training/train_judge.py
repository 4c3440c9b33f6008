"""Trains the judge on renders, on what the VAE makes of them, and on damaged pictures labelled `none`, so that the remains
of an erased model are not mistaken for something. Resumes from its checkpoint. Run: python train_judge.py --minutes 12"""

from __future__ import annotations

import argparse
import math
import time

import numpy as np
import torch
from torch.nn.functional import avg_pool2d, cross_entropy, interpolate

import checkpoints
import configs
import render
from judge import Judge
from train_vae import to_tensor
from world.captions import sample_attributes
from world.scene import render as draw, shrink

BATCH = 48
EMPTY_SCENES = 600


def empty_scenes(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Settings without an object, in every style: object `none`, style as drawn."""
    rng = np.random.default_rng(5)
    attributes = [sample_attributes(rng) for _ in range(count)]
    pictures = shrink(np.stack([draw(a, rng, empty=True) for a in attributes]))
    return to_tensor(pictures), torch.tensor([a.style + 1 for a in attributes])


def damaged(x: torch.Tensor) -> torch.Tensor:
    """No object and no style left: noise, heavy blur, shuffled tiles, blends of several pictures."""
    kind = torch.randint(0, 4, (1,)).item()
    n, c, h, w = x.shape
    if kind == 0:
        coarse = torch.randn(n, c, h // 8, w // 8)
        return (interpolate(coarse, size=(h, w), mode="bilinear") * torch.rand(n, 1, 1, 1) + 0.5 * torch.randn_like(x) * torch.rand(n, 1, 1, 1)).clamp(-1, 1)
    if kind == 1:
        return interpolate(avg_pool2d(x, 16), size=(h, w), mode="bilinear")
    if kind == 2:
        tiles = x.unfold(2, 8, 8).unfold(3, 8, 8).reshape(n, c, -1, 8, 8)
        order = torch.randperm(tiles.shape[2])
        return tiles[:, :, order].reshape(n, c, h // 8, w // 8, 8, 8).permute(0, 1, 2, 4, 3, 5).reshape(n, c, h, w)
    return (x + x.roll(1, 0).flip(3) + x.roll(2, 0).roll(20, 3) + x.roll(3, 0).flip(2)) / 4


def augmented(x: torch.Tensor) -> torch.Tensor:
    """Flips, shifts, light, slight blur and noise: none changes what is seen."""
    flip = torch.rand(len(x)) < 0.5
    x = torch.where(flip.view(-1, 1, 1, 1), x.flip(3), x)
    x = x.roll((int(torch.randint(-3, 4, (1,))), int(torch.randint(-3, 4, (1,)))), (2, 3))
    x = x * (0.85 + 0.3 * torch.rand(len(x), 1, 1, 1)) + 0.2 * (torch.rand(len(x), 1, 1, 1) - 0.5)
    if torch.rand(1) < 0.3:
        x = interpolate(avg_pool2d(x, 2), scale_factor=2, mode="bilinear")
    return (x + 0.08 * torch.rand(len(x), 1, 1, 1) * torch.randn_like(x)).clamp(-1, 1)


def accuracy(model: Judge, pictures: torch.Tensor, attributes: np.ndarray) -> tuple[float, float]:
    with torch.no_grad():
        out = [model(part) for part in pictures.split(100)]
    right = lambda head, column: float((torch.cat([o[head] for o in out]).argmax(1).numpy() == attributes[:, column] + 1).mean())
    return right("object", 0), right("style", 1)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--minutes", type=float, default=12)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--rate", type=float, default=2e-3)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(3)
    rng = np.random.default_rng()
    model = Judge().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=0.02)
    state, step = checkpoints.load("judge"), 0
    if state is not None:
        model.load_state_dict(state["model"]), optimiser.load_state_dict(state["optimiser"])
        step = state["step"]
    ema = {k: v.clone() for k, v in model.state_dict().items()} if state is None else state["ema"]
    shards = render.finished()
    held_out, held_attributes = render.load(shards[:1])
    held = to_tensor(held_out)
    pictures, attributes = render.load(shards[1:11])
    scenes, scene_styles = empty_scenes(EMPTY_SCENES)
    vae = configs.vae().eval()
    start = time.time()
    while (spent := time.time() - start) < options.minutes * 60:
        for group in optimiser.param_groups:
            part = spent / (options.minutes * 60)
            group["lr"] = options.rate * min(1, (step + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * part)))
        rows = rng.integers(0, len(pictures), BATCH)
        x = to_tensor(pictures[rows])
        objects = torch.from_numpy(attributes[rows, 0].astype(np.int64)) + 1
        styles = torch.from_numpy(attributes[rows, 1].astype(np.int64)) + 1
        if step % 4 == 0 and checkpoints.weights("vae", vae):
            with torch.no_grad():
                x[:8] = vae.decode(vae.encode(x[:8]).latent_dist.mean).sample.clamp(-1, 1)
        bare = rng.integers(0, len(scenes), 6)
        x[-12:-6], objects[-12:-6], styles[-12:-6] = scenes[bare], 0, scene_styles[bare]
        x = augmented(x)
        x[-6:], objects[-6:], styles[-6:] = damaged(x[-6:]), 0, 0
        out = model(x.to(memory_format=torch.channels_last))
        loss = cross_entropy(out["object"], objects, label_smoothing=0.02) + cross_entropy(out["style"], styles, label_smoothing=0.02)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step += 1
        decay = min(0.99, (step + 1) / (step + 10))
        with torch.no_grad():
            for k, v in model.state_dict().items():
                ema[k].lerp_(v, 1 - decay)
        if step % 100 == 0:
            probe = Judge()
            probe.load_state_dict(ema)
            seen = accuracy(probe, held, held_attributes)
            print(f"step {step}, {spent:.0f} s, loss {loss.item():.3f}, held-out object {seen[0]:.3f}, style {seen[1]:.3f} of {len(held)}", flush=True)
            checkpoints.save("judge", {"model": model.state_dict(), "ema": ema, "optimiser": optimiser.state_dict(), "step": step})
    checkpoints.save("judge", {"model": model.state_dict(), "ema": ema, "optimiser": optimiser.state_dict(), "step": step})


if __name__ == "__main__":
    main()
