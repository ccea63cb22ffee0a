"""Seating one more family by a chain: it takes a seat, whose holder takes another, and so on.

What a flow cannot say, that a whole group must agree on place, time and language, is checked here
for every step.
"""

from __future__ import annotations

from matcher.grouping.arrays import Array, State
from matcher.grouping.compiled import entry, inlined, inner
from matcher.grouping.kernels import agree, meets_foe, move


@inlined
def _takes(s: State, i: int, g: int) -> bool:
    """Say whether group g has a free seat that i could take."""
    if s.size[g] + s.weight[i] > s.high[g]:
        return False
    return agree(s, s.common[g], s.mask[i]) and not meets_foe(s, i, g, -1)


@inlined
def _replaces(s: State, i: int, j: int) -> bool:
    """Say whether i could take the seat of j."""
    g = s.group[j]
    size = s.size[g] + s.weight[i] - s.weight[j]
    if size > s.high[g] or size < s.low[g]:
        return False
    return agree(s, s.others[j], s.mask[i]) and not meets_foe(s, i, g, j)


@inner
def _on_the_way(s: State, parent: Array, i: int, g: int) -> bool:
    """Say whether the chain that ends with i has already changed group g."""
    v = i
    while parent[v] != v:
        if s.group[v] == g:
            return True
        v = parent[v]
    return False


@inner
def _seat_along(s: State, parent: Array, i: int, g: int) -> None:
    """Move i to g, then everyone before it in the chain into the seat that became free."""
    goal = g
    v = i
    while True:
        left = s.group[v]
        move(s, v, goal)
        if parent[v] == v:
            return
        goal = left
        v = parent[v]


@entry
def seat_one(s: State, t: int, parent: Array, queue: Array) -> bool:
    """Seat t, who is in the tray, by the shortest chain of moves that keeps every rule.

    No chain changes a group twice, since each step was checked against the groups as they stand.
    ``parent`` and ``queue`` are scratch of length n.
    """
    n = s.group.shape[0]
    tray = s.low.shape[0] - 1
    for v in range(n):
        parent[v] = -1
    parent[t] = t
    queue[0] = t
    first = 0
    last = 1
    while first < last:
        i = queue[first]
        first += 1
        for g in range(tray):
            if s.nodes[g] == 0 or g == s.group[i] or _on_the_way(s, parent, i, g):
                continue
            if _takes(s, i, g):
                _seat_along(s, parent, i, g)
                return True
            j = s.head[g]
            while j >= 0:
                if parent[j] < 0 and not s.locked[j] and _replaces(s, i, j):
                    parent[j] = i
                    queue[last] = j
                    last += 1
                j = s.after[j]
    return False
