"""Writes src/metrics/references: small arrays and what scikit-learn, scipy, statsmodels, torchmetrics and clean-fid compute from them.

The TypeScript tests compare with these files; nobody needs Python to run them. Needs requirements.txt of this folder beside the training one.
Run: python training/references/make_metric_references.py
"""

from __future__ import annotations

import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from unittest.mock import MagicMock

import numpy as np
import scipy.linalg
import scipy.optimize
import scipy.stats
import torch
from safetensors.numpy import save_file
from sklearn.metrics import accuracy_score
from sklearn.metrics.pairwise import cosine_distances, cosine_similarity, polynomial_kernel
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint
from torchmetrics.image.fid import _compute_fid
from torchmetrics.image.inception import InceptionScore
from torchmetrics.image.kid import poly_mmd

# clean-fid imports torchvision for its image files, which are not used here; its arithmetic is numpy and scipy alone.
for name in ("torchvision", "torchvision.transforms", "torchvision.datasets", "torchvision.models"):
    sys.modules.setdefault(name, MagicMock(__version__="0.0"))
from cleanfid import fid as cleanfid  # noqa: E402

TARGET = Path(__file__).resolve().parents[2] / "src" / "metrics" / "references"
PACKAGES = ("numpy", "scipy", "scikit-learn", "statsmodels", "torch", "torchmetrics", "clean-fid")
RIDGE = 1e-6


def ridged_fid(x: np.ndarray, y: np.ndarray) -> float:
    """scipy's general matrix root of S_x S_y, both with the ridge: defined for fewer pictures than dimensions too."""
    sx, sy = (np.cov(a, rowvar=False) + RIDGE * np.eye(a.shape[1]) for a in (x, y))
    root = scipy.linalg.sqrtm(sx @ sy)
    return float(((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(sx) + np.trace(sy) - 2 * np.trace(root).real)


def sklearn_mmd(x: np.ndarray, y: np.ndarray) -> float:
    k = lambda a, b: polynomial_kernel(a, b, degree=3, gamma=1 / a.shape[1], coef0=1)
    n, m = len(x), len(y)
    xx, yy = k(x, x), k(y, y)
    return float((xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1)) - 2 * k(x, y).mean())


def paired_mmd(x: np.ndarray, y: np.ndarray) -> float:
    """Gretton et al. 2012, lemma 6: h(z_i, z_j) over i != j."""
    k = lambda a, b: polynomial_kernel(a, b, degree=3, gamma=1 / a.shape[1], coef0=1)
    h = k(x, x) + k(y, y) - k(x, y) - k(y, x)
    return float((h.sum() - np.trace(h)) / (len(x) * (len(x) - 1)))


def inception_score(probabilities: np.ndarray) -> float:
    """torchmetrics, one split; its feature network is replaced by the logarithms of our probabilities."""

    class Logits(torch.nn.Module):
        num_features = probabilities.shape[1]

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return torch.from_numpy(probabilities).log()

    metric = InceptionScore(feature=Logits(), splits=1)
    metric.update(torch.zeros(len(probabilities), 3, 8, 8, dtype=torch.uint8))
    return float(metric.compute()[0])


def split_scores(probabilities: np.ndarray, splits: int) -> list[float]:
    """Salimans et al. with scipy's entropy, over torch.chunk's runs."""
    parts = torch.chunk(torch.from_numpy(probabilities), splits)
    return [float(np.exp(np.mean([scipy.stats.entropy(row, part.mean(0)) for row in part.numpy()]))) for part in parts]


Z = scipy.stats.norm.ppf(0.975)


def newcombe(a: int, b: int, c: int, d: int) -> list[float]:
    """Difference of paired rates, Newcombe 1998 (paired data), method 10, from statsmodels' Wilson limits."""
    n = a + b + c + d
    p1, p2 = (a + b) / n, (a + c) / n
    (l1, u1), (l2, u2) = (proportion_confint(hits, n, method="wilson") for hits in (a + b, a + c))
    root, covariance = np.sqrt(float((a + b) * (c + d) * (a + c) * (b + d))), a * d - b * c
    phi = 0.0 if root == 0 else (max(covariance - n / 2, 0) if covariance > 0 else covariance) / root
    spread = lambda x, y: np.sqrt(x * x - 2 * phi * x * y + y * y)
    return [float(p1 - p2 - spread(p1 - l1, u2 - p2)), float(p1 - p2 + spread(u1 - p1, p2 - l2))]


def score_ratio(a: int, b: int, c: int, d: int) -> list[float]:
    """Ratio of paired rates: the score test turned around, its constrained likelihood maximised by scipy instead of by formula."""
    n, x1, x2 = a + b + c + d, a + b, a + c
    seen = (a + b + c) / n

    def statistic(phi: float) -> float:
        shares = lambda q: ((seen - q) / phi - q, seen - (seen - q) / phi, q)  # both, only the first, only the second
        loss = lambda q: -sum(k * np.log(max(p, 1e-300)) for k, p in zip((a, b, c), shares(q)) if k)
        least = max(0.0, seen * (1 - phi))
        most = max(least, seen / (1 + phi))
        inner = scipy.optimize.minimize_scalar(loss, bounds=(least, most), method="bounded", options={"xatol": 1e-13}).x
        q = min((inner, least, most), key=loss)
        return (x1 - phi * x2) / np.sqrt(max(1e-300, n * phi * (shares(q)[1] + q)))

    ratio = x1 / x2
    low = 0.0 if x1 == 0 else scipy.optimize.brentq(lambda phi: statistic(phi) - Z, 1e-4, ratio)
    return [float(low), float(scipy.optimize.brentq(lambda phi: statistic(phi) + Z, max(ratio, 1e-6) * (1 + 1e-9), 1e3))]


def wide_rows(seed: int, count: int, scale: float, width: int = 128) -> np.ndarray:
    """Rows that TypeScript makes from the same seed, bit for bit: Lehmer's generator, each number leaning on the one before."""
    state, rows = seed, np.zeros((count, width))
    for row in rows:
        before = 0.0
        for k in range(width):
            state = state * 16807 % 2147483647
            before = 0.5 * before + scale * (state / 2147483647 - 0.5)
            row[k] = before
    return rows.astype(np.float32).astype(np.float64)


def anchored(pictures: np.ndarray, texts: np.ndarray, renders: np.ndarray, captions: list[int]) -> dict[str, float]:
    """CLIP score between the renders' own captions (1) and those that say something else (0), by scikit-learn's cosine."""
    grid, same = cosine_similarity(renders, texts), np.equal.outer(captions, captions)
    matched, mismatched = float(np.diag(grid).mean()), float(grid[~same].mean())
    raw = float(np.diag(cosine_similarity(pictures, texts)).mean())
    return {"matched": matched, "mismatched": mismatched, "value": (raw - mismatched) / (matched - mismatched)}


def main() -> None:
    rng = np.random.default_rng(20261122)
    mix = rng.normal(size=(12, 12)) / 3
    x = rng.normal(size=(90, 12)) @ mix + 0.4
    y = rng.normal(size=(90, 12)) @ mix.T
    few_x, few_y = rng.normal(size=(14, 24)), rng.normal(0.5, 1.3, size=(14, 24))
    arrays = {"x": x, "y": y, "few_x": few_x, "few_y": few_y}
    arrays = {k: v.astype(np.float32) for k, v in arrays.items()}
    x, y, few_x, few_y = (arrays[k].astype(np.float64) for k in ("x", "y", "few_x", "few_y"))
    t = torch.from_numpy
    mu_x, mu_y, s_x, s_y = x.mean(0), y.mean(0), np.cov(x, rowvar=False), np.cov(y, rowvar=False)

    probabilities = scipy.special.softmax(rng.normal(0, 2.5, size=(50, 6)), axis=1)
    tables = [(12, 9, 1, 8), (5, 0, 0, 5), (20, 3, 7, 10), (0, 30, 2, 8), (31, 4, 4, 1)]
    values = rng.gamma(2.0, size=60).astype(np.float32).astype(np.float64)
    boot = scipy.stats.bootstrap((values,), np.mean, method="percentile", n_resamples=20000, rng=5)
    truth, guess = rng.integers(0, 4, 40), rng.integers(0, 4, 40)

    pairs = [(50, 0, 0, 0), (0, 0, 50, 0), (0, 0, 40, 10), (0, 3, 20, 5), (49, 1, 0, 0), (30, 4, 4, 1), (12, 9, 1, 8), (59, 6, 16, 80), (1, 1, 7, 12), (0, 8, 8, 4)]
    hits = [(0, 20), (10, 20), (49, 50), (1, 4), (50, 50)]
    # Captions 0 and 1 say the same; nobody's mismatch.
    captions = [0, 0, *range(2, 30)]
    # Errors of the diffusion classifier, [pictures, sentences, draws], and which sentence is the right one.
    later = np.random.default_rng(20261126)
    right = later.integers(0, 5, 24)
    errors = (later.normal(1, 0.05, size=(24, 5, 16)) - 0.02 * np.eye(5)[right][:, :, None]).astype(np.float32)
    means = errors.astype(np.float64).mean(2)
    others = np.where(np.eye(5, dtype=bool)[right], np.inf, means).min(1)

    numbers = {
        "versions": {"python": platform.python_version(), **{p: version(p) for p in PACKAGES}},
        "fid": {
            "torchmetrics": float(_compute_fid(t(mu_x), t(s_x), t(mu_y), t(s_y))),
            "cleanfid": float(cleanfid.frechet_distance(mu_x, s_x, mu_y, s_y)),
            "scipyRidged": ridged_fid(x, y),
            "scipyRidgedFew": ridged_fid(few_x, few_y),
        },
        "kid": {
            "torchmetrics": float(poly_mmd(t(x), t(y))),
            "sklearn": sklearn_mmd(x, y),
            "sklearnPaired": paired_mmd(x, y),
            # clean-fid draws its own subsets; one subset of everything is the whole estimate.
            "cleanfid": float(cleanfid.kernel_distance(x, y, num_subsets=1, max_subset_size=len(x))),
            "pairedStd": float(np.std([paired_mmd(x[rows], y[rows]) for rows in (rng.permutation(90)[:45] for _ in range(2000))], ddof=1)),
        },
        "inception": {
            "torchmetrics": inception_score(probabilities),
            "splits": 5,
            "mean": float(np.mean(split_scores(probabilities, 5))),
            "std": float(np.std(split_scores(probabilities, 5), ddof=1)),
        },
        "mcnemar": [
            {"table": list(c), "statsmodels": float(mcnemar([[c[0], c[1]], [c[2], c[3]]], exact=True).pvalue),
             "scipy": float(scipy.stats.binomtest(c[1], c[1] + c[2]).pvalue) if c[1] + c[2] else 1.0}
            for c in tables
        ],
        "bootstrap": {"mean": float(values.mean()), "low": float(boot.confidence_interval.low), "high": float(boot.confidence_interval.high)},
        "cosine": {"similarity": float(np.diag(cosine_similarity(x, y)).mean()), "distance": float(np.diag(cosine_distances(x, y)).mean())},
        "wilson": [
            {"hits": k, "n": n, "low": float(interval.low), "high": float(interval.high)}
            for k, n in hits
            for interval in [scipy.stats.binomtest(k, n).proportion_ci(method="wilson")]
        ],
        "paired": [{"table": list(table), "difference": newcombe(*table), "ratio": score_ratio(*table)} for table in pairs],
        "wideFid": ridged_fid(wide_rows(20261126, 300, 1.0), wide_rows(7, 300, 1.3)),
        "anchored": {"captions": captions, **anchored(x[:30], y[:30], x[30:60], captions)},
        "classifier": {
            "right": right.tolist(),
            "accuracy": float(accuracy_score(right, means.argmin(1))),
            "margin": float((others - means[np.arange(24), right]).mean()),
        },
        "accuracy": {"truth": truth.tolist(), "guess": guess.tolist(), "sklearn": float(accuracy_score(truth, guess))},
    }
    TARGET.mkdir(parents=True, exist_ok=True)
    tensors = {**arrays, "probabilities": probabilities.astype(np.float32), "values": values.astype(np.float32), "errors": errors.reshape(24 * 5, 16)}
    save_file(tensors, TARGET / "arrays.safetensors")
    (TARGET / "arrays.safetensors").chmod(0o644)
    (TARGET / "expected.json").write_text(json.dumps(numbers, indent=2) + "\n")
    print(json.dumps(numbers, indent=1))


if __name__ == "__main__":
    main()
