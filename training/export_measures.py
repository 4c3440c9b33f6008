"""Writes the networks that only measurements use: the image encoder of the world's CLIP and the second judge. The page does not download
them at open. Then run `npm run quantise`, then make_reference.py. Run: python export_measures.py"""

from __future__ import annotations

import torch

import checkpoints
import configs
from export import write_json, write_weights
from judge_b import ResidualJudge
from paths import MASTERS, need
from train_text_encoder import ImageEncoder
from world.spec import IMAGE_SIZE

BLOCK = 6  # conv, norm, SiLU, twice, in the Sequential
NAMES = {0: "conv1", 1: "norm1", 3: "conv2", 4: "norm2"}


def image_encoder_weights(state: dict[str, torch.Tensor], text_projection: torch.Tensor) -> dict[str, torch.Tensor]:
    """`features.7.weight` -> `blocks.1.norm1.weight`; the projections under the names CLIPModel gives them."""
    out = {}
    for key, value in state.items():
        if key.startswith("features."):
            _, index, kind = key.split(".")
            block, place = divmod(int(index), BLOCK)
            out[f"blocks.{block}.{NAMES[place]}.{kind}"] = value
        else:
            out[key.replace("project.", "visual_projection.")] = value
    return {**out, "text_projection.weight": text_projection}


def main() -> None:
    clip = torch.load(need(checkpoints.path("clip"), "python train_text_encoder.py"), map_location="cpu", weights_only=True)["model"]
    images = {k.removeprefix("image."): v for k, v in clip.items() if k.startswith("image.")}
    ImageEncoder().load_state_dict(images)  # refuses a checkpoint of another shape
    channels = [images[f"features.{BLOCK * i}.weight"].shape[0] for i in range(len([k for k in images if k.startswith("features.")]) // 8)]
    write_json(
        MASTERS / "image_encoder" / "config.json",
        {
            "_class_name": "PalimpsestImageEncoder", "in_channels": 3, "image_size": IMAGE_SIZE, "channels": channels,
            "norm_num_groups": 8, "projection_dim": configs.TEXT_WIDTH,
        },
    )
    write_weights(MASTERS / "image_encoder" / "model.safetensors", image_encoder_weights(images, clip["text_projection.weight"]))
    judge = ResidualJudge()
    need(checkpoints.path("judge_b"), "python train_judge_b.py")
    checkpoints.weights("judge_b", judge)
    write_json(MASTERS / "judge_b" / "config.json", judge.config)
    write_weights(MASTERS / "judge_b" / "model.safetensors", judge.state_dict())


if __name__ == "__main__":
    main()
