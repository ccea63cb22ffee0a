"""Seating by minimum-cost flow: families to the sessions of groups, within lower and upper bounds.

The pool is a graph of who could come to what; networkx finds the seating that places the most
families, then gives every group its least size and an experienced family, then fits best.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.grouping.arrays import Array

if TYPE_CHECKING:
    import networkx as nx

SEATED = 1_000_000  # worth of one seated family, above all
NEEDED = 10_000  # worth of one of the first seats of a group
EXPERIENCED = 3_000  # worth of the first experienced family of a group
FIT = 100


@dataclass(frozen=True)
class Seating:
    """Who sits where, and who keeps the rest from a seat.

    Attributes
    ----------
    group
        (n,) group of each family, -1 = none.
    contested
        If someone is left over: the groups that the flow cannot get past, all of them full.
    """

    group: Array
    contested: tuple[int, ...]


def seat(allowed: Array, fit: Array, *, low: Array, high: Array, experienced: Array) -> Seating:
    """Seat as many families as can be, every group within its bounds if that is possible.

    Parameters
    ----------
    allowed : (n, G) bool
    fit : (n, G) float in [0, 1]
    low, high : (G,) seats that must and may be filled
    experienced : (n,) bool

    Notes
    -----
    Lower bounds are rewards on the first seats rather than demands, so that an answer exists in
    any pool; a group left below its bound is seen by the caller, who closes it and seats again.

    Examples
    --------
    >>> allowed = np.array([[True, True], [True, False], [True, False]])
    >>> seat(allowed, np.zeros((3, 2)), low=np.array([1, 1]), high=np.array([2, 2]),
    ...      experienced=np.zeros(3, bool)).group.tolist()
    [1, 0, 0]
    """
    import networkx as nx

    graph = _network(allowed, fit, low=low, high=high, experienced=experienced)
    _, flow = nx.network_simplex(graph)
    group = np.full(len(allowed), -1, np.int64)
    for i in range(len(allowed)):
        for goal, units in flow["family", i].items():
            if units and goal != "tray":
                group[i] = goal[1]
    return Seating(group, _contested(allowed, group, high))


def _network(
    allowed: Array, fit: Array, *, low: Array, high: Array, experienced: Array
) -> nx.DiGraph[object]:
    import networkx as nx

    n, G = allowed.shape
    graph: nx.DiGraph[object] = nx.DiGraph()
    graph.add_node("seats", demand=n)
    graph.add_node("tray")
    graph.add_edge("tray", "seats", capacity=n, weight=0)
    for g in range(G):
        # The doors tell the experienced from the others; the first seats count more than the rest.
        graph.add_edge(("first", g), ("hall", g), capacity=1, weight=-EXPERIENCED)
        graph.add_edge(("experienced", g), ("first", g), capacity=1, weight=0)
        graph.add_edge(("experienced", g), ("hall", g), capacity=int(high[g]), weight=0)
        graph.add_edge(("hall", g), ("needed", g), capacity=int(low[g]), weight=-NEEDED)
        graph.add_edge(("needed", g), "seats", capacity=int(low[g]), weight=0)
        graph.add_edge(("hall", g), ("extra", g), capacity=int(high[g] - low[g]), weight=0)
        graph.add_edge(("extra", g), "seats", capacity=int(high[g] - low[g]), weight=0)
    for i in range(n):
        graph.add_node(("family", i), demand=-1)
        graph.add_edge(("family", i), "tray", capacity=1, weight=0)
        door = "experienced" if experienced[i] else "hall"
        for to in np.flatnonzero(allowed[i]).tolist():
            cost = -SEATED - round(FIT * float(fit[i, to]))
            graph.add_edge(("family", i), (door, to), capacity=1, weight=cost)
    return graph


def _contested(allowed: Array, group: Array, high: Array) -> tuple[int, ...]:
    """Return the full groups on the near side of the cut around those left over."""
    full = np.bincount(group[group >= 0], minlength=len(high)) >= high
    wanting = set(np.flatnonzero((group < 0) & allowed.any(axis=1)).tolist())
    reached: set[int] = set()
    while True:
        more = {int(g) for i in wanting for g in np.flatnonzero(allowed[i])} - reached
        if not more:
            return tuple(sorted(g for g in reached if full[g]))
        reached |= more
        wanting |= set(np.flatnonzero(np.isin(group, sorted(more))).tolist())
