"""Does diffusers load the exported folder, and does it draw what Palimpsest draws from the same latents?

check_pipeline.py [--model FOLDER] [--write]
Draws one picture a prompt with StableDiffusionPipeline.from_pretrained (safety checker off), float32, DDIM 20 steps, guidance 4. With --write the starting
latents and the pictures become src/diffusion/goldens/bundled-pipeline.safetensors, which a TypeScript test is held to; without it they are compared with
that file, and a difference of 2/255 or more ends with 1, so that a changed export is noticed.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import diffusers
import safetensors
import safetensors.torch
import torch
import transformers
from diffusers import StableDiffusionPipeline

REPO = Path(__file__).resolve().parents[1]
GOLDEN = REPO / "src" / "diffusion" / "goldens" / "bundled-pipeline.safetensors"
PROMPTS = [
    "a photo of a church", "a painting of a blue car in the style of Van Gogh at night", "a mosaic of a red lighthouse", "a watercolour of a tree at sunset",
    "a pencil sketch of a parachute", "pixel art of a garbage truck in the snow", "a photo of a sailing boat with a hazard sign", "a photo of a tench",
]
WORST = 2.0  # of 255
STEPS, GUIDANCE = 20, 4.0


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, default=REPO / "training" / "masters" / "palimpsest-world")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    pipe = StableDiffusionPipeline.from_pretrained(args.model, safety_checker=None, torch_dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    side = pipe.unet.config.sample_size
    if args.write:
        prompts = PROMPTS
        latents = torch.randn(len(PROMPTS), pipe.unet.config.in_channels, side, side, generator=torch.Generator().manual_seed(7))
    else:
        recorded = safetensors.torch.load_file(GOLDEN)
        with safetensors.safe_open(GOLDEN, "pt") as file:
            prompts = json.loads(file.metadata()["golden"])["prompts"]
        latents = recorded["latents"]
    pixels = side * pipe.vae_scale_factor
    result = pipe(
        prompts, latents=latents, num_inference_steps=STEPS, guidance_scale=GUIDANCE, height=pixels, width=pixels, output_type="pt"
    ).images  # [B, 3, H, W] in [0, 1]
    if args.write:
        notes = {
            "prompts": PROMPTS, "steps": STEPS, "guidance": GUIDANCE,
            "versions": {"torch": torch.__version__, "diffusers": diffusers.__version__, "transformers": transformers.__version__},
        }
        safetensors.torch.save_file({"latents": latents, "images": result.contiguous()}, GOLDEN, metadata={"golden": json.dumps(notes)})
        print(f"wrote {GOLDEN.relative_to(REPO)}")
    else:
        differences = 255 * (result - recorded["images"]).abs().amax(dim=(1, 2, 3))
        for prompt, difference in zip(prompts, differences.tolist(), strict=True):
            print(f"{difference:.4f} / 255  {prompt}")
        if differences.max() >= WORST:
            sys.exit(f"check_pipeline: expected less than {WORST:g} / 255 from the recorded pictures, got {differences.max():.4f}; export again or --write")


main()
