"""What both judges share: the pictures they learn from, their labels, and the loop. They learn on renders, on what the VAE makes of them,
and on damaged pictures labelled `none`, so that the remains of an erased model are not mistaken for something. Resumes from the
stage's checkpoint."""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable

import numpy as np
import torch
from torch.nn.functional import avg_pool2d, cross_entropy, interpolate

import checkpoints
import configs
import render
from train_vae import to_tensor
from world.captions import sample_attributes
from world.scene import render as draw, shrink

BATCH = 48
EMPTY_SCENES = 600
HEADS = {"object": (0, 1), "style": (1, 1), "colour": (2, 1), "hazard": (5, 0)}  # column of the attributes, and what is added: label 0 is `none`


def labels(attributes: np.ndarray) -> dict[str, torch.Tensor]:
    return {head: torch.from_numpy(attributes[:, column].astype(np.int64)) + added for head, (column, added) in HEADS.items()}


def empty_scenes(count: int) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """Settings without an object, in every style, some with the hazard sign: object and colour `none`, the rest as drawn."""
    rng = np.random.default_rng(5)
    attributes = [sample_attributes(rng) for _ in range(count)]
    pictures = shrink(np.stack([draw(a, rng, empty=True) for a in attributes]))
    seen = labels(np.array([a.as_list() for a in attributes]))
    nothing = torch.zeros_like(seen["object"])
    return to_tensor(pictures), {**seen, "object": nothing, "colour": nothing.clone()}


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


def accuracy(model: torch.nn.Module, pictures: torch.Tensor, attributes: np.ndarray) -> dict[str, float]:
    with torch.no_grad():
        out = [model(part) for part in pictures.split(100)]
    return {head: float((torch.cat([o[head] for o in out]).argmax(1) == wanted).float().mean()) for head, wanted in labels(attributes).items()}


def reconstructed(x: torch.Tensor, vae) -> torch.Tensor:
    with torch.no_grad():
        return torch.cat([vae.decode(vae.encode(part).latent_dist.mean).sample.clamp(-1, 1) for part in x.split(32)])


def train(stage: str, build: Callable[[], torch.nn.Module], seed: int, first_shard: int) -> None:
    """Trains on ten shards from `first_shard`; shard 0 is held out."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--minutes", type=float, default=12)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--rate", type=float, default=2e-3)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = build().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=0.02)
    state, step = checkpoints.load(stage), 0
    if state is not None:
        model.load_state_dict(state["model"]), optimiser.load_state_dict(state["optimiser"])
        step = state["step"]
    ema = {k: v.clone() for k, v in model.state_dict().items()} if state is None else state["ema"]
    shards = render.finished()
    held_out, held_attributes = render.load(shards[:1])
    held = to_tensor(held_out)
    pictures, attributes = render.load(shards[first_shard : first_shard + 10])
    scenes, scene_labels = empty_scenes(EMPTY_SCENES)
    vae = configs.vae().eval()
    start = time.time()
    while (spent := time.time() - start) < options.minutes * 60:
        for group in optimiser.param_groups:
            part = spent / (options.minutes * 60)
            group["lr"] = options.rate * min(1, (step + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * part)))
        rows = rng.integers(0, len(pictures), BATCH)
        x, wanted = to_tensor(pictures[rows]), labels(attributes[rows])
        if step % 4 == 0 and checkpoints.weights("vae", vae):
            x[:8] = reconstructed(x[:8], vae)
        bare = rng.integers(0, len(scenes), 6)
        x[-12:-6] = scenes[bare]
        x = augmented(x)
        x[-6:] = damaged(x[-6:])
        for head, label in wanted.items():
            label[-12:-6], label[-6:] = scene_labels[head][bare], 0
        out = model(x.to(memory_format=torch.channels_last))
        loss = sum(cross_entropy(out[head], label, label_smoothing=0.02) for head, label in wanted.items())
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step += 1
        decay = min(0.99, (step + 1) / (step + 10))
        with torch.no_grad():
            for k, v in model.state_dict().items():
                ema[k].lerp_(v, 1 - decay)
        if step % 200 == 0:
            probe = build()
            probe.load_state_dict(ema)
            seen = ", ".join(f"{head} {share:.3f}" for head, share in accuracy(probe, held, held_attributes).items())
            print(f"step {step}, {spent:.0f} s, loss {loss.item():.3f}, held-out {seen} of {len(held)}", flush=True)
            checkpoints.save(stage, {"model": model.state_dict(), "ema": ema, "optimiser": optimiser.state_dict(), "step": step})
    checkpoints.save(stage, {"model": model.state_dict(), "ema": ema, "optimiser": optimiser.state_dict(), "step": step})
