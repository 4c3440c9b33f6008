"""The original code's name of every tensor of the bundled UNet, as diffusers converts it.

Every name that the original code could give is offered to diffusers' own converter; those that it turns into a tensor of this UNet are
kept. Writes src/models/goldens/ldm-names.json, from diffusers' name to the original one.

    python training/goldens/ldm_names.py
"""

import json
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from diffusers.loaders.single_file_utils import convert_ldm_unet_checkpoint

ROOT = Path(__file__).resolve().parents[2]
config = json.loads((ROOT / "public/models/palimpsest-world/unet/config.json").read_text())
own = UNet2DConditionModel.from_config(config).state_dict()
resnet = ["in_layers.0", "in_layers.2", "emb_layers.1", "out_layers.0", "out_layers.3", "skip_connection"]
attention = sorted({key.split(".attentions.0.", 1)[1].rsplit(".", 1)[0] for key in own if ".attentions.0." in key})
levels, layers = len(config["block_out_channels"]), config["layers_per_block"]

stems = ["time_embed.0", "time_embed.2", "input_blocks.0.0", "out.0", "out.2"]
stems += [f"middle_block.{i}.{inner}" for i in (0, 2) for inner in resnet] + [f"middle_block.1.{inner}" for inner in attention]
for level in range(levels):
    with_attention = {side: "CrossAttn" in config[f"{side}_block_types"][level] for side in ("down", "up")}
    for layer in range(layers):
        block = f"input_blocks.{1 + level * (layers + 1) + layer}"
        stems += [f"{block}.0.{inner}" for inner in resnet]
        stems += [f"{block}.1.{inner}" for inner in attention] if with_attention["down"] else []
    if level < levels - 1:
        stems.append(f"input_blocks.{(level + 1) * (layers + 1)}.0.op")
    for layer in range(layers + 1):
        block = f"output_blocks.{level * (layers + 1) + layer}"
        stems += [f"{block}.0.{inner}" for inner in resnet]
        stems += [f"{block}.1.{inner}" for inner in attention] if with_attention["up"] else []
    if level < levels - 1:
        stems.append(f"output_blocks.{level * (layers + 1) + layers}.{2 if with_attention['up'] else 1}.conv")

names = [f"{stem}.{part}" for stem in stems for part in ("weight", "bias")]
checkpoint = {f"model.diffusion_model.{name}": torch.tensor([float(i)]) for i, name in enumerate(names)}
converted = {key: names[int(value.item())] for key, value in convert_ldm_unet_checkpoint(checkpoint, config).items()}
kept = {key: converted[key] for key in own}
(ROOT / "src/models/goldens/ldm-names.json").write_text(json.dumps(kept, indent=0) + "\n")
print(len(kept))
