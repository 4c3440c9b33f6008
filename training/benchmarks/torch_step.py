"""Times the forward pass and the LoRA step of the bundled UNet in PyTorch eager on the CPU, for `npm run bench` to compare with.

The same work as the page's step: rank-4 LoRA on attn2 (to_q, to_k, to_v, to_out.0), batch 4, forward, weighted mean squared error,
backward, gradient clipping to norm 1, AdamW without weight decay. Run it on the machine the bench runs on, with nothing beside it:

    python training/benchmarks/torch_step.py
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median

import torch
from diffusers import UNet2DConditionModel
from peft import LoraConfig

ROOT = Path(__file__).resolve().parents[2]
UNET = ROOT / "training" / "masters" / "palimpsest-world" / "unet"
REPORT = Path(__file__).with_name("torch-step.json")
BATCH, RANK, TOKENS, WARM_UP = 4, 4, 32, 3


def machine() -> str:
    """The processor's name as Node's os.cpus() gives it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=30, help="timed runs; the median is reported")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--out", type=Path, default=REPORT)
    options = parser.parse_args()
    load_before = os.getloadavg()[0]
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)

    config = UNet2DConditionModel.load_config(UNET)
    unet = UNet2DConditionModel.from_config(config)  # speed does not depend on the weights
    unet.requires_grad_(False)
    targets = ["attn2.to_q", "attn2.to_k", "attn2.to_v", "attn2.to_out.0"]
    unet.add_adapter(LoraConfig(r=RANK, lora_alpha=RANK, target_modules=targets, init_lora_weights=True))
    factors = [p for p in unet.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(factors, lr=1e-4, weight_decay=0.0)

    size = unet.config.sample_size
    sample = torch.randn(BATCH, unet.config.in_channels, size, size)
    target = torch.randn_like(sample)
    text = torch.randn(BATCH, TOKENS, unet.config.cross_attention_dim)
    timestep = torch.full((BATCH,), 500)
    row_weight = torch.full((BATCH,), 1 / BATCH)

    def forward() -> None:
        with torch.no_grad():
            unet.disable_adapters()
            unet(sample, timestep, text)
            unet.enable_adapters()

    def step() -> None:
        prediction = unet(sample, timestep, text).sample
        loss = (row_weight * ((prediction - target) ** 2).mean(dim=(1, 2, 3))).sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(factors, 1.0)
        optimiser.step()

    times: dict[str, list[float]] = {"forward": [], "step": []}
    for run in range(-WARM_UP, options.runs):
        for name, work in (("forward", forward), ("step", step)):
            started = time.perf_counter()
            work()
            if run >= 0:
                times[name].append(time.perf_counter() - started)

    report = {
        "machine": machine(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "threads": options.threads,
        "load_before": load_before,
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "versions": {"python": sys.version.split()[0], **{name: version(name) for name in ("torch", "diffusers", "peft")}},
        "batch": BATCH,
        "rank": RANK,
        "lora_parameters": sum(p.numel() for p in factors),
        "n": options.runs,
        "forward_median": median(times["forward"]),
        "step_median": median(times["step"]),
        "forward": times["forward"],
        "step": times["step"],
    }
    options.out.write_text(json.dumps(report, indent=2) + "\n")
    print(f"{report['machine']}, {options.threads} threads: forward {1e3 * report['forward_median']:.1f} ms, "
          f"LoRA step {1e3 * report['step_median']:.1f} ms (n {options.runs}) -> {options.out}")


if __name__ == "__main__":
    main()
