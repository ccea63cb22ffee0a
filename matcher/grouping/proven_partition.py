"""The proved optimum of `partition` for some two dozen things, to hold a search against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import thread_time
from typing import Any

import numpy as np

from matcher.errors import MatcherError
from matcher.grouping.arrays import Array
from matcher.grouping.covering import Covering
from matcher.grouping.infeasible import Infeasible, Pair
from matcher.grouping.splitting import Instance, _instance

MOST_GROUPS = 1_000_000


@dataclass(frozen=True)
class ProvedPartition:
    """The best partition found, and whether there is none better.

    Attributes
    ----------
    labels
        (n,) as `partition` returns them; None = none was found in the time.
    value, bound
        Its summed benefit, and the most any could have; equal once proved.
    """

    labels: Array | None
    value: float
    bound: float
    proven: bool


def prove_partition(
    benefit: Any,
    *,
    n_groups: int | None = None,
    min_size: float | None = None,
    max_size: float | None = None,
    sizes: Sequence[tuple[float, float]] | None = None,
    weights: Any = None,
    together: Sequence[Pair] = (),
    apart: Sequence[Pair] = (),
    seconds: float = 60.0,
) -> ProvedPartition:
    """Find and prove the best partition, by every group there could be.

    Parameters
    ----------
    benefit, n_groups, min_size, max_size, sizes, weights, together, apart
        As for `partition`.
    seconds
        CPU time; when it is out, the best so far is returned with its bound.

    Raises
    ------
    Infeasible
        There is no such partition.
    MatcherError
        There are more than a million groups to look at.

    Notes
    -----
    All groups within the bounds are listed and the best cover of everyone is chosen by set
    partitioning; the search of `partition` has no part in it. n = 24 in groups of 4 takes seconds.

    Examples
    --------
    >>> W = np.array([[0, 9, 1, 1], [9, 0, 1, 1], [1, 1, 0, 9], [1, 1, 9, 0]])
    >>> found = prove_partition(W, n_groups=2, min_size=2, max_size=2)
    >>> found.value, found.proven
    (18.0, True)
    """
    ends = thread_time() + seconds
    problem = _instance(
        benefit,
        n_groups=n_groups,
        min_size=min_size,
        max_size=max_size,
        sizes=sizes,
        weights=weights,
        together=together,
        apart=apart,
    )
    if not problem.blocks:
        return ProvedPartition(np.zeros(0, np.int64), 0.0, 0.0, True)
    groups = _groups(problem)
    best, value, bound, proven = None, -np.inf, -np.inf, True
    for count in problem.counts:
        task, of, kind = _covering(problem, groups, count)
        relaxed = task.relax(None, lambda: ends - thread_time())
        choice = task.finish(relaxed, None, lambda: ends - thread_time(), beat=value)
        proven &= choice.proven or choice.impossible
        if not choice.proven and not choice.impossible:
            bound = max(bound, np.inf if choice.bound is None else choice.bound)
        if choice.columns is not None and choice.worth > value:
            value = choice.worth
            best = _labels(problem, groups[of[choice.columns]], kind[choice.columns], count)
    if best is None and proven:
        raise Infeasible("no grouping keeps these bounds", range(len(problem.blocks)))
    return ProvedPartition(best, value, max(bound, value), proven)


def _groups(problem: Instance) -> Array:
    from matcher.grouping.listing import list_groups

    n = len(problem.blocks)
    fits = ~np.eye(n, dtype=bool)
    for a, b in problem.foes:
        fits[a, b] = fits[b, a] = False
    lightest = float(problem.weight.min())
    deep = min(n, int(problem.high.max() / lightest))
    where = (fits, np.zeros((n, 0), np.uint64), np.zeros(0, np.int64), problem.weight)
    low, high = max(float(problem.low.min()), lightest), float(problem.high.max())
    counted = list_groups(*where, low, high, np.empty((MOST_GROUPS, 0), np.int16))
    if counted > MOST_GROUPS:
        raise MatcherError("there are more than a million groups to look at")
    groups = np.full((counted, deep), -1, np.int16)
    list_groups(*where, low, high, groups)
    return groups


def _covering(problem: Instance, groups: Array, count: int) -> tuple[Covering, Array, Array]:
    """Return the set partitioning, the group of each column and the kind of bounds it fills."""
    n = len(problem.blocks)
    padded = np.zeros((n + 1, n + 1))
    padded[:n, :n] = problem.W
    inner, weight = np.append(problem.inner, 0.0), np.append(problem.weight, 0.0)
    worth, size = inner[groups].sum(axis=1), weight[groups].sum(axis=1)
    for a in range(groups.shape[1]):
        for b in range(a):
            worth += padded[groups[:, a], groups[:, b]]
    low, high = problem.bounds(count)
    kinds, times = np.unique(np.column_stack([low, high]), axis=0, return_counts=True)
    within = (size >= kinds[:, :1] - 1e-9) & (size <= kinds[:, 1:] + 1e-9)
    kind, of = np.nonzero(within)
    rows = np.column_stack([groups[of], n + kind]).astype(np.int64)
    asked = np.append(np.ones(n), times.astype(float))
    return Covering(rows, worth[of], low=asked, high=asked), of, kind


def _labels(problem: Instance, groups: Array, kind: Array, count: int) -> Array:
    low, high = problem.bounds(count)
    kinds = np.unique(np.column_stack([low, high]), axis=0)
    free = [
        [g for g in range(count) if low[g] == least and high[g] == most] for least, most in kinds
    ]
    labels = np.empty(sum(map(len, problem.blocks)), np.int64)
    for members, k in zip(groups, kind, strict=True):
        g = free[k].pop(0)
        for v in members[members >= 0]:
            labels[problem.blocks[v]] = g
    return labels
