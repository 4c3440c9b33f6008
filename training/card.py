"""Writes the model card from what was measured and recorded: evaluation.json beside the float32 weights (`npm run world -- --write`), recipe.json
(record_recipe.py) and the synonyms in docs/results (`npm run results`). Needs neither torch nor checkpoints. It also makes docs/images/world.png
of the contact sheet in out/. Run: python card.py"""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image

from paths import MASTERS, REPO, need
from world.spec import IMAGE_SIZE, OBJECTS, RENDER_SIZE, STYLES

HEADS = ("object", "style", "colour", "hazard")
JUDGES = {"judge": "judge", "judge_b": "second judge"}

TEMPLATE = """---
license: apache-2.0
pipeline_tag: text-to-image
---

# palimpsest-world

A small latent diffusion model of the same kind as Stable Diffusion v1 (CLIP text encoder, cross-attention UNet, KL autoencoder, epsilon
prediction, 1000-step scaled-linear schedule), made for erasing concepts in a browser. It draws {size}x{size} pictures of {objects}
as {styles}, in six colours and five settings, with or without a hazard sign, the harmless stand-in for unsafe content. {kinds} have their own looks and names. It knows nothing else.

An erasure by one name need not leave the others: that depends on how far it goes (docs/results.md).

## Data
Every picture was drawn by the project's renderer (`training/world`), {pictures} of them ({unet_pictures} for the UNet) at {render}x{render} averaged to {size}x{size}, with
captions from templates with synonyms and dropped parts. No picture, caption or weight comes from anywhere else.

## License
Apache 2.0, for the weights and for the renders, captions and reference embeddings beside them, as for the code that drew and trained them. The renders are drawn by that
program alone; there is no third party's picture, text or weight in them.

## Recipe
| component | weights | trained |
|---|---|---|
| text encoder | {w[text_encoder]:.2f} M | contrastively against the image encoder (symmetric InfoNCE), {r[clip][steps]} steps of 96, then frozen |
| image encoder, for CLIP score, KID and FID | {w[image_encoder]:.2f} M | with the text encoder; no part of drawing |
| VAE, factor {factor}, 4 channels | {w[vae]:.2f} M | L1 + L1 of edges + KL 1e-6, {r[vae][pictures]} pictures, {r[vae][minutes]} minutes; then its decoder alone: squared error + edges, {r[decoder][pictures]} pictures, {r[decoder][minutes]} minutes |
| UNet | {w[unet]:.2f} M | min-SNR (gamma 5) noise prediction, 12 % empty captions, EMA, {r[unet][pictures]} pictures seen, {r[unet][minutes]} minutes |
| judge | {w[judge]:.2f} M | renders, reconstructions, empty scenes and damaged pictures, {r[judge][steps]} steps of 48 |
| second judge | {w[judge_b]:.2f} M | the same kinds of pictures from other shards, other architecture and seed, {r[judge_b][steps]} steps of 48 |

Text encoder, VAE and UNet started from the weights of the world before (8 objects, 4 styles; {b[clip_steps]} steps, {b[vae_pictures]} and {b[unet_pictures]} pictures, {b[vae_minutes]} and {b[unet_minutes]}
minutes), by `warm_start.py`; the judges started anew. Together {hours:.1f} hours: {recorded} minutes of VAE, decoder and UNet, {planned} of encoders and judges as planned, {earlier} for the world before (its text
encoder's were not kept). Hardware: two CPU cores (AVX-512) shared with other work, float32; times are wall-clock. Nothing was trained on a GPU.

## Judges
Right on {held[renders]} held-out renders, and on VAE reconstructions of {held[reconstructions]} of them, in float32:

| judge | {heads} |
|---|{rule}|
{judges}

First choices of the two agree on {agreement} of held-out renders.{shipped}

On what an edited model draws they agree less: that, and not the renders, is how far a rate can be trusted. Over all pictures of an evaluation (docs/results):

| weights | pictures | object | style | hazard sign | shows what was asked |
|---|---|---|---|---|---|
{disagreement}

## Measured
The int8 form that users get, {s[numInferenceSteps]} DDIM steps at guidance {s[guidanceScale]:g}, judged by the second judge with a threshold of 0.5, with Wilson 95 % intervals. *Plain* is the concept's
canonical prompt; *held-out* are prompts whose exact strings the UNet's captions never had, with synonyms, colours and settings.

| concept | plain | held-out |
|---|---|---|
{rows}

- VAE reconstruction of held-out renders, PSNR: {psnr} n = {m[psnr][n]}.
- KID against renders of the same captions: {m[kid][value]:.4f} [{m[kid][low]:.4f}, {m[kid][high]:.4f}], n = {m[kid][n]}; renders against renders {m[kid][baseline]:.4f}.
- int8 against float32, same seeds: {m[int8Changes][value]:.1%} of {m[int8Changes][n]} verdicts change{by_head}.
- Download with everything that measures, compressed: {m[megabytes]:.2f} MB.

What each name draws before anything is erased, of the concepts whose names were measured:

| concept | name | drawn |
|---|---|---|
{names}
{sheet}
## Known failures
{failures}

## Use
```python
from diffusers import StableDiffusionPipeline
pipeline = StableDiffusionPipeline.from_pretrained("palimpsest-world", safety_checker=None)
pipeline("a photo of a church", num_inference_steps={s[numInferenceSteps]}, guidance_scale={s[guidanceScale]:g}).images[0]
```
"""


def small_sheet() -> bool:
    """out/world.png of `npm run world -- --write` in 256 colours, as docs/images/world.png; whether there is one now."""
    source, target = REPO / "out" / "world.png", REPO / "docs" / "images" / "world.png"
    if source.exists():
        target.parent.mkdir(exist_ok=True)
        Image.open(source).convert("RGB").quantize(256, dither=Image.Dither.FLOYDSTEINBERG).save(target, optimize=True)
    return target.exists()


def rate(score: dict | None) -> str:
    if score is None:
        return "-"
    return f"{round(score['value'] * score['n'])}/{score['n']} ({score['low']:.2f}–{score['high']:.2f})"


def share(score: dict | None) -> str:
    return "-" if score is None else f"{score['value']:.3f} ({score['low']:.3f}–{score['high']:.3f})"


def evaluations() -> dict[str, dict]:
    """What `npm run results` kept of `lab evaluate`, by task."""
    kept = json.loads((REPO / "docs" / "results" / "evaluate.json").read_text())
    return {task.removeprefix("evaluate-"): kept[task]["answer"] for task in sorted(kept)}


def failures(measured: dict, results: dict[str, dict]) -> str:
    """What was measured to be less than perfect, then what only looking shows."""
    weak = [
        f"- `{c['head']}: {c['concept']}`, {words}: {rate(c[kind])}."
        for c in measured["concepts"] for kind, words in (("plain", "asked plainly"), ("heldOut", "in held-out words"))
        if c[kind] is not None and c[kind]["value"] < 1
    ]
    apart = min(((name, a["judgeAgreement"]["object"]) for name, a in results.items() if a.get("judgeAgreement")), key=lambda pair: pair[1]["value"], default=None)
    doubt = [] if apart is None else [f"- The judges name different objects most often in pictures without one: they agree on {share(apart[1])} over the evaluation `{apart[0]}`."]
    looked = [
        '- "a photo of a pine" is drawn purple from seed 40 (the gallery in Learn): colours that a caption leaves open can go astray with a special kind.',
        "- Van Gogh's strokes and the tiles of mosaics are softer than in the renders, and night pictures are dark.",
        "- The judges learned on the same renderer, so they may accept a poor picture that a person would not.",
        "- Fine parts (window frames, the cross, the parachute's cords) come out soft or missing.",
        "- Words outside the captions mean nothing to it; two objects in one prompt are drawn as one or as a blend.",
    ]
    return "\n".join([*weak, *doubt, *looked])


def main() -> None:
    measured = json.loads(need(MASTERS / "evaluation.json", "npm run world -- --write").read_text())
    recipe = json.loads((Path(__file__).resolve().parent / "recipe.json").read_text())
    results = evaluations()
    held = recipe["judges_on_shard_0"]
    table = lambda of: "\n".join(f"| {name} | " + " | ".join(of(judge, head) for head in HEADS) + " |" for judge, name in JUDGES.items())
    shipped = ""
    if "judges" in measured:
        exam = measured["judges"]
        n = exam["accuracy"]["judge"]["object"]["n"]
        shipped = (
            f" In the int8 form, on the {n} labelled renders of `reference/held-out.png`:\n\n| judge | {' | '.join(HEADS)} |\n|---|{'|'.join('---' for _ in HEADS)}|\n"
            + table(lambda judge, head: share(exam["accuracy"][judge][head]))
            + f"\n\nThey agree there on {share(exam['agreement']['object'])} of objects, {share(exam['agreement']['style'])} of styles, and on {share(exam['agreement']['hit'])} whether the object is to be seen."
        )
    agreements = [(name, a["pictures"], a["judgeAgreement"]) for name, a in results.items() if a.get("judgeAgreement")]
    names: dict[str, dict] = {}  # every name once, by the evaluation that asked first
    for name, answer in results.items():
        for line in answer["synonyms"]:
            names.setdefault(line["name"], {"concept": answer["concept"], **line})
    by_head = ", ".join(f"{head} {score['value']:.1%}" for head, score in measured["int8Changes"].get("byHead", {}).items())
    recorded = sum(recipe[stage]["minutes"] for stage in ("vae", "decoder", "unet"))
    planned = sum(recipe[stage]["planned_minutes"] for stage in ("clip", "judge", "judge_b"))
    earlier = recipe["before"]["vae_minutes"] + recipe["before"]["unet_minutes"]
    psnr = measured["psnr"]
    card = TEMPLATE.format(
        size=IMAGE_SIZE, render=RENDER_SIZE, objects=", ".join(o.id for o in OBJECTS), styles=", ".join(s.id for s in STYLES),
        kinds=", ".join(kind[0] for o in OBJECTS for kind in o.kinds).capitalize(), factor=4,
        pictures=recipe["pictures"], unet_pictures=recipe["pictures"] - 1000, r=recipe, w=recipe["weights"], b=recipe["before"],
        hours=(recorded + planned + earlier) / 60, recorded=recorded, planned=planned, earlier=earlier,
        held=held, heads=" | ".join(HEADS), rule="|".join("---" for _ in HEADS),
        judges=table(lambda judge, head: ", ".join(f"{value:.1%}" for value in held[judge][head])),
        agreement=", ".join(f"{head} {value:.1%}" for head, value in held["agreement"].items()), shipped=shipped,
        disagreement="\n".join(f"| `{name}` | {pictures} | " + " | ".join(share(a.get(part)) for part in ("object", "style", "hazard", "hit")) + " |" for name, pictures, a in agreements),
        s=measured["settings"], m=measured, by_head=f" ({by_head})" if by_head else "",
        psnr=f"{psnr['value']:.2f} dB as the mean over pictures" + (f", {psnr['overAllPixels']:.2f} dB over all pixels" if "overAllPixels" in psnr else "") + ",",
        rows="\n".join(f"| {c['head']}: {c['concept']} | {rate(c['plain'])} | {rate(c['heldOut'])} |" for c in measured["concepts"]),
        names="\n".join(f"| {line['concept']} | {name} | {rate(line['base'])} |" for name, line in names.items()),
        sheet="\nWhat it draws: four pictures a concept from held-out prompts, in the order of the first table, nothing picked.\n\n![Four pictures of every object, style and colour, and of scenes with and without a hazard sign](../../../docs/images/world.png)\n" if small_sheet() else "",
        failures=failures(measured, results),
    )
    (MASTERS / "README.md").write_text(card)
    print(card)


if __name__ == "__main__":
    main()
