"""Checkpoints that survive a kill: written beside the old one, then renamed over it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch

from paths import SCRATCH


def path(stage: str) -> Path:
    return SCRATCH / "checkpoints" / f"{stage}.pt"


def save(stage: str, state: dict[str, Any]) -> None:
    target = path(stage)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".part")
    torch.save(state, temporary)
    os.replace(temporary, target)


def load(stage: str) -> dict[str, Any] | None:
    target = path(stage)
    return torch.load(target, map_location="cpu", weights_only=True) if target.exists() else None


def weights(stage: str, model: torch.nn.Module, key: str = "ema") -> bool:
    """Puts a stage's weights into a model; False (and untouched) where the stage has not run yet."""
    state = load(stage)
    if state is None:
        return False
    model.load_state_dict(state[key])
    return True
