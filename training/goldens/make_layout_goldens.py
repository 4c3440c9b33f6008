"""Writes src/models/goldens/layouts: a small random Stable Diffusion in the layouts of folders that people have, written by diffusers itself,
what it computes, and the ids of CLIP's tokenizer made of vocab.json and merges.txt with the settings of Stable Diffusion 1 and 2.

  fp16/           one file a component, variant fp16
  sharded/        the same weights, variant fp16, in shards with an index
  layouts.json    the files of every layout, the pickled one too
  goldens.safetensors   what PyTorch computes with these weights in float32
  tokenizers.json       settings of tokenizers and the ids of texts

Run: python training/goldens/make_layout_goldens.py
"""

from __future__ import annotations

import json
import shutil
import tempfile
import warnings
from pathlib import Path

import diffusers
import safetensors.torch
import torch
import transformers
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from models import shake, text_config
from transformers import CLIPTextModel, CLIPTokenizer

GOLDENS = Path(__file__).resolve().parents[2] / "src" / "models" / "goldens"
FOLDER = GOLDENS / "layouts"
VOCABULARY = GOLDENS / "first" / "tokenizer"
VERSIONS = {"diffusers": diffusers.__version__, "transformers": transformers.__version__, "torch": torch.__version__}


def named(content: str) -> dict:
    return {"__type": "AddedToken", "content": content, "lstrip": False, "normalized": True, "rstrip": False, "single_word": False}


def settings(padding: str) -> dict[str, dict]:
    """tokenizer_config.json and special_tokens_map.json as the repositories of Stable Diffusion 1.4 (and, with "!" as padding, 2.1) have them."""
    tokens = {"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>"}
    config = {"add_prefix_space": False, "do_lower_case": True, "errors": "replace", "model_max_length": 77,
              "pad_token": padding, "tokenizer_class": "CLIPTokenizer", **{name: named(text) for name, text in tokens.items()}}
    plain = {name: {k: v for k, v in named(text).items() if k != "__type"} for name, text in tokens.items()}
    return {"tokenizer_config.json": config, "special_tokens_map.json": {**plain, "pad_token": padding}}


def write_tokenizer(folder: Path, files: dict[str, dict]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("vocab.json", "merges.txt"):
        shutil.copy(VOCABULARY / name, folder / name)
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, indent=2) + "\n")


def ids_of(files: dict[str, dict], texts: list[str], longest: int) -> list[list[int]]:
    with tempfile.TemporaryDirectory() as folder:
        write_tokenizer(Path(folder), files)
        tokenizer = CLIPTokenizer.from_pretrained(folder)
        return [tokenizer(text, max_length=longest, truncation=True).input_ids for text in texts]


def tokenizer_goldens() -> dict:
    """Ids without padding. Of the texts that differ in nothing but the padding from the golden tokenizer's, one of eight."""
    recorded = json.loads((GOLDENS / "tokenizer-goldens.json").read_text())
    texts, longest = [case["text"] for case in recorded["cases"]], recorded["maxLength"]
    plain = ids_of({}, texts, longest)
    setups = {"bare": {}, "sd1": settings("<|endoftext|>"), "sd2": settings("!"),
              "map": {"special_tokens_map.json": settings("!")["special_tokens_map.json"]}}
    answers = {}
    for name, files in setups.items():
        ids = ids_of(files, texts, longest)
        cases = [[text, own] for i, (text, own, other) in enumerate(zip(texts, ids, plain)) if own != other or i % 8 == 0]
        answers[name] = {"files": files, "padding": "!" if name in ("sd2", "map") else "<|endoftext|>", "cases": cases}
    return {"versions": VERSIONS, "setups": answers}


def model() -> StableDiffusionPipeline:
    """Weights that float16 holds exactly, so that every layout has the same."""
    torch.manual_seed(5)
    text = CLIPTextModel(text_config(hidden_size=8, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
                                     max_position_embeddings=16, hidden_act="quick_gelu", projection_dim=8))
    unet = UNet2DConditionModel(
        sample_size=8, block_out_channels=(8, 8), layers_per_block=1, cross_attention_dim=8, attention_head_dim=2,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        norm_num_groups=4)
    vae = AutoencoderKL(
        block_out_channels=(4, 8), layers_per_block=1, norm_num_groups=4, latent_channels=4, sample_size=16,
        down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2)
    for part in (text, unet, vae):
        shake(part)
        part.half().float().eval()
    scheduler = DDIMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False,
                              set_alpha_to_one=False, steps_offset=1)
    with tempfile.TemporaryDirectory() as folder:
        write_tokenizer(Path(folder), settings("<|endoftext|>"))
        tokenizer = CLIPTokenizer.from_pretrained(folder)
    return StableDiffusionPipeline(vae, text, tokenizer, unet, scheduler, safety_checker=None, feature_extractor=None,
                                   requires_safety_checker=False)


def write_layout(pipeline: StableDiffusionPipeline, folder: Path, **options) -> list[str]:
    """As `save_pretrained` writes a pipeline in float16, but for the tokenizer, whose files are those of Stable Diffusion 1.4."""
    shutil.rmtree(folder, ignore_errors=True)
    pipeline.save_pretrained(folder, **options)
    shutil.rmtree(folder / "tokenizer")
    write_tokenizer(folder / "tokenizer", settings("<|endoftext|>"))
    for page in folder.rglob("README.md"):
        page.unlink()
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


@torch.no_grad()
def outputs(pipeline: StableDiffusionPipeline) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(5)
    prompt = "a church in the snow"
    ids = pipeline.tokenizer(prompt, padding="max_length", max_length=16, truncation=True, return_tensors="pt").input_ids
    states = pipeline.text_encoder(ids).last_hidden_state
    sample = torch.randn(1, 4, 8, 8, generator=generator)
    noise = pipeline.unet(sample, torch.tensor([500]), states).sample
    image = pipeline.vae.decode(sample / pipeline.vae.config.scaling_factor).sample
    return {"input_ids": ids.int(), "last_hidden_state": states, "sample": sample, "noise_pred": noise, "image": image}


def main() -> None:
    warnings.simplefilter("ignore")
    pipeline = model().to(torch.float16)
    layouts = {
        "fp16": write_layout(pipeline, FOLDER / "fp16", variant="fp16"),
        "sharded": write_layout(pipeline, FOLDER / "sharded", variant="fp16", max_shard_size="30KB"),
    }
    with tempfile.TemporaryDirectory() as folder:
        layouts["sharded-plain"] = write_layout(pipeline, Path(folder), max_shard_size="30KB")
        layouts["bin"] = write_layout(pipeline, Path(folder), safe_serialization=False)
    (FOLDER / "layouts.json").write_text(json.dumps({"versions": VERSIONS, "layouts": layouts}, indent=2) + "\n")
    (FOLDER / "tokenizers.json").write_text(json.dumps(tokenizer_goldens(), ensure_ascii=True, separators=(",", ":")) + "\n")
    made = {"made_by": "training/goldens/make_layout_goldens.py", "versions": VERSIONS, "prompt": "a church in the snow", "timestep": 500}
    safetensors.torch.save_file({key: value.contiguous() for key, value in outputs(model()).items()},
                                FOLDER / "goldens.safetensors", metadata={"golden": json.dumps(made)})


if __name__ == "__main__":
    main()
