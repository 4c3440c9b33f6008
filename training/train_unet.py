"""Trains the UNet on cached latents with frozen text embeddings: noise prediction, min-SNR weights (Hang et al. 2023,
gamma 5), 12 % empty captions for classifier-free guidance, an average of the weights (EMA). Resumes from its checkpoint; the
learning rate follows the minutes spent in total. Run: python train_unet.py --minutes 70"""

from __future__ import annotations

import argparse
import math
import time

import numpy as np
import torch

import checkpoints
import configs
import encode_latents
from paths import MASTERS
from tokenizer import load as load_tokenizer
from world.captions import Attributes, caption
from world.spec import COLOUR_IDS

BATCH = 32  # many small steps: the run is short, and steps are what it lacks
EMPTY = 0.12
GAMMA = 5.0


class Captions:
    """Fresh captions for pictures, with the embedding of every caption computed once."""

    def __init__(self) -> None:
        self.tokenizer = load_tokenizer(MASTERS / "tokenizer")
        self.model = configs.text_encoder().eval()
        self.model.load_state_dict(checkpoints.load("text_encoder")["ema"])
        self.known: dict[str, torch.Tensor] = {}

    @torch.no_grad()
    def embed(self, texts: list[str]) -> torch.Tensor:
        new = sorted({text for text in texts if text not in self.known})
        if new:
            ids = torch.tensor([e.ids for e in self.tokenizer.encode_batch(new)])
            for text, states in zip(new, self.model(input_ids=ids).last_hidden_state.half(), strict=True):
                self.known[text] = states
        return torch.stack([self.known[text] for text in texts]).float()

    def of(self, attributes: np.ndarray, rng: np.random.Generator) -> torch.Tensor:
        return self.embed(["" if rng.random() < EMPTY else caption(rng, Attributes(*map(int, a)))[0] for a in attributes])


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--minutes", type=float, default=70, help="of training in total, earlier runs counted")
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--rate", type=float, default=1e-3)
    arguments.add_argument("--bf16", action="store_true")
    arguments.add_argument("--favour", choices=COLOUR_IDS, help="a colour whose pictures come three times as often")
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(int(time.time()))
    rng = np.random.default_rng()
    latents, attributes = encode_latents.load()
    latents = torch.from_numpy(latents)
    share = np.ones(len(latents)) if options.favour is None else 1 + 2.0 * (attributes[:, 2] == COLOUR_IDS.index(options.favour))
    upto = np.cumsum(share / share.sum())
    captions = Captions()
    model = configs.unet().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
    state = checkpoints.load("unet")
    step, spent_before = 0, 0.0
    ema = {k: v.clone() for k, v in model.state_dict().items()}
    if state is not None:
        model.load_state_dict(state["model"]), optimiser.load_state_dict(state["optimiser"])
        step, spent_before, ema = state["step"], state["seconds"], state["ema"]
    weights = model.state_dict()  # shares the model's storage
    names = list(weights)
    abar = configs.alphas_cumprod()
    snr = abar / (1 - abar)
    weight = snr.clamp(max=GAMMA) / snr
    average = None
    start = last_save = time.time()

    def save(spent: float) -> None:
        checkpoints.save("unet", {"model": model.state_dict(), "ema": ema, "optimiser": optimiser.state_dict(), "step": step, "seconds": spent, "samples": step * BATCH})

    while (spent := spent_before + time.time() - start) < options.minutes * 60:
        part = spent / (options.minutes * 60)
        for group in optimiser.param_groups:
            group["lr"] = options.rate * min(1, (step + 1) / 200) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * part)))
        rows = np.searchsorted(upto, rng.random(BATCH) * upto[-1], side="right").clip(max=len(latents) - 1)
        x0 = latents[rows].float()
        text = captions.of(attributes[rows], rng)
        t = ((torch.arange(BATCH) + torch.rand(BATCH)) * (1000 / BATCH)).long()  # one step from every 1/BATCH of the schedule
        noise = torch.randn_like(x0)
        a = abar[t].view(-1, 1, 1, 1)
        xt = a.sqrt() * x0 + (1 - a).sqrt() * noise
        with torch.autocast("cpu", torch.bfloat16, enabled=options.bf16):
            predicted = model(xt.to(memory_format=torch.channels_last), t, text).sample
        loss = (weight[t] * (predicted.float() - noise).pow(2).mean(dim=(1, 2, 3))).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step += 1
        decay = min(0.999, (step + 1) / (step + 10))
        with torch.no_grad():
            torch._foreach_lerp_([ema[k] for k in names], [weights[k] for k in names], 1 - decay)
        average = loss.item() if average is None else 0.98 * average + 0.02 * loss.item()
        if step % 50 == 0:
            print(f"step {step}, {step * BATCH} pictures, {spent:.0f} s, {step * BATCH / spent:.1f}/s, loss {average:.4f}", flush=True)
        if time.time() - last_save > 120:
            save(spent)
            last_save = time.time()
    save(spent)
    print("done", flush=True)


if __name__ == "__main__":
    main()
