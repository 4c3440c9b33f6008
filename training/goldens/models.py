"""Two small random models in diffusers' layout, chosen to differ in every option the TypeScript models support."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

VOCABULARY = 1536


@dataclass
class Golden:
    name: str
    seed: int
    text_encoder: CLIPTextModel
    unet: UNet2DConditionModel
    vae: AutoencoderKL
    scheduler: DDIMScheduler
    tokens: int
    guidance_scale: float
    lora_rank: int
    lora_alpha: float
    lora_targets: tuple[str, ...]


def text_config(**options) -> CLIPTextConfig:
    return CLIPTextConfig(vocab_size=VOCABULARY, bos_token_id=VOCABULARY - 2, eos_token_id=VOCABULARY - 1,
                          pad_token_id=VOCABULARY - 1, **options)


def first() -> Golden:
    """Like SD v1: convolutions as projections, silu, quick_gelu, one number of heads a level."""
    torch.manual_seed(1)
    text = CLIPTextModel(text_config(hidden_size=24, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
                                     max_position_embeddings=32, hidden_act="quick_gelu", projection_dim=24))
    unet = UNet2DConditionModel(
        sample_size=8, block_out_channels=(16, 32), layers_per_block=1, cross_attention_dim=24, attention_head_dim=(2, 4),
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        norm_num_groups=8)
    vae = AutoencoderKL(
        block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=4, latent_channels=4, sample_size=16,
        down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2)
    for model in (text, unet, vae):
        shake(model)
    return finish("first", 1, text, unet, vae, tokens=32, guidance_scale=4.0, lora_rank=4, lora_alpha=4,
                  lora_targets=("attn2.to_q", "attn2.to_k", "attn2.to_v", "attn2.to_out.0"))


def second() -> Golden:
    """Everything the first is not: linear projections, gelu, three levels, two layers, two transformer blocks, other norms."""
    torch.manual_seed(2)
    text = CLIPTextModel(text_config(hidden_size=16, intermediate_size=40, num_hidden_layers=3, num_attention_heads=2,
                                     max_position_embeddings=20, hidden_act="gelu", layer_norm_eps=1e-6, projection_dim=16))
    unet = UNet2DConditionModel(
        sample_size=(8), in_channels=3, out_channels=3, block_out_channels=(8, 16, 24), layers_per_block=(2, 1, 1),
        cross_attention_dim=16, attention_head_dim=4, transformer_layers_per_block=(1, 2, 1),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"), norm_num_groups=4, norm_eps=1e-6,
        act_fn="gelu", use_linear_projection=True, downsample_padding=0, mid_block_scale_factor=1.5, freq_shift=1,
        flip_sin_to_cos=False, center_input_sample=True)
    vae = AutoencoderKL(
        block_out_channels=(4, 8, 12), layers_per_block=2, norm_num_groups=2, latent_channels=3, sample_size=32,
        act_fn="gelu", down_block_types=("DownEncoderBlock2D",) * 3, up_block_types=("UpDecoderBlock2D",) * 3,
        use_quant_conv=False, use_post_quant_conv=False, mid_block_add_attention=False, scaling_factor=0.3)
    for model in (text, unet, vae):
        shake(model)
        quieten(model)
    return finish("second", 2, text, unet, vae, tokens=11, guidance_scale=2.5, lora_rank=3, lora_alpha=5,
                  lora_targets=("to_q", "to_k", "to_v", "to_out.0", "proj_in", "proj_out", "ff.net.0.proj", "ff.net.2",
                                "time_emb_proj", "linear_1", "linear_2"))


def finish(name: str, seed: int, text, unet, vae, **rest) -> Golden:
    for model in (text, unet, vae):
        model.eval()
    scheduler = DDIMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False,
                              set_alpha_to_one=False, steps_offset=1)
    return Golden(name, seed, text, unet, vae, scheduler, **rest)


@torch.no_grad()
def shake(model: torch.nn.Module) -> None:
    """Norms and biases away from 1 and 0, where a forgotten one would not show."""
    for key, parameter in model.named_parameters():
        if parameter.dim() == 1:
            parameter.add_(0.2 * torch.randn_like(parameter))
        elif "embedding" in key:
            parameter.copy_(0.5 * torch.randn_like(parameter))


@torch.no_grad()
def quieten(model: torch.nn.Module) -> None:
    """Small numbers before every norm, so that a norm's epsilon is seen: with a variance near 1 any epsilon would pass.

    Scaled are the layers whose input is normal and whose result is added to the stream that the next norm reads.
    """
    normal_input = ("conv_in", "conv2", "proj_in", "to_out.0", "net.2", "embedding", "out_proj", "fc2")
    in_stream = ("conv", "conv_shortcut", "proj_out")
    for name, module in model.named_modules():
        if name.endswith(normal_input) and hasattr(module, "weight"):
            module.weight.mul_(0.05)
        if name.endswith(normal_input + in_stream) and getattr(module, "bias", None) is not None:
            module.bias.mul_(0.05)
