"""Writes src/diffusion/goldens/schedulers.json: how diffusers reads scheduler configs of every class for DDIM in a StableDiffusionPipeline,
which timesteps its DDIM visits for every number of steps, and where short walks end.

Run: python training/goldens/make_scheduler_goldens.py
"""

from __future__ import annotations

import itertools
import json
import warnings
import zlib
from pathlib import Path

import diffusers
import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline

TARGET = Path(__file__).resolve().parents[2] / "src" / "diffusion" / "goldens" / "schedulers.json"

# What DDIM takes from a file and computes with.
READ = ["num_train_timesteps", "beta_start", "beta_end", "beta_schedule", "clip_sample", "clip_sample_range", "set_alpha_to_one",
        "steps_offset", "prediction_type", "timestep_spacing"]
SD = {"num_train_timesteps": 1000, "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
CLASSES = ["DDIMScheduler", "DDPMScheduler", "PNDMScheduler", "EulerDiscreteScheduler", "EulerAncestralDiscreteScheduler",
           "HeunDiscreteScheduler", "KDPM2DiscreteScheduler", "KDPM2AncestralDiscreteScheduler", "DPMSolverMultistepScheduler",
           "DPMSolverSinglestepScheduler", "DEISMultistepScheduler", "UniPCMultistepScheduler"]
# Two more need libraries that are not here; DDIM reads their files by the same rule, from the file's keys alone.
UNBUILT = ["LMSDiscreteScheduler", "DPMSolverSDEScheduler"]
# Files as they are met, beside what each class writes itself.
FILES = {
    "sd-turbo": {"_class_name": "EulerDiscreteScheduler", **SD, "interpolation_type": "linear", "prediction_type": "epsilon", "sample_max_value": 1.0,
                 "set_alpha_to_one": False, "skip_prk_steps": True, "steps_offset": 1, "timestep_spacing": "trailing", "trained_betas": None,
                 "clip_sample": False, "use_karras_sigmas": False},
    "sd-2-1": {"_class_name": "DDIMScheduler", **SD, "clip_sample": False, "prediction_type": "v_prediction", "set_alpha_to_one": False,
               "skip_prk_steps": True, "steps_offset": 1, "trained_betas": None},
    "sd-1-old": {"_class_name": "PNDMScheduler", **SD, "skip_prk_steps": True, "trained_betas": None},
    "ddpm-without-clip": {"_class_name": "DDPMScheduler", **SD, "trained_betas": None, "variance_type": "fixed_small"},
    "lms-old": {"_class_name": "LMSDiscreteScheduler", **SD, "trained_betas": None},
    "dpm-karras": {"_class_name": "DPMSolverMultistepScheduler", **SD, "use_karras_sigmas": True, "algorithm_type": "sde-dpmsolver++",
                   "solver_order": 2, "steps_offset": 1},
    "no-class": dict(SD),
    "offset-2": {"_class_name": "DDIMScheduler", **SD, "steps_offset": 2, "clip_sample": False},
    "empty": {"_class_name": "DDIMScheduler"},
}


def files() -> dict[str, dict]:
    out = dict(FILES)
    for name in CLASSES:
        own = json.loads(getattr(diffusers, name)(**SD).to_json_string())
        own = {key: value for key, value in own.items() if value != float("-inf")}  # no JSON number; diffusers writes -Infinity
        out[f"{name} as written"] = own
        out[f"{name} with betas alone"] = {"_class_name": name, **SD}
        out[f"{name} with v"] = {**own, "prediction_type": "v_prediction", "steps_offset": 1}
    for name in UNBUILT:
        out[f"{name} with betas alone"] = {"_class_name": name, **SD}
    return out


def read(config: dict) -> dict:
    scheduler = DDIMScheduler.from_config(dict(config))
    pipeline = StableDiffusionPipeline(None, None, None, None, scheduler, None, None, requires_safety_checker=False)
    scheduler = pipeline.scheduler
    scheduler.set_timesteps(20)
    alphas = scheduler.alphas_cumprod
    return {"config": config, "read": {key: scheduler.config[key] for key in READ}, "timesteps": scheduler.timesteps.tolist(),
            "alphas": {str(t): alphas[t].item() for t in range(0, len(alphas), 37)}}


def visited(spacing: str, total: int, offset: int) -> dict:
    """A checksum of the timesteps for 1, 2, ... steps; null where one of them is not in the table of alphas."""
    scheduler = DDIMScheduler(num_train_timesteps=total, timestep_spacing=spacing, steps_offset=offset)
    sums = []
    for steps in range(1, total + 1):
        scheduler.set_timesteps(steps)
        timesteps = scheduler.timesteps.tolist()
        inside = all(0 <= t < total for t in timesteps)
        sums.append(f"{zlib.crc32(','.join(map(str, timesteps)).encode()):08x}" if inside else None)
    return {"spacing": spacing, "total": total, "offset": offset, "checksums": sums}


def walk(spacing: str, offset: int, steps: int, to_one: bool, clip: bool, kind: str) -> dict:
    """A model whose output is 0.3 x + 0.1."""
    options = {"timestep_spacing": spacing, "steps_offset": offset, "set_alpha_to_one": to_one, "clip_sample": clip, "prediction_type": kind}
    scheduler = DDIMScheduler(**SD, **options)
    scheduler.set_timesteps(steps)
    x = torch.tensor([-1.5, -0.2, 0.4, 2.0])
    for t in scheduler.timesteps:
        x = scheduler.step(0.3 * x + 0.1, int(t), x).prev_sample
    return {"config": {**SD, **options}, "steps": steps, "end": x.tolist()}


def main() -> None:
    warnings.filterwarnings("ignore")
    diffusers.utils.logging.set_verbosity_error()
    offsets = {"leading": [0, 1, 3], "trailing": [0], "linspace": [0]}
    tables = [visited(spacing, total, offset) for total in (1000, 100, 1) for spacing in offsets for offset in offsets[spacing] if offset < total]
    walks = [walk(*options) for options in itertools.product(("leading", "trailing", "linspace"), (0, 1), (1, 7, 50), (False, True), (False, True),
                                                             ("epsilon", "sample", "v_prediction"))]
    rows = lambda items: ",\n".join(json.dumps(item) for item in items)  # noqa: E731
    versions = {"diffusers": diffusers.__version__, "torch": torch.__version__}
    reads = [{"name": name, **read(config)} for name, config in files().items()]
    TARGET.write_text(f'{{ "made_by": "training/goldens/make_scheduler_goldens.py", "versions": {json.dumps(versions)},\n'
                      f'"reads": [\n{rows(reads)}\n],\n"tables": [\n{rows(tables)}\n],\n"walks": [\n{rows(walks)}\n] }}\n')
    print(TARGET.stat().st_size)


if __name__ == "__main__":
    main()
