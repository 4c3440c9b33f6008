"""Trains the second judge: other architecture, other seed, other shards than train_judge.py, the same kinds of pictures. Prints the held-out
accuracy of both and how often they agree. Run: python train_judge_b.py --minutes 15"""

from __future__ import annotations

import torch

import checkpoints
import configs
import render
from judge import Judge
from judge_b import ResidualJudge
from judge_training import HEADS, accuracy, reconstructed, train
from train_vae import to_tensor


def agreement(a: torch.nn.Module, b: torch.nn.Module, pictures: torch.Tensor) -> dict[str, float]:
    with torch.no_grad():
        pairs = [(a(part), b(part)) for part in pictures.split(100)]
    return {head: float(torch.cat([(p[head].argmax(1) == q[head].argmax(1)).float() for p, q in pairs]).mean()) for head in HEADS}


def report() -> None:
    """Held-out accuracy of both judges, on renders and on their reconstructions, and the share where their first choices are equal."""
    pictures, attributes = render.load(render.finished()[:1])
    held, vae = to_tensor(pictures), configs.vae().eval()
    checkpoints.weights("vae", vae)
    judges: dict[str, torch.nn.Module] = {"judge": Judge().eval(), "judge_b": ResidualJudge().eval()}
    known = {name: model for name, model in judges.items() if checkpoints.weights(name, model)}
    small = held[:256]
    for name, model in known.items():
        on_renders, on_vae = accuracy(model, held, attributes), accuracy(model, reconstructed(small, vae), attributes[: len(small)])
        print(f"{name}: on {len(held)} renders {on_renders}, on {len(small)} reconstructions {on_vae}")
    if len(known) == 2:
        print(f"the judges agree on held-out renders: {agreement(known['judge'], known['judge_b'], held)}")


if __name__ == "__main__":
    train("judge_b", ResidualJudge, seed=4711, first_shard=11)  # the first judge reads 1 to 10; 0 is held out for both
    report()
