"""The second judge, held out for reports: residual blocks with attention pooling, so that it does not share the first one's habits.
`src/models/residual-judge.ts` is the same in TypeScript."""

from __future__ import annotations

import torch
from torch import nn

from configs import JUDGE_CONFIG

JUDGE_B_CONFIG = {
    "_class_name": "PalimpsestResidualJudge",
    "in_channels": JUDGE_CONFIG["in_channels"],
    "image_size": JUDGE_CONFIG["image_size"],
    "stem_channels": 16,
    "channels": [40, 80],
    "norm_num_groups": 8,
    "heads": JUDGE_CONFIG["heads"],
}


class Stage(nn.Module):
    """Halves the picture, then adds a pre-activation residual branch (He et al. 2016)."""

    def __init__(self, inside: int, outside: int, groups: int):
        super().__init__()
        self.down = nn.Conv2d(inside, outside, 3, stride=2, padding=1)
        self.norm1 = nn.GroupNorm(groups, outside)
        self.conv1 = nn.Conv2d(outside, outside, 3, padding=1)
        self.norm2 = nn.GroupNorm(groups, outside)
        self.conv2 = nn.Conv2d(outside, outside, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.down(x)
        return x + self.conv2(self.norm2(self.conv1(self.norm1(x).relu())).relu())


class ResidualJudge(nn.Module):
    """Input [B, 3, H, W] in [-1, 1]; one vector of logits a head. Each head looks where it wants: a softmax over places."""

    def __init__(self, config: dict = JUDGE_B_CONFIG):
        super().__init__()
        self.config = config
        widths = [config["stem_channels"], *config["channels"]]
        self.stem = nn.Conv2d(config["in_channels"], widths[0], 5, stride=2, padding=2)
        self.stages = nn.ModuleList(Stage(a, b, config["norm_num_groups"]) for a, b in zip(widths, widths[1:], strict=False))
        self.norm = nn.GroupNorm(config["norm_num_groups"], widths[-1])
        self.looks = nn.ModuleDict({name: nn.Linear(widths[-1], 1) for name in config["heads"]})
        self.heads = nn.ModuleDict({name: nn.Linear(widths[-1], len(ids)) for name, ids in config["heads"].items()})

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        x = self.stem(x)
        for stage in self.stages:
            x = stage(x)
        places = self.norm(x).relu().flatten(2).transpose(1, 2)  # [B, H*W, C]
        out = {}
        for name, head in self.heads.items():
            weight = self.looks[name](places).softmax(dim=1)  # [B, H*W, 1]
            out[name] = head((places * weight).sum(dim=1))
        return out
