"""Trains the text encoder contrastively against a small image encoder (CLIP, Radford et al. 2021), then it is frozen.
The projections are kept in the checkpoint for CLIP score; the diffusion model reads the last
hidden states. Run: python train_text_encoder.py --minutes 15"""

from __future__ import annotations

import argparse
import math
import time

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy, normalize

import checkpoints
import configs
import render
from paths import MASTERS
from tokenizer import load as load_tokenizer
from train_vae import to_tensor
from world.captions import Attributes, caption

BATCH = 96


class ImageEncoder(nn.Module):
    """64x64 pictures -> TEXT_WIDTH numbers."""

    def __init__(self, widths: tuple[int, ...] = (3, 24, 48, 96, 128)):
        super().__init__()
        layers: list[nn.Module] = []
        for inside, outside in zip(widths, widths[1:], strict=False):
            layers += [nn.Conv2d(inside, outside, 3, stride=2, padding=1), nn.GroupNorm(8, outside), nn.SiLU()]
            layers += [nn.Conv2d(outside, outside, 3, padding=1), nn.GroupNorm(8, outside), nn.SiLU()]
        self.features = nn.Sequential(*layers)
        self.project = nn.Linear(widths[-1] * 16, configs.TEXT_WIDTH)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.project(self.features(x).flatten(1))


class Clip(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.text = configs.text_encoder()
        self.image = ImageEncoder()
        self.text_projection = nn.Linear(configs.TEXT_WIDTH, configs.TEXT_WIDTH, bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(2.66))

    def text_features(self, ids: torch.Tensor) -> torch.Tensor:
        states = self.text(input_ids=ids).last_hidden_state
        end = (ids == self.text.config.eos_token_id).int().argmax(dim=1)  # the first end token, as CLIP reads it
        return normalize(self.text_projection(states[torch.arange(len(ids)), end]), dim=-1)

    def image_features(self, pictures: torch.Tensor) -> torch.Tensor:
        return normalize(self.image(pictures), dim=-1)


def level_unused_rows(table: torch.Tensor, used: set[int]) -> None:
    """Rows no caption uses keep a random direction and take the mean length of the used ones, so that a made-up word is
    as loud as a real one."""
    mask = torch.zeros(len(table), dtype=torch.bool)
    mask[list(used)] = True
    length = table[mask].norm(dim=-1).mean()
    table[~mask] = normalize(table[~mask], dim=-1) * length


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--minutes", type=float, default=15)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--rate", type=float, default=1e-3)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(2)
    rng = np.random.default_rng()
    tokenizer = load_tokenizer(MASTERS / "tokenizer")
    model = Clip()
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=0.01)
    state, step = checkpoints.load("clip"), 0
    if state is not None:
        model.load_state_dict(state["model"]), optimiser.load_state_dict(state["optimiser"])
        step = state["step"]
    pictures, attributes = render.load(render.finished()[:8])
    small = to_tensor(pictures).half()
    used: set[int] = set()
    start = time.time()
    seen: list[float] = []

    def save() -> None:
        checkpoints.save("clip", {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step})
        text = {k: v.clone() for k, v in model.text.state_dict().items()}
        table = next(k for k in text if k.endswith("token_embedding.weight"))
        level_unused_rows(text[table], used)
        checkpoints.save("text_encoder", {"ema": text})

    while (spent := time.time() - start) < options.minutes * 60:
        for group in optimiser.param_groups:
            part = spent / (options.minutes * 60)
            group["lr"] = options.rate * min(1, (step + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * part)))
        rows = rng.choice(len(small), BATCH, replace=False)
        # Full captions tell pictures apart; the shorter ones teach that parts may be missing.
        texts = [caption(rng, Attributes(*map(int, attributes[i])), full=rng.random() < 0.8)[0] for i in rows]
        ids = torch.tensor([encoding.ids for encoding in tokenizer.encode_batch(texts)])
        used.update(ids.flatten().tolist())
        scale = model.logit_scale.clamp(max=4.6).exp()
        logits = scale * model.image_features(small[rows].float()) @ model.text_features(ids).T
        target = torch.arange(BATCH)
        loss = (cross_entropy(logits, target) + cross_entropy(logits.T, target)) / 2
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step += 1
        seen.append(float((logits.argmax(1) == target).float().mean()))
        if step % 100 == 0:
            print(f"step {step}, {spent:.0f} s, loss {loss.item():.3f}, picture finds its caption {np.mean(seen[-100:]):.3f} of {BATCH}", flush=True)
        if step % 300 == 0:
            save()
    save()


if __name__ == "__main__":
    main()
