"""Goes on with the VAE's decoder alone, on the means of the posterior, as it is used: latents, and with them the UNet and every
adapter, stay what they are. Loss: squared error (what PSNR counts) and L1 of horizontal and vertical differences (edges).
Resumes from its checkpoint and writes the finished decoder into the VAE's. Run: python train_decoder.py --minutes 30"""

from __future__ import annotations

import argparse
import math
import time

import numpy as np
import torch
from torch.nn.functional import l1_loss, mse_loss

import checkpoints
import configs
import render
from train_vae import edges, psnr, to_tensor

BATCH = 16
EDGE_WEIGHT = 0.05


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--minutes", type=float, default=30, help="of training in total, earlier runs counted")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--rate", type=float, default=1e-3)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    rng = np.random.default_rng()
    vae = checkpoints.load("vae")
    model = configs.vae()
    model.load_state_dict(vae["ema"])
    model.encoder.requires_grad_(False), model.quant_conv.requires_grad_(False)
    trained = {**model.decoder.state_dict(prefix="decoder."), **model.post_quant_conv.state_dict(prefix="post_quant_conv.")}
    optimiser = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=options.rate, betas=(0.9, 0.99), weight_decay=1e-4)
    step, spent_before, ema = 0, 0.0, {k: v.clone() for k, v in trained.items()}
    state = checkpoints.load("decoder")
    if state is not None:
        model.load_state_dict({**vae["ema"], **state["model"]})
        optimiser.load_state_dict(state["optimiser"])
        step, spent_before, ema = state["step"], state["seconds"], state["ema"]
    weights = dict(model.state_dict())  # shares the model's storage
    shards = render.finished()
    held_out, pictures = render.load(shards[:1])[0][:64], render.load(shards[1:])[0]
    with torch.no_grad():
        means = torch.cat([model.encode(to_tensor(part)).latent_dist.mean for part in np.array_split(pictures, len(pictures) // 50)])
    start = last_save = time.time()

    def finished():
        probe = configs.vae()
        probe.load_state_dict({**vae["ema"], **ema})
        return probe

    def save() -> None:
        mine = {k: weights[k] for k in trained}
        checkpoints.save("decoder", {"model": mine, "ema": ema, "optimiser": optimiser.state_dict(), "step": step, "seconds": spent})

    print(f"{psnr(finished(), held_out):.2f} dB on {len(held_out)} held-out pictures before", flush=True)
    while (spent := spent_before + time.time() - start) < options.minutes * 60:
        part = spent / (options.minutes * 60)
        for group in optimiser.param_groups:
            group["lr"] = options.rate * min(1, (step + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * part)))
        rows = rng.integers(0, len(pictures), BATCH)
        x, z = to_tensor(pictures[rows]), means[rows]
        y = model.decode(z).sample
        loss = mse_loss(y, x) + EDGE_WEIGHT * sum(l1_loss(a, b) for a, b in zip(edges(y), edges(x), strict=True))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        decay = min(0.999, (step + 1) / (step + 10))
        with torch.no_grad():
            for k in trained:
                ema[k].lerp_(weights[k], 1 - decay)
        step += 1
        if step % 400 == 0:
            print(f"step {step}, {step * BATCH} pictures, {spent:.0f} s, loss {loss.item():.4f}, held-out {psnr(finished(), held_out):.2f} dB", flush=True)
        if time.time() - last_save > 120:
            save()
            last_save = time.time()
    save()
    checkpoints.save("vae", {**vae, "ema": {**vae["ema"], **ema}, "model": {**vae["model"], **ema}})
    print(f"done: {psnr(finished(), held_out):.2f} dB", flush=True)


if __name__ == "__main__":
    main()
