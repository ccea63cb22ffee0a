"""What makes a grouping impossible, and the smallest set of indices that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from matcher.errors import MatcherError
from matcher.grouping.arrays import Array

Pair = tuple[int, int]


class Infeasible(MatcherError):
    """No grouping meets the bounds; `indices` are those that cannot be seated together."""

    def __init__(self, reason: str, indices: Iterable[int] = ()) -> None:
        self.reason = reason
        self.indices = tuple(sorted({int(i) for i in indices}))
        named = f": {', '.join(map(str, self.indices))}" if self.indices else ""
        super().__init__(f"{reason}{named}")


def check_sums(weights: Array, low: Array, high: Array) -> None:
    """Raise if the bounds cannot hold this many, whoever sits where."""
    total = float(weights.sum())
    for g in range(len(low)):
        if low[g] > high[g]:
            raise Infeasible(
                f"group {g} wants at least {low[g]:g} and at most {high[g]:g}", range(len(weights))
            )
    if total < low.sum():
        raise Infeasible(
            f"{total:g} is too few: the groups need {low.sum():g}", range(len(weights))
        )
    if total > high.sum():
        raise Infeasible(
            f"{total:g} is too many: the groups hold {high.sum():g}", range(len(weights))
        )


def check_blocks(
    blocks: Sequence[Sequence[int]], weight: Array, high: Array, apart: set[Pair]
) -> None:
    """Raise if those who must be together are too many for any group, or must also be apart."""
    for block, w in zip(blocks, weight, strict=True):
        if w > high.max():
            raise Infeasible(
                f"together they weigh {w:g}, no group holds more than {high.max():g}", block
            )
        members = set(block)
        for a, b in sorted(apart):
            if a in members and b in members:
                raise Infeasible(
                    "asked to be both together and apart", block if len(block) < 9 else (a, b)
                )


def check_clique(
    n_nodes: int, foes: Sequence[Pair], n_groups: int, blocks: Sequence[Sequence[int]]
) -> None:
    """Raise if more nodes exclude each other than there are groups."""
    import networkx as nx

    graph = nx.Graph(foes)
    for tried, clique in enumerate(nx.find_cliques(graph)):
        if len(clique) > n_groups:
            few = [blocks[v][0] for v in clique]
            raise Infeasible(
                f"these {len(few)} must all be apart, and there are {n_groups} groups", few
            )
        if tried > 20_000:  # A clique may exist in a graph this dense; the exact check decides.
            return


def seat_exactly(
    weight: Array, low: Array, high: Array, foes: Sequence[Pair], *, seconds: float
) -> Array | None:
    """Return some grouping within the bounds, or None if there is provably none.

    Raises
    ------
    TimeoutError
        Neither was found within the time.

    Notes
    -----
    A 0/1 programme (scipy's HiGHS): one seat for each node, bounds for each group, and for every
    pair apart and every group at most one of the two.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_matrix, vstack

    n, G = len(weight), len(low)
    seat = np.arange(n * G).reshape(n, G)
    once = coo_matrix((np.ones(n * G), (np.repeat(np.arange(n), G), seat.ravel())), (n, n * G))
    loads = coo_matrix((np.repeat(weight, G), (np.tile(np.arange(G), n), seat.ravel())), (G, n * G))
    filled = coo_matrix((np.ones(n * G), (np.tile(np.arange(G), n), seat.ravel())), (G, n * G))
    rows = [once, loads, filled]
    least, most = [np.ones(n), low, np.ones(G)], [np.ones(n), high, np.full(G, n)]
    if foes:
        pair = np.array(foes)
        row = np.arange(len(foes) * G).reshape(-1, G)
        columns = np.concatenate([seat[pair[:, 0]].ravel(), seat[pair[:, 1]].ravel()])
        rows.append(
            coo_matrix(
                (np.ones(columns.size), (np.tile(row.ravel(), 2), columns)), (row.size, n * G)
            )
        )
        least.append(np.zeros(row.size))
        most.append(np.ones(row.size))
    answer = milp(
        np.zeros(n * G),
        constraints=LinearConstraint(
            vstack(rows).tocsr(), np.concatenate(least), np.concatenate(most)
        ),
        integrality=np.ones(n * G),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds},
    )
    if answer.status == 2:
        return None
    if answer.x is None:
        raise TimeoutError
    return np.asarray(answer.x.reshape(n, G).argmax(axis=1))


def smallest_conflict(weight: Array, low: Array, high: Array, foes: Sequence[Pair]) -> list[int]:
    """Return nodes of a set of pairs apart that together cannot be met, none of them idle."""
    needed = list(foes)
    for pair in list(foes)[:200]:
        without = [other for other in needed if other != pair]
        try:
            if seat_exactly(weight, low, high, without, seconds=1.0) is None:
                needed = without
        except TimeoutError:
            continue
    return sorted({v for pair in needed for v in pair})
