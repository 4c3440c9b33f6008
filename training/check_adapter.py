"""Does Python draw with an adapter that Palimpsest exported what Palimpsest draws with it?

check_adapter.py [--model FOLDER] [--write]
Loads src/diffusion/goldens/adapter-{diffusers,kohya}.safetensors, the same adapter as `npm run lab -- train ... --naming` writes it, into
StableDiffusionPipeline (diffusers, peft), checks that every tensor found its place, and draws one picture a prompt: float32, DDIM 20 steps, guidance 4.
With --write the starting latents and the pictures become goldens/adapter-pictures.safetensors, which src/diffusion/exported-adapter.test.ts is held to;
without it they are compared with that file.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import diffusers
import peft
import safetensors
import safetensors.torch
import torch
from diffusers import StableDiffusionPipeline

REPO = Path(__file__).resolve().parents[1]
GOLDENS = REPO / "src" / "diffusion" / "goldens"
PICTURES = GOLDENS / "adapter-pictures.safetensors"
PROMPTS = ["a photo of a church", "blicket a photo of a church"]
STEPS, GUIDANCE = 20, 4.0


@torch.no_grad()
def draw(model: Path, adapter: Path | None, latents: torch.Tensor) -> torch.Tensor:
    pipe = StableDiffusionPipeline.from_pretrained(model, safety_checker=None, torch_dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    if adapter is not None:
        pipe.load_lora_weights(str(adapter.parent), weight_name=adapter.name)
        with safetensors.safe_open(adapter, "pt") as file:
            expected = sum(not key.endswith(".alpha") for key in file.keys())
        loaded = sum("lora_" in key for key, _ in pipe.unet.named_parameters())
        if loaded != expected:
            raise SystemExit(f"{adapter.name}: diffusers loaded {loaded} of {expected} tensors")
    pixels = latents.shape[-1] * pipe.vae_scale_factor
    return pipe(
        PROMPTS, latents=latents, num_inference_steps=STEPS, guidance_scale=GUIDANCE, height=pixels, width=pixels, output_type="pt"
    ).images  # [B, 3, H, W] in [0, 1]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, default=REPO / "training" / "masters" / "palimpsest-world")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    unet = json.loads((args.model / "unet" / "config.json").read_text())
    side = unet["sample_size"]
    latents = torch.randn(len(PROMPTS), unet["in_channels"], side, side, generator=torch.Generator().manual_seed(7))
    base = draw(args.model, None, latents)
    images = draw(args.model, GOLDENS / "adapter-diffusers.safetensors", latents)
    kohya = draw(args.model, GOLDENS / "adapter-kohya.safetensors", latents)
    report = {
        "movedByAdapter": 255 * (images - base).abs().max().item(),
        "kohyaAgainstDiffusers": 255 * (kohya - images).abs().max().item(),
    }
    if report["movedByAdapter"] < 20 or report["kohyaAgainstDiffusers"] > 0.01:
        raise SystemExit(f"check_adapter: {json.dumps(report)}")
    if args.write:
        notes = {
            "prompts": PROMPTS, "steps": STEPS, "guidance": GUIDANCE,
            "versions": {"torch": torch.__version__, "diffusers": diffusers.__version__, "peft": peft.__version__},
        }
        safetensors.torch.save_file({"latents": latents, "images": images.contiguous()}, PICTURES, metadata={"golden": json.dumps(notes)})
    else:
        report["againstRecorded"] = 255 * (images - safetensors.torch.load_file(PICTURES)["images"]).abs().max().item()
    print(json.dumps(report))


main()
