"""Compiled listing of every group that keeps the hard rules, and what each is worth.

A group is built node by node in ascending order, so that each is met once; a branch ends as soon as
its members have no time, language or place left in common, meet a foe or grow too large.
"""

# mypy: disable-error-code="no-any-return, return-value"

from __future__ import annotations

import numpy as np
from numba import njit

from matcher.grouping.arrays import Array, State
from matcher.grouping.kernels import build, value


@njit(cache=True)
def list_groups(
    fits: Array, mask: Array, segment: Array, weight: Array, low: float, high: float, out: Array
) -> int:
    """Write the admissible groups into `out` (padded by -1) until it is full; return how many.

    One more than fits into `out` is returned if there are more. `out` without columns only counts,
    up to its length.
    """
    n = fits.shape[0]
    K = mask.shape[1]
    cap = out.shape[0]
    deep = out.shape[1]
    rest = np.empty((n + 1, n), np.int64)
    n_rest = np.zeros(n + 1, np.int64)
    at = np.zeros(n + 1, np.int64)
    common = np.empty((n + 1, K), np.uint64)
    size = np.zeros(n + 1)
    chosen = np.empty(n + 1, np.int64)
    common[0, :] = ~np.uint64(0)
    for v in range(n):
        rest[0, v] = v
    n_rest[0] = n
    found = 0
    d = 0
    while d >= 0:
        if at[d] >= n_rest[d]:
            d -= 1
            continue
        v = rest[d, at[d]]
        at[d] += 1
        if size[d] + weight[v] > high:
            continue
        agree = True
        start = 0
        for e in range(segment.shape[0]):
            hit = False
            for k in range(start, segment[e]):
                common[d + 1, k] = common[d, k] & mask[v, k]
                if common[d + 1, k]:
                    hit = True
            if not hit:
                agree = False
                break
            start = segment[e]
        if not agree:
            continue
        chosen[d] = v
        size[d + 1] = size[d] + weight[v]
        if size[d + 1] >= low:
            if found >= cap:
                return cap + 1
            for k in range(deep):
                out[found, k] = chosen[k] if k <= d else -1
            found += 1
        left = size[d + 1]
        c = 0
        for t in range(at[d], n_rest[d]):
            u = rest[d, t]
            if fits[v, u]:
                rest[d + 1, c] = u
                left += weight[u]
                c += 1
        if c > 0 and left >= low:
            n_rest[d + 1] = c
            at[d + 1] = 0
            d += 1
    return found


@njit(cache=True)
def worths(s: State, groups: Array, out: Array) -> None:
    """Write what each group is worth by itself, everyone else being in the tray.

    The kernels of the search say it, so that what is proved is what is searched for. The state has
    one group and the tray.
    """
    for c in range(groups.shape[0]):
        s.group[:] = 1
        for k in range(groups.shape[1]):
            if groups[c, k] >= 0:
                s.group[groups[c, k]] = 0
        build(s)
        out[c] = value(s)
