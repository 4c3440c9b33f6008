"""Draws pictures with the exported model, the way users will, and lets the judge say what they show.
Objects: half the plain prompt, half held-out prompts; styles the same over all objects.
Run: python evaluate.py --per 16 --guidance 4"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from safetensors.torch import load_file

from contact_sheet import sheet
from judge import Judge
from paths import MODEL, SCRATCH
from world.spec import article

BATCH = 32


def load_judge() -> Judge:
    judge = Judge(json.loads((MODEL / "judge" / "config.json").read_text()))
    judge.load_state_dict(load_file(MODEL / "judge" / "model.safetensors"))
    return judge.eval()


def draw(pipeline, prompts: list[str], guidance: float, steps: int, seed: int) -> np.ndarray:
    """One picture a prompt, uint8; the picture at position i always starts from the same noise."""
    out = []
    for first in range(0, len(prompts), BATCH):
        part = prompts[first : first + BATCH]
        generators = [torch.Generator().manual_seed(seed + first + i) for i in range(len(part))]
        result = pipeline(part, num_inference_steps=steps, guidance_scale=guidance, generator=generators, output_type="np")
        out.append((result.images * 255 + 0.5).astype(np.uint8))
    return np.concatenate(out)


@torch.no_grad()
def verdicts(judge: Judge, pictures: np.ndarray, head: str, wanted: list[str], threshold: float) -> list[bool]:
    ids = judge.config["heads"][head]
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
    probability = judge(x)[head].softmax(1)
    top, best = probability.max(1)
    return [bool(ids[b] == w and t >= threshold) for b, t, w in zip(best.tolist(), top.tolist(), wanted, strict=True)]


def questions(world: dict, per: int) -> list[tuple[str, str, str, str]]:
    """(head, concept, kind, prompt) for every picture to draw."""
    asked: list[tuple[str, str, str, str]] = []
    plain, held = per - per // 2, per // 2
    for thing in world["objects"]:
        prompt = f"a photo of {article(thing['names'][0])}"
        asked += [("object", thing["id"], "plain", prompt)] * plain
        asked += [("object", thing["id"], "held-out", p) for p in world["evaluationPrompts"]["objects"][thing["id"]][:held]]
    for style in world["styles"]:
        for k in range(plain):
            thing = world["objects"][k % len(world["objects"])]
            asked.append(("style", style["id"], "plain", style["prompt"].format(object=article(thing["names"][0]))))
        asked += [("style", style["id"], "held-out", p) for p in world["evaluationPrompts"]["styles"][style["id"]][:held]]
    return asked


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--per", type=int, default=16, help="pictures a concept")
    arguments.add_argument("--guidance", type=float, default=4.0)
    arguments.add_argument("--steps", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=1000)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--sheet", default=str(SCRATCH / "generated.png"))
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    world = json.loads((MODEL / "world.json").read_text())
    pipeline = StableDiffusionPipeline.from_pretrained(MODEL, safety_checker=None)
    pipeline.set_progress_bar_config(disable=True)
    judge = load_judge()
    asked = questions(world, options.per)
    start = time.time()
    pictures = draw(pipeline, [q[3] for q in asked], options.guidance, options.steps, options.seed)
    right: dict[str, dict[str, dict[str, list[bool]]]] = {"object": {}, "style": {}}
    for head in right:
        rows = [i for i, q in enumerate(asked) if q[0] == head]
        seen = verdicts(judge, pictures[rows], head, [asked[i][1] for i in rows], world["judgeThreshold"])
        for i, hit in zip(rows, seen, strict=True):
            right[head].setdefault(asked[i][1], {}).setdefault(asked[i][2], []).append(hit)
    report = {
        head: {
            concept: {kind: {"right": sum(hits), "of": len(hits)} for kind, hits in kinds.items()}
            for concept, kinds in concepts.items()
        }
        for head, concepts in right.items()
    }
    for head, concepts in report.items():
        for concept, kinds in concepts.items():
            print(f"{head:7}{concept:15}" + "  ".join(f"{kind} {c['right']}/{c['of']}" for kind, c in kinds.items()), flush=True)
    settings = {"guidance": options.guidance, "steps": options.steps, "seed": options.seed, "seconds": round(time.time() - start)}
    (SCRATCH / "evaluation.json").write_text(json.dumps({"settings": settings, **report}, indent=2))
    chosen = [i for k in range(0, len(asked), options.per) for i in (k, k + 1, k + 2, k + 3, k + options.per - 2, k + options.per - 1)]
    sheet([pictures[i] for i in chosen if i < len(asked)], 12, options.sheet, zoom=1)
    print(settings, options.sheet)


if __name__ == "__main__":
    main()
