"""Lazega's lawyers: does a generic similarity rank whom people really ask for advice?

The 71 lawyers of a firm said whom they go to for advice. The matcher's own kernels compare office,
practice, seniority and status (no age, no gender); the weights of their sum are fitted on one half
of the people, and the pairs of the other half are ranked by it. 0.5 is a ranking by lot.
"""

from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from benchmarks.assigning import Asked
from benchmarks.forming.lawyers import _people, _ties
from benchmarks.tables import show
from matcher import criteria
from matcher.similarity import Kernel, PairwiseScore

SPLITS = 20
TO_BEAT = 0.762  # office + practice + seniority, fitted and judged on the same people
RIDGE = 1.0
LEADS = ((-31, 0.0), (0, 0.3), (5, 1.0), (10, 1.0), (31, 0.6))  # years the second is ahead

Floats = NDArray[np.float64]


class Criterion(NamedTuple):
    """What two people are compared by."""

    column: str
    kernel: Kernel
    is_code: bool = True


GENERIC = {
    "same office": Criterion("office", criteria.jaccard),
    "same practice": Criterion("practice", criteria.jaccard),
    "same status": Criterion("status", criteria.jaccard),
    "more senior": Criterion("seniority", partial(criteria.years_ahead, points=LEADS), False),
    "near in years": Criterion("seniority", partial(criteria.years_alike, width=5.0), False),
    # Partners are status 1, associates 2: to ask up is to ask a lower number.
    "higher status": Criterion(
        "status", partial(criteria.years_ahead, points=((-1, 1.0), (0, 0.5), (1, 0.0))), False
    ),
}
PLAIN = {
    "same office": GENERIC["same office"],
    "same practice": GENERIC["same practice"],
    "more senior": Criterion(
        "seniority", partial(criteria.years_ahead, points=((0, 0.0), (1, 1.0))), False
    ),
}
WAYS = {
    "the generic similarity: office, practice, seniority, status": GENERIC,
    "office + practice + more senior": PLAIN,
}


def table_advice(asked: Asked) -> None:
    """Print how well each way ranks the other half's pairs."""
    assert asked.data is not None
    folder = asked.data / "matching"
    people = _people(folder / "lawyers_attributes.csv")
    ties = _ties(folder / "lawyers_advice_edges.csv", people)
    found = {name: held_out(way, people, ties) for name, way in WAYS.items()}
    generic, plain = found.values()
    show(
        ["ranked by", "AUC on the other half: mean", "median", "range", "splits above 0.762"],
        (
            [name, f"{areas.mean():.3f}", f"{np.median(areas):.3f}",
             f"{areas.min():.3f}-{areas.max():.3f}", f"{(areas > TO_BEAT).sum()} of {SPLITS}"]
            for name, areas in found.items()
        ),
    )  # fmt: skip
    gain = generic - plain
    print(
        f"\nOn the same splits the first is above the second in {(gain > 0).sum()} of {SPLITS}, "
        f"by {gain.mean():.3f} on average ({gain.min():.3f} to {gain.max():.3f})."
    )


def held_out(
    way: dict[str, Criterion], people: list[dict[str, str]], ties: Floats, *, splits: int = SPLITS
) -> Floats:
    """Return the area under the curve on the other half of the people, split by split."""
    scores = compared(way, people)
    areas = []
    for seed in range(splits):
        order = np.random.default_rng(seed).permutation(len(people))
        one, other = order[: len(order) // 2], order[len(order) // 2 :]
        weights = fitted(*_pairs(scores, ties, one))
        X, asks = _pairs(scores, ties, other)
        areas.append(roc_auc_score(asks, X @ weights))
    return np.array(areas)


def compared(way: dict[str, Criterion], people: list[dict[str, str]]) -> Floats:
    """Return every criterion's scores of everyone asking everyone, shape (n, n, criteria)."""
    features: list[Floats] = []
    slices: dict[str, slice] = {}
    at = 0
    for code, criterion in way.items():
        answers = [person[criterion.column] for person in people]
        if criterion.is_code:
            values = sorted(set(answers))
            features.append(np.array([[a == v for v in values] for a in answers], float))
        else:
            features.append(np.array([[float(a)] for a in answers]))
        slices[code] = slice(at, at + features[-1].shape[1])
        at += features[-1].shape[1]
    X = np.hstack(features)
    score = PairwiseScore(
        kernels={code: criterion.kernel for code, criterion in way.items()},
        slices=slices,
        weights=dict.fromkeys(way, 1 / len(way)),
        means=dict.fromkeys(way, 0.5),
    ).fit(X)
    return np.stack([score.filled(code, X) for code in way], axis=2)


def _pairs(scores: Floats, ties: Floats, some: NDArray[np.int64]) -> tuple[Floats, Any]:
    """Return the pairs among some people, each way, and which of them are ties."""
    apart = ~np.eye(len(some), dtype=bool)
    return scores[np.ix_(some, some)][apart], ties[np.ix_(some, some)][apart] > 0


def fitted(X: Floats, asks: Any) -> Floats:
    """Return weights of at least 0 under which the weighted sum best tells who asks whom."""

    def loss(w: Floats) -> tuple[float, Floats]:
        z = X @ w[1:] + w[0]
        gone = 1 / (1 + np.exp(-z)) - asks
        value = np.logaddexp(0, z).sum() - z[asks].sum() + RIDGE / 2 * (w[1:] ** 2).sum()
        return float(value), np.concatenate([[gone.sum()], gone @ X + RIDGE * w[1:]])

    start = np.zeros(X.shape[1] + 1)
    bounds = [(None, None), *[(0.0, None)] * X.shape[1]]
    return np.asarray(minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x[1:])
