"""Where things go: scratch data outside the repository, the finished model inside it."""

import os
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
SCRATCH = Path(os.environ.get("PALIMPSEST_SCRATCH", "/work/scratch"))
MODEL = Path(os.environ.get("PALIMPSEST_MODEL", REPO / "public" / "models" / "palimpsest-world"))


def need(path: Path, made_by: str) -> Path:
    """A file an earlier stage makes; the error says which stage."""
    if not path.exists():
        raise FileNotFoundError(f"{path}: expected a file made by an earlier stage, found none. Run `{made_by}` first.")
    return path
