"""Proven best groupings of a dozen nodes or a few more, by dynamic programming over subsets."""

from __future__ import annotations

from math import comb

import numpy as np
from numba import njit

from matcher.grouping.arrays import Array

MAX_NODES = 12
MAX_EQUAL_NODES = 16
MOST_STEPS = 60_000_000  # some hundredths of a second


def is_small(weight: Array, low: Array, high: Array) -> bool:
    """Say whether the best grouping of these nodes can be proved at once.

    Beyond a dozen nodes only if all weigh the same: then how many subsets the groups before can
    hold, each with every subset of the rest to follow, is known beforehand.
    """
    n = len(weight)
    if n <= MAX_NODES:
        return True
    if n > MAX_EQUAL_NODES or np.any(weight != 1.0):
        return False
    alike = bool(np.all(low == low[0]) and np.all(high == high[0]))
    steps, least, most = 2**n, 0, 0
    for g in range(len(low) - 1):
        least, most = least + int(max(1, low[g])), min(n, most + int(min(n, high[g])))
        for done in range(least, most + 1):
            # Where groups are interchangeable, the first of all nodes is in the first of them.
            subsets = comb(n - 1, done - 1) if alike else comb(n, done)
            steps += subsets * 2 ** (n - done)
    return bool(steps <= MOST_STEPS)


@njit(cache=True)
def best_cover(worth: Array, low: Array, high: Array, load: Array, alike: bool) -> Array:
    """Return the best worth of covering every subset with the first g groups, and how.

    ``worth[mask]`` is what a group of these nodes is worth (-inf = never), ``load[mask]`` its
    weight. Returned: (G + 1, 2 ** n, 2) best worth and the subset that group g - 1 then takes.
    """
    full = worth.shape[0] - 1
    G = low.shape[0]
    best = np.full((G + 1, full + 1, 2), -np.inf)
    best[0, 0, 0] = 0.0
    for g in range(G):
        for done in range(full + 1):
            so_far = best[g, done, 0]
            if so_far == -np.inf:
                continue
            rest = full & ~done
            first = rest & -rest
            sub = rest
            while sub > 0:
                # Groups of the same bounds are interchangeable: the next one takes the first node.
                if (not alike or sub & first) and low[g] <= load[sub] <= high[g]:
                    f = so_far + worth[sub]
                    if f > best[g + 1, done | sub, 0]:
                        best[g + 1, done | sub, 0] = f
                        best[g + 1, done | sub, 1] = sub
                sub = (sub - 1) & rest
    return best


def subset_sums(nodes: Array, pairs: Array) -> Array:
    """Return, for every subset of the nodes, the sum of its nodes' and its pairs' values.

    >>> subset_sums(np.array([1.0, 2.0]), np.array([[0.0, 5.0], [5.0, 0.0]])).tolist()
    [0.0, 1.0, 2.0, 8.0]
    """
    sums = np.zeros(1)
    for v, value in enumerate(nodes):
        with_earlier = np.zeros(1)
        for u in range(v):
            with_earlier = np.concatenate([with_earlier, with_earlier + pairs[u, v]])
        sums = np.concatenate([sums, sums + value + with_earlier])
    return sums


def prove(
    worth: Array, *, low: Array, high: Array, load: Array, counts: range
) -> tuple[float, Array] | None:
    """Return the greatest worth and its grouping of all nodes, or None if there is none."""
    n = int(worth.shape[0]).bit_length() - 1
    alike = bool(np.all(low == low[0]) and np.all(high == high[0]))
    best = best_cover(worth, low, high, load, alike)
    G = max(counts, key=lambda g: best[g, -1, 0])
    if best[G, -1, 0] == -np.inf:
        return None
    group = np.zeros(n, np.int64)
    left = len(worth) - 1
    for g in range(G, 0, -1):
        taken = int(best[g, left, 1])
        group[[v for v in range(n) if taken >> v & 1]] = g - 1
        left &= ~taken
    return float(best[G, -1, 0]), group
