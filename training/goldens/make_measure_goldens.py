"""Writes src/models/goldens/measures: a small random image encoder and second judge, and what torch computes with them.
Run: python training/goldens/make_measure_goldens.py"""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

sys.path.insert(0, str(Path(__file__).parent.parent))

from export_measures import image_encoder_weights  # noqa: E402
from judge_b import ResidualJudge  # noqa: E402
from models import shake  # noqa: E402
from train_text_encoder import ImageEncoder  # noqa: E402

TARGET = Path(__file__).resolve().parents[2] / "src" / "models" / "goldens" / "measures"
NOTES = {"golden": json.dumps({"made_by": "training/goldens/make_measure_goldens.py", "versions": {"python": platform.python_version(), "torch": torch.__version__}})}

WIDTH = 16


def write(name: str, config: dict, weights: dict[str, torch.Tensor], goldens: dict[str, torch.Tensor]) -> None:
    folder = TARGET / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    for file, tensors in (("model", weights), ("goldens", goldens)):
        path = folder / f"{file}.safetensors"
        save_file({k: v.detach().contiguous().clone() for k, v in tensors.items()}, path, metadata=NOTES)
        path.chmod(0o644)


def main() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(8)
    image = torch.rand(3, 3, 16, 16) * 2 - 1
    heads = {"object": ["none", "church", "car"], "style": ["none", "photo"]}
    config = {"_class_name": "PalimpsestResidualJudge", "in_channels": 3, "image_size": 16, "stem_channels": 6,
              "channels": [8, 12], "norm_num_groups": 4, "heads": heads}
    judge = ResidualJudge(config)
    shake(judge)
    with torch.no_grad():
        logits = judge(image)
    write("judge_b", config, judge.state_dict(),
          {"image": image, **{f"logits.{k}": v for k, v in logits.items()}, **{f"probabilities.{k}": v.softmax(-1) for k, v in logits.items()}})

    encoder = ImageEncoder((3, 8, 16))
    encoder.project = torch.nn.Linear(16 * 16, WIDTH)  # narrow: the metrics' tests decompose WIDTH x WIDTH matrices
    shake(encoder)
    text_projection = torch.randn(WIDTH, 24) / 5
    with torch.no_grad():
        embedding = encoder(image)
    write("image_encoder",
          {"_class_name": "PalimpsestImageEncoder", "in_channels": 3, "image_size": 16, "channels": [8, 16], "norm_num_groups": 8, "projection_dim": WIDTH},
          image_encoder_weights(encoder.state_dict(), text_projection), {"image": image, "embedding": embedding})


if __name__ == "__main__":
    main()
