"""Runs of diffusers' DDIMScheduler on random vectors, one for each option."""

from __future__ import annotations

import torch
from diffusers import DDIMScheduler

SD = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False, set_alpha_to_one=False, steps_offset=1)
CASES = {
    "sd": (dict(SD), 10, 0.0),
    "sd-7-steps": (dict(SD), 7, 0.0),
    "eta": (dict(SD), 8, 0.7),
    "ddpm": (dict(SD), 6, 1.0),
    "v-prediction": (dict(SD, prediction_type="v_prediction"), 6, 0.0),
    "sample": (dict(SD, prediction_type="sample"), 6, 0.0),
    "clip": (dict(SD, clip_sample=True, clip_sample_range=0.8), 6, 0.0),
    "trailing": (dict(SD, timestep_spacing="trailing", set_alpha_to_one=True), 7, 0.0),
    "linspace": (dict(SD, timestep_spacing="linspace"), 7, 0.0),
    "linear": (dict(beta_start=0.0001, beta_end=0.02, beta_schedule="linear", clip_sample=False), 6, 0.0),
}
LENGTH = 16


def ddim_runs() -> tuple[dict[str, torch.Tensor], list[dict]]:
    tensors, runs = {}, []
    for index, (name, (options, steps, eta)) in enumerate(CASES.items()):
        scheduler = DDIMScheduler(**options)
        scheduler.set_timesteps(steps)
        generator = torch.Generator().manual_seed(100 + index)
        x = torch.randn(LENGTH, generator=generator)
        outputs, noises = torch.randn(2, steps, LENGTH, generator=generator)
        samples, originals = [x], []
        for i, t in enumerate(scheduler.timesteps):
            noise = noises[i] if eta > 0 else None
            result = scheduler.step(outputs[i], int(t), samples[-1], eta=eta, variance_noise=noise)
            samples.append(result.prev_sample)
            originals.append(result.pred_original_sample)
        tensors[f"{name}.outputs"], tensors[f"{name}.noises"] = outputs, noises
        tensors[f"{name}.samples"], tensors[f"{name}.originals"] = torch.stack(samples), torch.stack(originals)
        tensors[f"{name}.timesteps"] = scheduler.timesteps.int()
        if name in ("sd", "linear"):
            tensors[f"{name}.alphas_cumprod"] = scheduler.alphas_cumprod
        config = {k: v for k, v in scheduler.config.items() if not k.startswith("_")}
        runs.append({"name": name, "config": config, "steps": steps, "eta": eta})
    return tensors, runs
