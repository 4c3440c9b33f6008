"""The classifier that says what a picture shows. Small and plain, so that any language can rebuild it from its config."""

from __future__ import annotations

import torch
from torch import nn

from configs import JUDGE_CONFIG


class Block(nn.Module):
    def __init__(self, inside: int, outside: int, groups: int):
        super().__init__()
        self.conv1 = nn.Conv2d(inside, outside, 3, stride=2, padding=1)
        self.norm1 = nn.GroupNorm(groups, outside)
        self.conv2 = nn.Conv2d(outside, outside, 3, stride=1, padding=1)
        self.norm2 = nn.GroupNorm(groups, outside)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = nn.functional.silu(self.norm1(self.conv1(x)))
        return nn.functional.silu(self.norm2(self.conv2(x)))


class Judge(nn.Module):
    """Input in [-1, 1]; one vector of logits a head."""

    def __init__(self, config: dict = JUDGE_CONFIG):
        super().__init__()
        self.config = config
        widths = [config["in_channels"], *config["channels"]]
        self.blocks = nn.ModuleList(
            Block(a, b, config["norm_num_groups"]) for a, b in zip(widths, widths[1:], strict=False)
        )
        self.heads = nn.ModuleDict({name: nn.Linear(widths[-1], len(ids)) for name, ids in config["heads"].items()})

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        for block in self.blocks:
            x = block(x)
        pooled = x.mean(dim=(2, 3))
        return {name: head(pooled) for name, head in self.heads.items()}
