"""The state of an assignment: pairs looked at so far, who is with whom, and what places cost."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

FAR = np.int64(1) << 62


class Graph(NamedTuple):
    """Plain arrays that the compiled kernels read and change in place.

    The worth of a pair is what it adds above leaving its family out; only pairs of a worth above 0
    are ever made. With the price p of each place, family i's surplus is
    u(i) = max(0, max over j of worth(i, j) - p(j)), and what is held is optimal among these pairs
    if everyone sits where the maximum is reached and every place with p > 0 is taken.
    """

    column: Array  # (n, width) int32, mentors that each family could have, the first `held`
    worth: Array  # (n, width) int64
    held: Array  # (n,) int32, how many pairs of each family are here
    places: Array  # (m,) int64
    mate: Array  # (n,) int64, each family's mentor, -1 = none
    gain: Array  # (n,) int64, the worth of that pair
    out: Array  # (n,) bool, whether it is best for all that this family has none
    price: Array  # (m,) int64, at least 0
    load: Array  # (m,) int64, families at each mentor
    head: Array  # (m,) int32, linked families of a mentor
    after: Array  # (n,) int32
    before: Array  # (n,) int32
    dist: Array  # (m,) scratch of the searches, here because the kernels allocate nothing
    heap: Array  # (m,)
    spot: Array  # (m,) where each mentor stands in the heap, -1 = not in it
    done: Array  # (m,) bool
    via: Array  # (m,) the family that would come
    via_worth: Array  # (m,)
    toward: Array  # (m,) the mentor to whom that family would go
    touched: Array  # (m,)
    order: Array  # (m,)


def fresh_graph(n: int, places: Array, *, width: int) -> Graph:
    """Lay out a state in which no pair is known and nobody is seated."""
    m = len(places)
    return Graph(
        column=np.full((n, width), -1, np.int32),
        worth=np.zeros((n, width), np.int64),
        held=np.zeros(n, np.int32),
        places=places.astype(np.int64),
        mate=np.full(n, -1, np.int64),
        gain=np.zeros(n, np.int64),
        out=np.zeros(n, np.bool_),
        price=np.zeros(m, np.int64),
        load=np.zeros(m, np.int64),
        head=np.full(m, -1, np.int32),
        after=np.full(n, -1, np.int32),
        before=np.full(n, -1, np.int32),
        dist=np.full(m, FAR, np.int64),
        heap=np.zeros(m, np.int32),
        spot=np.full(m, -1, np.int32),
        done=np.zeros(m, np.bool_),
        via=np.zeros(m, np.int64),
        via_worth=np.zeros(m, np.int64),
        toward=np.zeros(m, np.int32),
        touched=np.zeros(m, np.int32),
        order=np.zeros(m, np.int32),
    )


def with_room(graph: Graph, width: int) -> Graph:
    """Return the state with room for so many pairs of each family."""
    more = width - graph.column.shape[1]
    if more <= 0:
        return graph
    return graph._replace(
        column=np.pad(graph.column, ((0, 0), (0, more)), constant_values=-1),
        worth=np.pad(graph.worth, ((0, 0), (0, more))),
    )


def surplus(graph: Graph) -> Array:
    """Return u: what each family has from its seat above what the place costs, shape (n,)."""
    seated = graph.mate >= 0
    price = graph.price[np.where(seated, graph.mate, 0)] if len(graph.price) else 0
    return np.asarray(np.where(seated, graph.gain - price, 0))
