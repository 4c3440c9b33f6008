"""Writes the model card from what was measured: checkpoints, logs and the last evaluation. Run: python card.py"""

from __future__ import annotations

import json

import torch

import checkpoints
import configs
import render
from evaluate import load_judge
from paths import MODEL, SCRATCH, need
from judge_training import accuracy
from train_vae import psnr, to_tensor
from world.spec import IMAGE_SIZE, OBJECT_IDS, RENDER_SIZE, STYLE_IDS

TEMPLATE = """---
license: apache-2.0
pipeline_tag: text-to-image
---

# palimpsest-world

A small latent diffusion model of the same kind as Stable Diffusion v1 (CLIP text encoder, cross-attention UNet, KL autoencoder, epsilon
prediction, 1000-step scaled-linear schedule), made for erasing concepts in a browser. It draws {size}x{size} pictures of {objects}
as {styles}, in six colours and five settings. It knows nothing else.

## Data
Every picture was drawn by the project's renderer (`training/world`), {pictures} of them (18000 for the UNet) at {render}x{render} averaged to {size}x{size}, with
captions from templates with synonyms and dropped parts. No picture, caption or weight comes from anywhere else.

## Recipe
| component | weights | trained |
|---|---|---|
| text encoder | {text_count:.2f} M | contrastively against a small image encoder (symmetric InfoNCE), {clip_steps} steps of 96, then frozen |
| VAE, factor {factor}, 4 channels | {vae_count:.2f} M | L1 + L1 of edges + KL 1e-6, {vae_pictures} pictures, {vae_minutes:.0f} minutes |
| UNet | {unet_count:.2f} M | min-SNR (gamma 5) noise prediction, 12 % empty captions, EMA, {unet_samples} pictures seen, {unet_minutes:.0f} minutes |
| judge | {judge_count:.2f} M | renders, reconstructions by an early VAE, empty scenes and damaged pictures, {judge_steps} steps of 48 |

Hardware: two CPU cores (AVX-512) shared with other work, float32; times are wall-clock. Nothing was trained on a GPU.

## Measured
Held-out VAE reconstruction: **{psnr:.2f} dB** PSNR on {held} pictures. Judge on {held_judge} held-out renders: object {judge_object:.1%},
style {judge_style:.1%}; on their VAE reconstructions: object {vae_object:.1%}, style {vae_style:.1%}.

Pictures drawn with {steps} DDIM steps at guidance {guidance:g} (float32), judged with a threshold of 0.5. *Plain* is the concept's
canonical prompt; *held-out* are prompts whose exact strings no training caption had, with synonyms, colours and settings.

| concept | plain | held-out |
|---|---|---|
{rows}

## Known failures
{failures}

## Use
```python
from diffusers import StableDiffusionPipeline
pipeline = StableDiffusionPipeline.from_pretrained("palimpsest-world", safety_checker=None)
pipeline("a photo of a church", num_inference_steps={steps}, guidance_scale={guidance:g}).images[0]
```
"""


def million(model: torch.nn.Module) -> float:
    return sum(p.numel() for p in model.parameters()) / 1e6


def failures(evaluation: dict) -> str:
    weak = [
        f"- `{concept}`, {kind} prompts: {c['right']} of {c['of']}."
        for head in ("object", "style")
        for concept, kinds in evaluation[head].items()
        for kind, c in kinds.items()
        if c["right"] < 0.8 * c["of"]
    ]
    known = [
        "- A colour or setting is followed less surely than object and style; it was not measured.",
        "- Van Gogh's strokes are softer than in the renders, and night pictures are dark.",
        "- The judge learned on the same renderer, so it may accept a poor picture that a person would not.",
        "- Fine parts (window frames, the cross, the parachute's cords) come out soft or missing.",
        "- Words outside the captions mean nothing to it; two objects in one prompt are drawn as one or as a blend.",
    ]
    return "\n".join([*weak, *known])


def main() -> None:
    evaluation = json.loads(need(SCRATCH / "evaluation.json", "python evaluate.py").read_text())
    states = {stage: checkpoints.load(stage) for stage in ("clip", "vae", "unet", "judge")}
    vae, judge = configs.vae(), load_judge()
    vae.load_state_dict(states["vae"]["ema"])
    shards = render.finished()
    pictures, attributes = render.load(shards[:1])
    small = pictures[:256]
    with torch.no_grad():
        again = torch.cat([vae.decode(vae.encode(part).latent_dist.mean).sample.clamp(-1, 1) for part in to_tensor(small).split(32)])
    on_renders, on_vae = accuracy(judge, to_tensor(pictures), attributes), accuracy(judge, again, attributes[:256])
    cell = lambda kinds, kind: f"{kinds[kind]['right']}/{kinds[kind]['of']}" if kind in kinds else "-"
    rows = [
        f"| {concept} | {cell(kinds, 'plain')} | {cell(kinds, 'held-out')} |"
        for head in ("object", "style")
        for concept, kinds in evaluation[head].items()
    ]
    card = TEMPLATE.format(
        size=IMAGE_SIZE, render=RENDER_SIZE, objects=", ".join(OBJECT_IDS), styles=", ".join(STYLE_IDS),
        pictures=1000 * len(shards), factor=IMAGE_SIZE // configs.LATENT_SIZE,
        text_count=million(configs.text_encoder()), vae_count=million(vae), unet_count=million(configs.unet()), judge_count=million(judge),
        clip_steps=states["clip"]["step"], vae_pictures=states["vae"]["step"] * 12, vae_minutes=states["vae"]["seconds"] / 60,
        unet_samples=states["unet"]["samples"], unet_minutes=states["unet"]["seconds"] / 60, judge_steps=states["judge"]["step"],
        psnr=psnr(vae, small), held=len(small), held_judge=len(pictures), judge_object=on_renders["object"], judge_style=on_renders["style"],
        vae_object=on_vae["object"], vae_style=on_vae["style"], rows="\n".join(rows), failures=failures(evaluation), **evaluation["settings"],
    )
    (MODEL / "README.md").write_text(card)
    print(card)


if __name__ == "__main__":
    main()
