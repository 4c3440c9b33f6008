"""Writes src/diffusion/goldens/predictions.safetensors: for the small random model "first", taken for one that predicts noise, v or the
picture in turn, what diffusers makes of its outputs: the target of its loss (`get_velocity` for v), the loss and its gradient with respect to
the token embeddings, the x_0 and noise an output stands for, ESD's target, and ten guided DDIM steps of StableDiffusionPipeline.

Run: python training/goldens/make_prediction_goldens.py
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import diffusers
import safetensors.torch
import torch
import transformers
from diffusers import DDIMScheduler, StableDiffusionPipeline
from models import first

TARGET = Path(__file__).resolve().parents[2] / "src" / "diffusion" / "goldens" / "predictions.safetensors"
GOLDEN = safetensors.torch.load_file(TARGET.parents[2] / "models" / "goldens" / "first" / "goldens.safetensors")
VERSIONS = {"diffusers": diffusers.__version__, "transformers": transformers.__version__, "torch": torch.__version__}
ETA = 1.5


def target_of(scheduler: DDIMScheduler, original, noise, t) -> torch.Tensor:
    """As diffusers' training scripts choose it."""
    kind = scheduler.config.prediction_type
    if kind == "epsilon":
        return noise
    return scheduler.get_velocity(original, noise, t) if kind == "v_prediction" else original


def read_output(scheduler: DDIMScheduler, output, x, t) -> tuple[torch.Tensor, torch.Tensor]:
    """x_0 from DDIM's own step; the noise is what add_noise needs to come from it to x_t."""
    scheduler.set_timesteps(scheduler.config.num_train_timesteps // 2)
    originals = torch.cat([scheduler.step(output[i : i + 1], int(t[i]), x[i : i + 1]).pred_original_sample for i in range(len(t))])
    alpha = scheduler.alphas_cumprod[t][:, None, None, None].double()
    noise = (x.double() - alpha.sqrt() * originals.double()) / (1 - alpha).sqrt()
    return originals, noise.float()


def of(kind: str, golden, generator: torch.Generator) -> dict[str, torch.Tensor]:
    text, unet = golden.text_encoder, golden.unet
    scheduler = DDIMScheduler.from_config(golden.scheduler.config, prediction_type=kind)
    ids, t = GOLDEN["input_ids"].long(), torch.tensor([981, 301])
    original, noise = torch.randn(2, *GOLDEN["sample"].shape, generator=generator)
    x = scheduler.add_noise(original, noise, t)
    target = target_of(scheduler, original, noise, t)

    embeddings = text.get_input_embeddings()(ids).detach().requires_grad_(True)
    handle = text.get_input_embeddings().register_forward_hook(lambda module, args, output: embeddings)
    states = text(ids).last_hidden_state
    handle.remove()
    output = unet(x, t, states).sample
    loss = (output - target).square().mean()
    (gradient,) = torch.autograd.grad(loss, [embeddings])
    states, output = states.detach(), output.detach()
    with torch.no_grad():
        rest = unet(x, t, states[1:].expand_as(states)).sample
    read, read_noise = read_output(scheduler, output, x, t)
    # ESD in the model's own outputs, and the noise that this target stands for
    esd = (1 + ETA) * rest - ETA * output
    _, esd_noise = read_output(scheduler, esd, x, t)

    pipeline = StableDiffusionPipeline(golden.vae, text, None, unet, DDIMScheduler.from_config(scheduler.config), None, None, requires_safety_checker=False)
    pipeline.set_progress_bar_config(disable=True)
    drawn = pipeline(prompt_embeds=states[:1], negative_prompt_embeds=states[1:], latents=original[:1].clone(), num_inference_steps=10,
                     guidance_scale=golden.guidance_scale, output_type="latent").images
    return {"original": original, "noise": noise, "sample": x, "target": target, "loss": loss, "gradient": gradient, "states": states,
            "output": output, "rest": rest, "read_original": read, "read_noise": read_noise, "noise_error": (read_noise - noise).square().mean((1, 2, 3)),
            "esd_noise": esd_noise, "drawn": drawn}


def main() -> None:
    warnings.filterwarnings("ignore")
    diffusers.utils.logging.set_verbosity_error()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    golden = first()
    tensors = {f"{kind}.{key}": value.detach().contiguous().clone() for kind in ("epsilon", "v_prediction", "sample")
               for key, value in of(kind, golden, torch.Generator().manual_seed(21)).items()}
    note = {"made_by": "training/goldens/make_prediction_goldens.py", "versions": VERSIONS, "eta": ETA, "guidance_scale": golden.guidance_scale}
    safetensors.torch.save_file(tensors, TARGET, metadata={"golden": json.dumps(note)})
    TARGET.chmod(0o644)
    print(TARGET.stat().st_size)


if __name__ == "__main__":
    main()
