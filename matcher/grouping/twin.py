"""The numpy twin of `kernels.py`: the same questions answered from the instance alone, slowly.

Tests compare the two. It reads none of the sums that the kernels keep up to date.
"""

from __future__ import annotations

import numpy as np

from matcher.grouping.arrays import EPSILON, Array, State


def value(s: State, group: Array | None = None) -> float:
    """Return the objective of a grouping, by default the state's own."""
    group = s.group if group is None else group
    f = 0.0
    for g in range(len(s.low) - 1):
        members = np.flatnonzero(group == g)
        if len(members) == 0:
            continue
        size = s.weight[members].sum()
        each = s.W[np.ix_(members, members)].sum(axis=1) + 2 * s.inner[members]
        inside = each.sum() / 2 - s.worst[0] / 2 * np.maximum(0.0, -each).sum()
        held = s.tally[members].sum(axis=0)
        cost = sum(s.table[c, int(size), held[c]] for c in range(len(s.table)))
        rate = s.rate[0] if len(s.rate) == 1 else s.rate[int(size)]
        f += rate * inside - cost + s.reward[0] * size
    return float(f + s.stay[(s.home >= 0) & (s.home == group)].sum())


def allowed(s: State, group: Array) -> bool:
    """Say whether a grouping keeps sizes, common masks and foes apart, leaving the tray free."""
    tray = len(s.low) - 1
    for g in range(tray):
        members = np.flatnonzero(group == g)
        if len(members) and not s.low[g] <= s.weight[members].sum() <= s.high[g]:
            return False
        common = np.bitwise_and.reduce(s.mask[members]) if len(members) else None
        start = 0
        for end in s.segment:
            if common is not None and not common[start:end].any():
                return False
            start = end
    for v in range(len(group)):
        for u in s.foe[s.foe_start[v] : s.foe_start[v + 1]]:
            if group[u] == group[v] != tray:
                return False
    return True


def best_move(s: State, i: int) -> float:
    """Return the most that one allowed swap or move of node i would gain, 0 for none."""
    if s.locked[i]:
        return 0.0
    now, best = value(s), 0.0
    a, tray = s.group[i], len(s.low) - 1
    for j in np.flatnonzero((s.group != a) & ~s.locked):
        group = s.group.copy()
        group[i], group[j] = s.group[j], a
        best = max(best, _gain(s, group, now))
    for g in range(tray):
        group = s.group.copy()
        group[i] = g
        emptied = a != tray and not (group == a).any()
        if g != a and not emptied:
            best = max(best, _gain(s, group, now))
    return best


def _gain(s: State, group: Array, now: float) -> float:
    if not allowed(s, group):
        return 0.0
    gain = value(s, group) - now
    return gain if gain > EPSILON else 0.0
