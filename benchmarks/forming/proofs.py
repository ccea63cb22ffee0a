"""The optimum of a small instance, proved apart from the engine, where it can be in two ways.

First by trying all: whatever subset the first groups hold, every subset of the rest as the next
group, O(3^n G). Then by set partitioning (scipy's HiGHS): one 0/1 variable for each group that
could stand, every thing in exactly one. The two must agree.
"""

from collections import Counter
from itertools import combinations

import numpy as np
from numba import njit
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_matrix

from benchmarks.forming.instances import Instance, Matrix

MOST_COLUMNS = 3000  # above, the second proof takes minutes


def proved_best(instance: Instance) -> float | None:
    """Return the greatest sum of benefits inside groups, None if no grouping exists."""
    best = float(_by_trying_all(_worth(instance), np.array(instance.bounds, np.int64)))
    answer = None if best == -np.inf else best
    columns = _columns(instance)
    if columns and len(columns) <= MOST_COLUMNS:
        again = _by_set_partitioning(instance, columns)
        same = again == answer if None in (again, answer) else abs(again - best) < 1e-6
        if not same:
            raise AssertionError(f"{instance.name}: proofs differ, {answer} and {again}")
    return answer


def _worth(instance: Instance) -> Matrix:
    """Return the benefit inside every subset, -inf where two of it must be apart."""
    n = len(instance)
    worth = np.zeros(1 << n)
    for v in range(n):
        block = np.zeros(1 << v)
        for u in range(v):
            step = -np.inf if (u, v) in instance.apart else instance.W[u, v]
            block[1 << u : 2 << u] = block[: 1 << u] + step
        worth[1 << v : 2 << v] = worth[: 1 << v] + block
    return worth


@njit
def _by_trying_all(worth, bounds):  # type: ignore[no-untyped-def]
    full = len(worth) - 1
    count = np.zeros(full + 1, np.int64)
    for mask in range(1, full + 1):
        count[mask] = count[mask >> 1] + (mask & 1)
    before = np.full(full + 1, -np.inf)
    before[0] = 0.0
    for g in range(len(bounds)):
        after = np.full(full + 1, -np.inf)
        for mask in range(full + 1):
            if before[mask] == -np.inf:
                continue
            rest = full ^ mask
            group = rest
            while group > 0:
                if bounds[g, 0] <= count[group] <= bounds[g, 1]:
                    value = before[mask] + worth[group]
                    if value > after[mask | group]:
                        after[mask | group] = value
                group = (group - 1) & rest
        before = after
    return before[full]


def _columns(instance: Instance) -> list[tuple[tuple[int, ...], int]]:
    """Return every group that could stand, with the kind of bounds that it keeps."""
    n, apart = len(instance), set(instance.apart)
    return [
        (members, kind)
        for kind, (low, high) in enumerate(Counter(instance.bounds))
        for size in range(low, min(high, n) + 1)
        for members in combinations(range(n), size)
        if not apart or not any(pair in apart for pair in combinations(members, 2))
    ]


def _by_set_partitioning(
    instance: Instance, columns: list[tuple[tuple[int, ...], int]]
) -> float | None:
    kinds, n = Counter(instance.bounds), len(instance)
    worth = np.array(
        [sum(instance.W[a, b] for a, b in combinations(members, 2)) for members, _ in columns]
    )
    rows = [v for members, kind in columns for v in (*members, n + kind)]
    starts = np.cumsum([0, *(len(members) + 1 for members, _ in columns)])
    cover = csc_matrix((np.ones(len(rows)), rows, starts), shape=(n + len(kinds), len(columns)))
    exactly = np.array([1] * n + list(kinds.values()))
    answer = milp(
        -worth,
        constraints=LinearConstraint(cover, exactly, exactly),
        integrality=np.ones(len(columns)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    if answer.status == 2:
        return None
    if answer.status != 0:
        raise RuntimeError(f"{instance.name}: {answer.message}")
    return float(worth[answer.x > 0.5].sum())
