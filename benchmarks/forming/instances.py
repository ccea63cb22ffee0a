"""Published and invented instances of the numeric core, and their value taken from the file alone.

Nothing here uses the engine: a value or a bound it reports is worked out again from what was read.
"""

import csv
import gzip
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Pair = tuple[int, int]
Matrix = NDArray[np.float64]

LIMITS = {120: 3.0, 240: 20.0, 480: 120.0}  # CPU seconds of the published runs


@dataclass(frozen=True)
class Instance:
    """Things to divide: benefits, the bounds of each group, and perhaps weights and pairs apart."""

    name: str
    W: Matrix
    bounds: tuple[tuple[int, int], ...]
    weights: NDArray[np.int64] | None = None
    apart: tuple[Pair, ...] = field(default=())

    def __len__(self) -> int:
        """Return how many things there are."""
        return len(self.W)

    def value(self, labels: NDArray[np.int64]) -> float:
        """Return the sum of benefits inside groups."""
        i, j = np.triu_indices(len(self.W), 1)
        return float(self.W[i, j][labels[i] == labels[j]].sum())

    def faults(self, labels: NDArray[np.int64]) -> list[str]:
        """Return the bounds and pairs that a grouping breaks; empty = feasible."""
        weights = np.ones(len(self.W)) if self.weights is None else self.weights
        if labels.shape != (len(self.W),) or labels.min() < 0 or labels.max() >= len(self.bounds):
            return ["labels are not those of the groups"]
        loads = np.bincount(labels, weights, minlength=len(self.bounds))
        found = [
            f"group {g} weighs {load:g}, not {low} to {high}"
            for g, (load, (low, high)) in enumerate(zip(loads, self.bounds, strict=True))
            if not low <= load <= high
        ]
        return found + [
            f"{a} and {b} are together" for a, b in self.apart if labels[a] == labels[b]
        ]


@dataclass(frozen=True)
class Known:
    """What is published for an instance: best and mean of 20 runs."""

    best: float
    mean: float


def read(path: Path) -> Instance:
    """Read an instance of MDGPLIB or CCPLIB, gzipped or not."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("ascii")
    head, _, rest = text.partition("\n")
    words = head.split()
    n, n_groups = int(words[0]), int(words[1])
    ends = [int(word) for word in words[3 : 3 + 2 * n_groups]]
    bounds = tuple((low, high) for low, high in list(pairwise(ends))[::2])
    weights = None
    if "W" in words:
        weights = np.array(words[words.index("W") + 1 :], dtype=np.int64)
    table = np.fromstring(rest, sep=" ").reshape(-1, 3)
    i, j = table[:, 0].astype(np.intp), table[:, 1].astype(np.intp)
    W = np.zeros((n, n))
    W[i, j] = W[j, i] = table[:, 2]
    return Instance(path.name.split(".")[0], W, bounds, weights)


def mdgplib(data: Path, *sizes: int, only: str = "") -> list[Instance]:
    """Read the instances of MDGPLIB with so many things that are in the folder, smallest first."""
    found = [
        path
        for n in sizes
        for path in sorted((data / "mdgplib").glob(f"*_n{n:03}_*.txt*"))
        if only in path.name
    ]
    return [read(path) for path in found]


def published(data: Path) -> dict[str, Known]:
    """Return what Yang et al. (2022) published, by instance."""
    with (data / "mdgplib" / "best_known_tpsdp2022.csv").open(encoding="utf-8") as lines:
        return {
            row["instance"]: Known(float(row["tpsdp_best20"]), float(row["tpsdp_avg20"]))
            for row in csv.DictReader(lines)
        }


def invented(number: int) -> Instance:
    """Return the seeded small instance of this number: 6 to 16 things of all kinds.

    Kinds follow each other (real, whole, points); every other one has sizes with slack (ds), every
    other pair of them pairs that must be apart.
    """
    dice = np.random.default_rng(4000 + number)
    n = 6 + number % 11
    kind = ("RanReal", "RanInt", "Geo")[number % 3]
    if kind == "Geo":
        at = dice.uniform(0, 10, (n, int(dice.integers(2, 22))))
        W = np.sqrt(((at[:, None] - at) ** 2).sum(axis=2))
    else:
        drawn = dice.uniform(0, 100, (n, n)) if kind == "RanReal" else dice.integers(0, 101, (n, n))
        W = np.triu(drawn.astype(float), 1)
        W += W.T
    n_groups = int(dice.integers(2, max(3, n // 3 + 1)))
    fair, over = divmod(n, n_groups)
    slack = number % 2
    bounds = tuple(
        (max(1, fair - slack), fair + 1 + slack) if slack else (size, size)
        for size in [fair + 1] * over + [fair] * (n_groups - over)
    )
    apart: set[Pair] = set()
    while number // 2 % 2 and len(apart) < n // 3:
        a, b = sorted(int(v) for v in dice.choice(n, 2, replace=False))
        apart.add((a, b))
    name = f"{kind}_n{n:03}_{'ds' if slack else 'ss'}_own{number:02}"
    return Instance(name, W, bounds, apart=tuple(sorted(apart)))
