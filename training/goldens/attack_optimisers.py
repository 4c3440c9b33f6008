"""Three updates of torch.optim.Adam (coupled decay) and AdamW (decoupled), as src/attacks/adam.test.ts repeats them.

    python training/goldens/attack_optimisers.py > src/attacks/goldens/adam.json
"""

import json

import torch

START = [0.2, 0.05, 0.7, -0.3]
GRADIENTS = [[0.01, -0.02, 0.0, 0.3], [0.004, 0.01, -0.005, 0.2], [-0.03, 0.0, 0.02, -0.1]]


def updates(kind: type[torch.optim.Optimizer], weight_decay: float) -> list[list[float]]:
    x = torch.tensor(START, requires_grad=True)
    optimiser = kind([x], lr=0.05, weight_decay=weight_decay)
    seen = []
    for gradient in GRADIENTS:
        x.grad = torch.tensor(gradient)
        optimiser.step()
        seen.append(x.tolist())
    return seen


cases = [
    {"decay": decay, "weightDecay": weight, "after": updates(kind, weight)}
    for decay, kind in (("coupled", torch.optim.Adam), ("decoupled", torch.optim.AdamW))
    for weight in (0.0, 0.1)
]
print(json.dumps({"torch": torch.__version__, "learningRate": 0.05, "start": START, "gradients": GRADIENTS, "cases": cases}, indent=1))
