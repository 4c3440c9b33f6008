"""Does diffusers load a LoRA that Palimpsest exported, and does its UNet then predict what ours predicts?

check_lora.py FILE [--unet FOLDER] [--expected FILE]
  FILE        a LoRA exported by Palimpsest
  --unet      the model it is for; default: the golden model "first"
  --expected  safetensors with sample, timestep, text and the noise that Palimpsest predicts for them with the LoRA
Without --expected it checks that diffusers takes every tensor and that the factors act as W + (alpha / rank) B A.
"""

from __future__ import annotations

import argparse
import copy
import json
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel

GOLDENS = Path(__file__).resolve().parents[2] / "src" / "models" / "goldens"


def merged(unet: UNet2DConditionModel, file: Path) -> UNet2DConditionModel:
    """The same adapter by hand: every W replaced by W + (alpha / rank) B A."""
    unet = copy.deepcopy(unet)
    tensors = safetensors.torch.load_file(file)
    with safetensors.safe_open(file, "pt") as f:
        adapter = json.loads(f.metadata()["lora_adapter_metadata"])
    scale = adapter["unet.lora_alpha"] / adapter["unet.r"]
    for key, down in tensors.items():
        if key.endswith(".lora_A.weight"):
            module = unet.get_submodule(key.removeprefix("unet.").removesuffix(".lora_A.weight"))
            module.weight.data += scale * tensors[key.replace("lora_A", "lora_B")] @ down
    return unet


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--unet", type=Path, default=GOLDENS / "first" / "unet")
    parser.add_argument("--expected", type=Path)
    args = parser.parse_args()
    unet = UNet2DConditionModel.from_pretrained(args.unet)
    config = unet.config
    generator = torch.Generator().manual_seed(0)
    if args.expected:
        given = safetensors.torch.load_file(args.expected)
        x, t, text = given["sample"], given["timestep"], given["text"]
    else:
        x = torch.randn(2, config.in_channels, config.sample_size, config.sample_size, generator=generator)
        t, text = torch.tensor([981.0, 301.0]), torch.randn(2, 7, config.cross_attention_dim, generator=generator)
    base = unet(x, t, text).sample
    expected = given["noise"] if args.expected else merged(unet, args.file)(x, t, text).sample

    state = safetensors.torch.load_file(args.file)
    pipeline = StableDiffusionPipeline(None, None, None, unet, DDIMScheduler(), None, None, requires_safety_checker=False)
    pipeline.load_lora_weights(str(args.file.parent), weight_name=args.file.name)
    loaded = {key for key, _ in unet.named_parameters() if "lora_" in key}
    got = unet(x, t, text).sample
    error = ((got - expected).norm() / expected.norm()).item()
    moved = ((got - base).norm() / base.norm()).item()
    print(json.dumps({"tensorsInFile": len(state), "tensorsLoaded": len(loaded), "relativeError": error, "movedByLora": moved}))
    if len(loaded) != len(state) or error > 1e-4 or moved < 1e-6:
        raise SystemExit("check_lora: diffusers does not see the LoRA we exported")


if __name__ == "__main__":
    main()
