"""Does diffusers load the exported folder, and does it draw what Palimpsest draws from the same latents?

check_pipeline.py [--model FOLDER] [--write]
Draws one picture a prompt with StableDiffusionPipeline.from_pretrained (safety checker off), float32, DDIM 20 steps, guidance 4. With --write the starting
latents and the pictures become src/diffusion/goldens/bundled-pipeline.safetensors, which a TypeScript test is held to; without it they are compared with
that file, so that a changed export is noticed.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import diffusers
import safetensors
import safetensors.torch
import torch
import transformers
from diffusers import StableDiffusionPipeline

REPO = Path(__file__).resolve().parents[1]
GOLDEN = REPO / "src" / "diffusion" / "goldens" / "bundled-pipeline.safetensors"
PROMPTS = ["a photo of a church", "a painting of a blue car in the style of Van Gogh at night"]
STEPS, GUIDANCE = 20, 4.0


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, default=REPO / "public" / "models" / "palimpsest-world")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    pipe = StableDiffusionPipeline.from_pretrained(args.model, safety_checker=None, torch_dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    side = pipe.unet.config.sample_size
    latents = torch.randn(len(PROMPTS), pipe.unet.config.in_channels, side, side, generator=torch.Generator().manual_seed(7))
    pixels = side * pipe.vae_scale_factor
    result = pipe(
        PROMPTS, latents=latents, num_inference_steps=STEPS, guidance_scale=GUIDANCE, height=pixels, width=pixels, output_type="pt"
    ).images  # [B, 3, H, W] in [0, 1]
    if args.write:
        notes = {
            "prompts": PROMPTS, "steps": STEPS, "guidance": GUIDANCE,
            "versions": {"torch": torch.__version__, "diffusers": diffusers.__version__, "transformers": transformers.__version__},
        }
        safetensors.torch.save_file({"latents": latents, "images": result.contiguous()}, GOLDEN, metadata={"golden": json.dumps(notes)})
        print(f"wrote {GOLDEN.relative_to(REPO)}")
    else:
        recorded = safetensors.torch.load_file(GOLDEN)["images"]
        print(f"largest pixel difference to the recorded pictures: {255 * (result - recorded).abs().max():.4f} / 255")


main()
