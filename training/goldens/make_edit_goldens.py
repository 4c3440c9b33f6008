"""Writes src/methods/edit/goldens/edits.json: what numpy makes of the closed-form edits of cross-attention, in float64, by the formulas as they
are published, with a plain inverse: UCE (uce_sd_erase.py), EvilEdit (edit.py), a ridge map over all positions, and its truncation.

Run: python training/goldens/make_edit_goldens.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

TARGET = Path(__file__).resolve().parents[2] / "src" / "methods" / "edit" / "goldens" / "edits.json"
WIDTH, OUT, TOKENS = 10, 6, 5
random = np.random.default_rng(14)


def states(count: int) -> np.ndarray:
    """float32, as a text encoder gives them."""
    return random.normal(size=(count, WIDTH)).astype(np.float32).astype(np.float64)


def ridge() -> dict:
    x, g, weights, strength = states(40), states(40), random.uniform(0.1, 2, 40), 0.7
    g[30:] = x[30:]
    outer = strength * np.eye(WIDTH) + sum(s * np.outer(a, a) for s, a in zip(weights, x))
    moves = sum(s * np.outer(b - a, a) for s, a, b in zip(weights, x, g))
    solved = moves @ np.linalg.inv(outer)
    u, values, vt = np.linalg.svd(solved)
    kept = {rank: (u[:, :rank] * values[:rank]) @ vt[:rank] for rank in (1, 4, WIDTH)}
    return {
        "states": x, "goals": g, "weights": weights, "ridge": strength, "map": solved, "singularValues": values,
        "truncated": [{"rank": rank, "map": low, "error": np.linalg.norm(low - solved) / np.linalg.norm(solved)} for rank, low in kept.items()],
    }


def uce() -> dict:
    weight, c, g, p = random.normal(size=(OUT, WIDTH)), states(2), states(2), states(3)
    lamb, erase, preserve = 0.5, 1.3, 0.8
    mat1, mat2 = lamb * weight, lamb * np.eye(WIDTH)
    for a, b in zip(c, g):
        mat1 = mat1 + erase * (weight @ b)[:, None] @ a[None, :]
        mat2 = mat2 + erase * a[:, None] @ a[None, :]
    for a in p:
        mat1 = mat1 + preserve * (weight @ a)[:, None] @ a[None, :]
        mat2 = mat2 + preserve * a[:, None] @ a[None, :]
    return {
        "weight": weight, "states": c, "goals": g, "preserved": p, "lambda": lamb, "erase": erase, "preserve": preserve,
        "edited": mat1 @ np.linalg.inv(mat2),
    }


def evil_edit() -> dict:
    weight, lamb = random.normal(size=(OUT, WIDTH)), 1.0
    old, new = [states(TOKENS) for _ in range(2)], [states(TOKENS) for _ in range(2)]
    new[1] = old[1]
    mat1, mat2 = lamb * weight, lamb * np.eye(WIDTH)
    for a, b in zip(old, new):
        mat1 = mat1 + (weight @ b.T) @ a
        mat2 = mat2 + a.T @ a
    return {"weight": weight, "old": old, "new": new, "lambda": lamb, "edited": mat1 @ np.linalg.inv(mat2)}


def plain(value):
    if isinstance(value, np.ndarray):
        return value.ravel().tolist()
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return float(value) if isinstance(value, np.floating) else value


def main() -> None:
    cases = {"ridge": ridge(), "uce": uce(), "evilEdit": evil_edit()}
    about = {"made_by": "training/goldens/make_edit_goldens.py", "numpy": np.__version__, "width": WIDTH, "out": OUT, "tokens": TOKENS}
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps({**about, **plain(cases)}, indent=1) + "\n")


if __name__ == "__main__":
    main()
