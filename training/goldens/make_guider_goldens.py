"""Writes src/diffusion/goldens/guiders.safetensors: latents that diffusers draws with the small random model "first" and DDIM, guided by
StableDiffusionPipelineSafe with each of the paper's settings and by StableDiffusionPipeline with a negative prompt and with none. The warm-up,
which the paper gives for 50 steps, is scaled to the steps taken here.

Run: python training/goldens/make_guider_goldens.py
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
from diffusers.pipelines.deprecated import StableDiffusionPipelineSafe
from models import Golden, first

TARGET = Path(__file__).resolve().parents[2] / "src" / "diffusion" / "goldens" / "guiders.safetensors"
VERSIONS = {"diffusers": diffusers.__version__, "transformers": transformers.__version__, "torch": torch.__version__}
STEPS = 20
# The model card of AIML-TUDA/stable-diffusion-safe: warm-up, guidance scale, threshold, momentum scale, momentum's beta.
PRESETS = {"weak": (15, 200, 0.0, 0.0, 0.0), "medium": (10, 1000, 0.01, 0.3, 0.4),
           "strong": (7, 2000, 0.025, 0.5, 0.7), "max": (0, 5000, 1.0, 0.5, 0.7)}


class Safe(StableDiffusionPipelineSafe):
    """With the three text states given, in diffusers' order: nothing, the prompt, the safety text."""

    states: torch.Tensor

    def _encode_prompt(self, *_) -> torch.Tensor:
        return self.states


def states_of(golden: Golden, generator: torch.Generator) -> torch.Tensor:
    """[nothing, prompt, safety text] of random tokens, enlarged so that this model heeds them."""
    vocabulary = golden.text_encoder.config.vocab_size
    ids = torch.full((3, golden.tokens), vocabulary - 1)
    ids[:, 0] = vocabulary - 2
    ids[1, 1:6] = torch.randint(0, vocabulary - 2, (5,), generator=generator)
    ids[2, 1:3] = torch.randint(0, vocabulary - 2, (2,), generator=generator)
    with torch.no_grad():
        return 6 * golden.text_encoder(ids).last_hidden_state


def main() -> None:
    warnings.filterwarnings("ignore")
    diffusers.utils.logging.set_verbosity_error()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    golden = first()
    generator = torch.Generator().manual_seed(22)
    states = states_of(golden, generator)
    start = torch.randn(1, 4, 8, 8, generator=generator)
    sampling = {"num_inference_steps": STEPS, "guidance_scale": golden.guidance_scale, "output_type": "latent"}
    parts = (golden.vae, golden.text_encoder, None, golden.unet, DDIMScheduler.from_config(golden.scheduler.config), None, None)

    plain = StableDiffusionPipeline(*parts, requires_safety_checker=False)
    plain.set_progress_bar_config(disable=True)

    def away_from(row: int) -> torch.Tensor:
        return plain(prompt_embeds=states[1:2], negative_prompt_embeds=states[row : row + 1], latents=start.clone(), **sampling).images

    safe = Safe(*parts, requires_safety_checker=False)
    safe.set_progress_bar_config(disable=True)
    safe.states = states

    def led(warmup: int, scale: float, threshold: float, momentum: float, beta: float) -> torch.Tensor:
        steps = []  # this pipeline decodes whatever it is asked for
        safe("", latents=start.clone(), sld_warmup_steps=round(warmup * STEPS / 50), sld_guidance_scale=scale, sld_threshold=threshold,
             sld_momentum_scale=momentum, sld_mom_beta=beta, callback=lambda i, t, latents: steps.append(latents), **sampling)
        return steps[-1]

    drawn = {"cfg": away_from(0), "negative_prompt": away_from(2), **{name: led(*values) for name, values in PRESETS.items()}}
    for name, value in drawn.items():
        print(name, float((value - drawn["cfg"]).norm() / drawn["cfg"].norm()))
    note = {"made_by": "training/goldens/make_guider_goldens.py", "versions": VERSIONS, "steps": STEPS, "guidance_scale": golden.guidance_scale}
    tensors = {"start": start, "states": states, **{f"{name}.latents": value for name, value in drawn.items()}}
    safetensors.torch.save_file({key: value.contiguous().clone() for key, value in tensors.items()}, TARGET, metadata={"golden": json.dumps(note)})
    TARGET.chmod(0o644)
    print(TARGET.stat().st_size)


if __name__ == "__main__":
    main()
