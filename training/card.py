"""Writes the model card from what was measured: checkpoints and evaluation.json of the model folder, which `npm run world -- --write`
makes. Run: python card.py"""

from __future__ import annotations

import json

import torch
from safetensors.torch import load_file

import checkpoints
import configs
import render
from judge import Judge
from judge_b import ResidualJudge
from judge_training import HEADS, accuracy, reconstructed
from paths import MODEL, need
from train_judge_b import agreement
from train_vae import to_tensor
from world.spec import IMAGE_SIZE, OBJECTS, RENDER_SIZE, STYLES

TEMPLATE = """---
license: apache-2.0
pipeline_tag: text-to-image
---

# palimpsest-world

A small latent diffusion model of the same kind as Stable Diffusion v1 (CLIP text encoder, cross-attention UNet, KL autoencoder, epsilon
prediction, 1000-step scaled-linear schedule), made for erasing concepts in a browser. It draws {size}x{size} pictures of {objects}
as {styles}, in six colours and five settings, with or without a hazard sign, the harmless stand-in for unsafe content. {kinds} have their own looks and names, so that an erased
name leaves others. It knows nothing else.

## Data
Every picture was drawn by the project's renderer (`training/world`), {pictures} of them ({unet_pictures} for the UNet) at {render}x{render} averaged to {size}x{size}, with
captions from templates with synonyms and dropped parts. No picture, caption or weight comes from anywhere else.

## Recipe
| component | weights | trained |
|---|---|---|
| text encoder | {text_count:.2f} M | contrastively against a small image encoder (symmetric InfoNCE), {clip_steps} steps of 96, then frozen |
| VAE, factor {factor}, 4 channels | {vae_count:.2f} M | L1 + L1 of edges + KL 1e-6, {vae_pictures} pictures, {vae_minutes:.0f} minutes; then its decoder alone: squared error + edges, {decoder_pictures} pictures, {decoder_minutes:.0f} minutes |
| UNet | {unet_count:.2f} M | min-SNR (gamma 5) noise prediction, 12 % empty captions, EMA, {unet_samples} pictures seen, {unet_minutes:.0f} minutes |
| judge | {judge_count:.2f} M | renders, reconstructions, empty scenes and damaged pictures, {judge_steps} steps of 48 |
| second judge | {judge_b_count:.2f} M | the same kinds of pictures from other shards, other architecture and seed, {judge_b_steps} steps of 48 |

Text encoder, VAE and UNet started from the weights of the world before (8 objects, 4 styles; 560 steps, 33540 and 89760 pictures, 14 and 38
minutes), by `warm_start.py`; the judges started anew. Hardware: two CPU cores (AVX-512) shared with other work, float32; times are wall-clock. Nothing was trained on a GPU.

## Judges
Right on {held_judge} held-out renders, and on VAE reconstructions of 256 of them:

| judge | {heads} |
|---|{rule}|
{judges}

First choices of the two agree on {agreement} of held-out renders.

## Measured
The int8 form that users get, {numInferenceSteps} DDIM steps at guidance {guidanceScale:g}, judged by the second judge with a threshold of 0.5. *Plain* is the concept's
canonical prompt; *held-out* are prompts whose exact strings the UNet's captions never had, with synonyms, colours and settings.

| concept | plain | held-out |
|---|---|---|
{rows}

- VAE reconstruction of held-out renders: {psnr[value]:.2f} dB PSNR, n = {psnr[n]}.
- KID against renders of the same captions: {kid[value]:.4f} [{kid[low]:.4f}, {kid[high]:.4f}], n = {kid[n]}; renders against renders {kid[baseline]:.4f}.
- int8 against float32, same seeds: {changed:.1%} of {changes_n} verdicts change.
- Download with both judges, compressed: {megabytes:.2f} MB.

## Known failures
{failures}

## Use
```python
from diffusers import StableDiffusionPipeline
pipeline = StableDiffusionPipeline.from_pretrained("palimpsest-world", safety_checker=None)
pipeline("a photo of a church", num_inference_steps={numInferenceSteps}, guidance_scale={guidanceScale:g}).images[0]
```
"""


def million(model: torch.nn.Module) -> float:
    return sum(p.numel() for p in model.parameters()) / 1e6


def failures(concepts: list[dict]) -> str:
    weak = [f"- `{c['concept']}`: {round(c['all']['value'] * c['all']['n'])} of {c['all']['n']}." for c in concepts if c["all"]["value"] < 0.9]
    known = [
        "- Van Gogh's strokes and the tiles of mosaics are softer than in the renders, and night pictures are dark.",
        "- The judges learned on the same renderer, so they may accept a poor picture that a person would not.",
        "- Fine parts (window frames, the cross, the parachute's cords) come out soft or missing.",
        "- Words outside the captions mean nothing to it; two objects in one prompt are drawn as one or as a blend.",
    ]
    return "\n".join([*weak, *known])


def main() -> None:
    measured = json.loads(need(MODEL / "evaluation.json", "npm run world -- --write").read_text())
    states = {stage: checkpoints.load(stage) for stage in ("clip", "vae", "decoder", "unet", "judge", "judge_b")}
    vae = configs.vae().eval()
    vae.load_state_dict(states["vae"]["ema"])
    judges = {}
    for name, model, folder in (("judge", Judge(), "judge"), ("second judge", ResidualJudge(), "judge_b")):
        model.load_state_dict(load_file(MODEL / folder / "model.safetensors"))
        judges[name] = model.eval()
    shards = render.finished()
    pictures, attributes = render.load(shards[:1])
    held = to_tensor(pictures)
    again = reconstructed(held[:256], vae)
    lines = []
    for name, model in judges.items():
        one, two = accuracy(model, held, attributes), accuracy(model, again, attributes[:256])
        lines.append(f"| {name} | " + " | ".join(f"{one[head]:.1%}, {two[head]:.1%}" for head in HEADS) + " |")
    share = agreement(judges["judge"], judges["second judge"], held)
    cell = lambda rate: "-" if rate is None else f"{round(rate['value'] * rate['n'])}/{rate['n']}"
    rows = [f"| {c['head']}: {c['concept']} | {cell(c['plain'])} | {cell(c['heldOut'])} |" for c in measured["concepts"]]
    card = TEMPLATE.format(
        size=IMAGE_SIZE, render=RENDER_SIZE, objects=", ".join(o.id for o in OBJECTS), styles=", ".join(s.id for s in STYLES),
        kinds=", ".join(kind[0] for o in OBJECTS for kind in o.kinds).capitalize(),
        pictures=1000 * len(shards), unet_pictures=1000 * (len(shards) - 1), factor=IMAGE_SIZE // configs.LATENT_SIZE,
        text_count=million(configs.text_encoder()), vae_count=million(vae), unet_count=million(configs.unet()),
        judge_count=million(judges["judge"]), judge_b_count=million(judges["second judge"]),
        clip_steps=states["clip"]["step"], vae_pictures=states["vae"]["step"] * 12, vae_minutes=states["vae"]["seconds"] / 60,
        decoder_pictures=states["decoder"]["step"] * 16, decoder_minutes=states["decoder"]["seconds"] / 60,
        unet_samples=states["unet"]["samples"], unet_minutes=states["unet"]["seconds"] / 60,
        judge_steps=states["judge"]["step"], judge_b_steps=states["judge_b"]["step"],
        held_judge=len(pictures), heads=" | ".join(HEADS), rule="|".join("---" for _ in HEADS), judges="\n".join(lines),
        agreement=", ".join(f"{head} {value:.1%}" for head, value in share.items()), rows="\n".join(rows),
        psnr=measured["psnr"], kid=measured["kid"], changed=measured["int8Changes"]["value"], changes_n=measured["int8Changes"]["n"],
        megabytes=measured["megabytes"], failures=failures(measured["concepts"]), **measured["settings"],
    )
    (MODEL / "README.md").write_text(card)
    print(card)


if __name__ == "__main__":
    main()
