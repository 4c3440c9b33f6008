"""The shape of every component. Standard options of the diffusers and transformers classes, as in SD v1, only smaller."""

from __future__ import annotations

import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

from paths import MASTERS
from tokenizer import LENGTH
from world.spec import COLOUR_IDS, HAZARD_IDS, IMAGE_SIZE, OBJECT_IDS, STYLE_IDS

TEXT_WIDTH = 128
LATENT_SIZE = IMAGE_SIZE // 4


def text_encoder() -> CLIPTextModel:
    import json

    vocabulary = json.loads((MASTERS / "tokenizer" / "vocab.json").read_text())
    start, end = vocabulary["<|startoftext|>"], vocabulary["<|endoftext|>"]
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(vocabulary), hidden_size=TEXT_WIDTH, intermediate_size=4 * TEXT_WIDTH, num_hidden_layers=4,
            num_attention_heads=4, max_position_embeddings=LENGTH, hidden_act="quick_gelu", projection_dim=TEXT_WIDTH,
            bos_token_id=start, eos_token_id=end, pad_token_id=end,
        )
    )


def vae() -> AutoencoderKL:
    return AutoencoderKL(
        in_channels=3, out_channels=3, latent_channels=4, sample_size=IMAGE_SIZE, act_fn="silu", norm_num_groups=8,
        block_out_channels=(16, 32, 64), layers_per_block=1,
        down_block_types=("DownEncoderBlock2D",) * 3, up_block_types=("UpDecoderBlock2D",) * 3, mid_block_add_attention=True,
    )


def unet() -> UNet2DConditionModel:
    return UNet2DConditionModel(
        sample_size=LATENT_SIZE, in_channels=4, out_channels=4, cross_attention_dim=TEXT_WIDTH, layers_per_block=1,
        block_out_channels=(64, 96, 128), down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"), attention_head_dim=(2, 3, 4),
        norm_num_groups=32, act_fn="silu", flip_sin_to_cos=True, freq_shift=0, center_input_sample=False,
        downsample_padding=1, mid_block_scale_factor=1, norm_eps=1e-5, use_linear_projection=False,
    )


def scheduler() -> DDIMScheduler:
    return DDIMScheduler(
        num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False,
        set_alpha_to_one=False, steps_offset=1, prediction_type="epsilon",
    )


def alphas_cumprod() -> torch.Tensor:
    return scheduler().alphas_cumprod


JUDGE_CONFIG = {
    "_class_name": "PalimpsestJudge",
    "in_channels": 3,
    "image_size": IMAGE_SIZE,
    "channels": [16, 32, 64, 96],
    "norm_num_groups": 8,
    "heads": {
        "object": ["none", *OBJECT_IDS], "style": ["none", *STYLE_IDS],
        "colour": ["none", *COLOUR_IDS], "hazard": ["none", *HAZARD_IDS],
    },
}
