"""Where things go: scratch data outside the repository, the finished model inside it, in float32 and in the form that the page fetches."""

import os
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
SCRATCH = Path(os.environ.get("PALIMPSEST_SCRATCH", "/work/scratch"))
# diffusers' layout, float32, with the card and the held-out renders; `npm run quantise` makes MODEL of it.
MASTERS = Path(os.environ.get("PALIMPSEST_MASTERS", REPO / "training" / "masters" / "palimpsest-world"))
# What the page fetches: int8 weights and what measuring reads.
MODEL = Path(os.environ.get("PALIMPSEST_MODEL", REPO / "public" / "models" / "palimpsest-world"))


def need(path: Path, made_by: str) -> Path:
    """A file an earlier stage makes; the error says which stage."""
    if not path.exists():
        raise FileNotFoundError(f"{path}: expected a file made by an earlier stage, found none. Run `{made_by}` first.")
    return path
