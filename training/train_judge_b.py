"""Trains the second judge: other architecture, other seed, other shards than train_judge.py, the same kinds of pictures (renders,
reconstructions, empty scenes, damaged ones as `none`). Resumes from its checkpoint. Prints its held-out accuracy and, once the first
judge is there, how often the two agree. Run: python train_judge_b.py --minutes 15"""

from __future__ import annotations

import argparse
import math
import time

import numpy as np
import torch
from torch.nn.functional import cross_entropy

import checkpoints
import configs
import render
from judge import Judge
from judge_b import ResidualJudge
from train_judge import EMPTY_SCENES, accuracy, augmented, damaged, empty_scenes
from train_vae import to_tensor

BATCH = 48
SEED = 4711
FIRST_SHARD = 11  # the first judge reads 1 to 10; 0 is held out for both


def reconstructed(x: torch.Tensor, vae) -> torch.Tensor:
    with torch.no_grad():
        return torch.cat([vae.decode(vae.encode(part).latent_dist.mean).sample.clamp(-1, 1) for part in x.split(32)])


def agreement(a: torch.nn.Module, b: torch.nn.Module, pictures: torch.Tensor) -> dict[str, float]:
    with torch.no_grad():
        pairs = [(a(part), b(part)) for part in pictures.split(100)]
    return {head: float(torch.cat([(p[head].argmax(1) == q[head].argmax(1)).float() for p, q in pairs]).mean()) for head in ("object", "style")}


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--minutes", type=float, default=15)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--rate", type=float, default=2e-3)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    model = ResidualJudge().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=0.02)
    state, step = checkpoints.load("judge_b"), 0
    if state is not None:
        model.load_state_dict(state["model"]), optimiser.load_state_dict(state["optimiser"])
        step = state["step"]
    ema = {k: v.clone() for k, v in model.state_dict().items()} if state is None else state["ema"]
    shards = render.finished()
    held_out, held_attributes = render.load(shards[:1])
    held = to_tensor(held_out)
    pictures, attributes = render.load(shards[FIRST_SHARD : FIRST_SHARD + 10])
    scenes, scene_styles = empty_scenes(EMPTY_SCENES)
    vae = configs.vae().eval()
    if not checkpoints.weights("vae", vae):
        raise FileNotFoundError("checkpoints/vae.pt: expected the trained VAE, found none. Run `python train_vae.py` first.")
    start = time.time()
    while (spent := time.time() - start) < options.minutes * 60:
        for group in optimiser.param_groups:
            part = spent / (options.minutes * 60)
            group["lr"] = options.rate * min(1, (step + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * part)))
        rows = rng.integers(0, len(pictures), BATCH)
        x = to_tensor(pictures[rows])
        objects = torch.from_numpy(attributes[rows, 0].astype(np.int64)) + 1
        styles = torch.from_numpy(attributes[rows, 1].astype(np.int64)) + 1
        if step % 4 == 0:
            x[:8] = reconstructed(x[:8], vae)
        bare = rng.integers(0, len(scenes), 6)
        x[-12:-6], objects[-12:-6], styles[-12:-6] = scenes[bare], 0, scene_styles[bare]
        x = augmented(x)
        x[-6:], objects[-6:], styles[-6:] = damaged(x[-6:]), 0, 0
        out = model(x.to(memory_format=torch.channels_last))
        loss = sum(cross_entropy(out[head], wanted, label_smoothing=0.02) for head, wanted in (("object", objects), ("style", styles)))
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
            probe = ResidualJudge()
            probe.load_state_dict(ema)
            seen = accuracy(probe, held, held_attributes)
            print(f"step {step}, {spent:.0f} s, loss {loss.item():.3f}, held-out object {seen[0]:.3f}, style {seen[1]:.3f} of {len(held)}", flush=True)
            checkpoints.save("judge_b", {"model": model.state_dict(), "ema": ema, "optimiser": optimiser.state_dict(), "step": step})
    checkpoints.save("judge_b", {"model": model.state_dict(), "ema": ema, "optimiser": optimiser.state_dict(), "step": step})
    report(held, held_attributes, vae)


def report(held: torch.Tensor, attributes: np.ndarray, vae) -> None:
    """Held-out accuracy of both judges, on renders and on their reconstructions, and the share where their first choices are equal."""
    judges: dict[str, torch.nn.Module] = {"judge": Judge().eval(), "judge_b": ResidualJudge().eval()}
    known = {name: model for name, model in judges.items() if checkpoints.weights(name, model)}
    small = held[:256]
    for name, model in known.items():
        on_renders, on_vae = accuracy(model, held, attributes), accuracy(model, reconstructed(small, vae), attributes[: len(small)])
        print(f"{name}: renders object {on_renders[0]:.4f}, style {on_renders[1]:.4f} of {len(held)}; reconstructions object {on_vae[0]:.4f}, style {on_vae[1]:.4f} of {len(small)}")
    if len(known) == 2:
        print(f"the judges agree on held-out renders: {agreement(known['judge'], known['judge_b'], held)}")


if __name__ == "__main__":
    main()
