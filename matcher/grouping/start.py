"""Some first seating within the bounds, from which a search begins."""

from __future__ import annotations

import numpy as np

from matcher.grouping.arrays import Array, neighbours
from matcher.grouping.infeasible import Pair, seat_exactly

ATTEMPTS = 30
EXACT_SECONDS = 5.0
MOST_STEPS = 2e7  # 20 ms; beyond, exact sizes would cost more than they bring


def seat_anyhow(
    weight: Array, low: Array, high: Array, foes: list[Pair], *, crowd: bool, seed: int
) -> Array | None:
    """Return a grouping of all nodes within the bounds, or None if there is provably none.

    Greedy in several random orders first; then, if those fail, an exact 0/1 programme.

    Parameters
    ----------
    crowd
        Make groups as unequal as the bounds allow, right where benefits are mostly positive.

    Raises
    ------
    TimeoutError
        Nothing was found and nothing proved.
    """
    rng = np.random.default_rng(seed)
    wanted = _wanted(float(weight.sum()), low, high, crowd=crowd)
    for _ in range(ATTEMPTS if foes or np.ptp(weight) > 0 else 1):
        group = _greedy(weight, low, high, wanted, foes, rng)
        if group is not None:
            return group
    return seat_exactly(weight, low, high, foes, seconds=EXACT_SECONDS)


def _wanted(total: float, low: Array, high: Array, *, crowd: bool) -> Array:
    """Return a weight for each group that adds up to the total within the bounds."""
    wanted = low.astype(float).copy()
    slack = total - wanted.sum()
    if crowd:
        uneven = _most_uneven(total, low, high)
        if uneven is not None:
            return uneven
        for g in np.argsort(-(high + low), kind="stable"):
            room = min(slack, high[g] - wanted[g])
            wanted[g] += room
            slack -= room
        return wanted
    while slack > 1e-9:  # raise the lowest together, until each meets its own ceiling
        open_groups = np.flatnonzero(wanted < high - 1e-12)
        if len(open_groups) == 0:
            break
        level = wanted[open_groups].min()
        lowest = open_groups[wanted[open_groups] <= level + 1e-12]
        steps = [high[lowest].min() - level, slack / len(lowest)]
        others = wanted[open_groups][wanted[open_groups] > level + 1e-12]
        if len(others):
            steps.append(others.min() - level)
        wanted[lowest] += min(steps)
        slack -= min(steps) * len(lowest)
    return wanted


def _most_uneven(total: float, low: Array, high: Array) -> Array | None:
    """Return the whole sizes with the greatest sum of squares, or None if bounds are not whole.

    Among things that all like each other a little, a group of m holds about m (m - 1) / 2 of it.
    Exact by dynamic programming over the groups; O(n G) times the widest range of a bound.
    """
    bounds = np.concatenate([low, high, [total]])
    if not np.array_equal(bounds, np.round(bounds)):
        return None
    n, G = int(total), len(low)
    if n * float((np.minimum(high, n) - low + 1).sum()) > MOST_STEPS:
        return None
    worth = np.full((G + 1, n + 1), -np.inf)
    worth[0, 0] = 0.0
    last = np.zeros((G + 1, n + 1), np.int64)
    for g in range(G):
        for size in range(int(low[g]), min(int(high[g]), n) + 1):
            gained = worth[g, : n + 1 - size] + size * size
            better = gained > worth[g + 1, size:]
            worth[g + 1, size:][better] = gained[better]
            last[g + 1, size:][better] = size
    if not np.isfinite(worth[G, n]):
        return None
    wanted, left = np.zeros(G), n
    for g in range(G, 0, -1):
        wanted[g - 1] = last[g, left]
        left -= last[g, left]
    return wanted


def _greedy(
    weight: Array,
    low: Array,
    high: Array,
    wanted: Array,
    foes: list[Pair],
    rng: np.random.Generator,
) -> Array | None:
    """Seat the heaviest and most contested first, where most room is; None if one is left."""
    n, G = len(weight), len(low)
    start, foe = neighbours(n, foes)
    order = rng.permutation(n)
    order = order[np.lexsort((-(start[order + 1] - start[order]), -weight[order]))]
    group = np.full(n, -1, np.int64)
    size = np.zeros(G)
    filled = np.zeros(G, bool)
    for at, v in enumerate(order):
        open_to = size + weight[v] <= high + 1e-9
        taken = group[foe[start[v] : start[v + 1]]]
        open_to[taken[taken >= 0]] = False
        if n - at <= np.count_nonzero(~filled):
            open_to &= ~filled
        if not open_to.any():
            return None
        room = np.where(open_to, wanted - size, -np.inf)
        g = int(rng.choice(np.flatnonzero(room >= room.max() - 1e-9)))
        group[v] = g
        size[g] += weight[v]
        filled[g] = True
    return _top_up(group, size, weight, low, high, start, foe)


def _top_up(
    group: Array, size: Array, weight: Array, low: Array, high: Array, start: Array, foe: Array
) -> Array | None:
    """Move nodes into groups below their least weight; None if some group stays too small."""
    for g in np.flatnonzero(size < low - 1e-9):
        for v in np.argsort(-weight, kind="stable"):
            a, w = group[v], weight[v]
            fits = size[a] - w >= low[a] and size[g] + w <= high[g] and a != g
            if fits and not np.any(group[foe[start[v] : start[v + 1]]] == g):
                group[v] = g
                size[a] -= w
                size[g] += w
            if size[g] >= low[g] - 1e-9:
                break
        else:
            return None
    return group
