"""Lazega's lawyers: do groups formed from office, practice, seniority and status hold their ties?

Whom the 71 lawyers of a firm go to for advice and call a friend was asked of them, and is not given
to the engine. Groups are formed by the matcher's own pairwise score over four attributes of equal
weight, standardised as in docs/forming.md, and compared with groupings of the same sizes by lot.
"""

import csv
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.forming.run import Run, mean
from benchmarks.tables import show
from matcher import criteria
from matcher.grouping import partition, prepare
from matcher.similarity import PairwiseScore

DRAWS = 10_000
SIZES = (5, 6, 8)
TIES = {"friendship": "lawyers_friends_edges.csv", "advice": "lawyers_advice_edges.csv"}
SPAN = 10.0  # years of seniority at which two are half alike

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]


def table_lawyers(run: Run) -> None:
    """Print ties inside groups formed and inside groups drawn, freely and within offices."""
    prepare()
    assert run.data is not None
    people = _people(run.data / "matching" / "lawyers_attributes.csv")
    W = _benefit(people)
    rows = []
    for size in SIZES:
        sizes = _sizes(len(people), size)
        for kind, name in TIES.items():
            ties = _ties(run.data / "matching" / name, people)
            labels = [
                partition(W, sizes=sizes, seconds=0.3, random_state=seed)
                for seed in range(run.seeds)
            ]
            rows.append(_row(size, kind, ties, labels, people))
    show(
        ["group size", "ties", "in groups formed", "by lot: mean", "by lot: 99th of 100",
         "more than of draws %", "same offices: mean", "more than of draws %"],
        rows,
    )  # fmt: skip
    print(f"\n{DRAWS:,} groupings of the same sizes by lot; ties are counted once a direction.")


def _row(
    size: int, kind: str, ties: Floats, labels: list[Labels], people: list[dict[str, str]]
) -> list[object]:
    held = [_held(ties, one) for one in labels]
    dice = np.random.default_rng(7)
    free = np.array([_held(ties, dice.permutation(labels[0])) for _ in range(DRAWS)])
    office = np.array([person["office"] for person in people])
    within = np.array([_held(ties, _within(labels[0], office, dice)) for _ in range(DRAWS)])
    worst = min(held)
    return [size, kind, f"{mean([float(h) for h in held]):.1f} of {int(ties.sum())}",
            f"{free.mean():.1f}", f"{np.quantile(free, 0.99):.0f}",
            f"{100 * (free < worst).mean():.2f}", f"{within.mean():.1f}",
            f"{100 * (within < worst).mean():.2f}"]  # fmt: skip


def _held(ties: Floats, labels: Labels) -> float:
    return float(ties[labels[:, None] == labels[None, :]].sum())


def _within(labels: Labels, office: NDArray[Any], dice: np.random.Generator) -> Labels:
    """Draw people anew for every seat, each from the office that the seat's holder has."""
    drawn = labels.copy()
    for code in np.unique(office):
        here = np.flatnonzero(office == code)
        drawn[here] = labels[dice.permutation(here)]
    return drawn


def _sizes(n: int, size: int) -> list[tuple[int, int]]:
    """Return groups as even as can be, of about this size."""
    n_groups = round(n / size)
    fair, over = divmod(n, n_groups)
    return [(fair + (g < over), fair + (g < over)) for g in range(n_groups)]


def _people(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _ties(path: Path, people: list[dict[str, str]]) -> Floats:
    number = {person["id"]: i for i, person in enumerate(people)}
    ties = np.zeros((len(people), len(people)))
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            ties[number[row["from"]], number[row["to"]]] = 1.0
    return ties


def _benefit(people: list[dict[str, str]]) -> Floats:
    """Return standardised pair scores by the matcher's kernels: three kinds and one of years."""
    features: list[Floats] = []
    kernels: dict[str, Any] = {}
    slices = {}
    at = 0
    for code in ("office", "practice", "status"):
        values = sorted({person[code] for person in people})
        features.append(np.array([[p[code] == value for value in values] for p in people], float))
        kernels[code] = criteria.jaccard
        slices[code] = slice(at, at + len(values))
        at += len(values)
    features.append(np.array([[float(person["seniority"])] for person in people]))
    kernels["seniority"] = partial(criteria.years_alike, width=SPAN)
    slices["seniority"] = slice(at, at + 1)
    weights = dict.fromkeys(kernels, 1 / len(kernels))
    score = PairwiseScore(
        kernels=kernels, slices=slices, weights=weights, means=dict.fromkeys(kernels, 0.5)
    ).fit(np.hstack(features))
    W = np.zeros((len(people), len(people)))
    pairs = ~np.eye(len(people), dtype=bool)
    for code, weight in weights.items():
        alike = score.raw(code, np.hstack(features))
        W += weight * (alike - alike[pairs].mean()) / alike[pairs].std()
    W = (W + W.T) / 2
    np.fill_diagonal(W, 0.0)
    return W
