"""Compiled search of large pools: proposals drawn among the best partners, accepted by temperature.

Where nothing is held for each node and group, a proposal costs a dozen pair benefits and a move as
many again, whatever the size of the pool; to look at every partner of every node, as the search of
small pools does, would cost thousands.
"""

# mypy: disable-error-code="no-any-return, return-value"

from __future__ import annotations

import math

import numpy as np

from matcher.grouping.arrays import EPSILON, Array, State
from matcher.grouping.compiled import entry, inlined
from matcher.grouping.kernels import (
    NEVER,
    bond,
    may_move,
    may_swap,
    move,
    move_gain,
    roll,
    swap,
    swap_gain,
    swap_worth,
    wide,
)

MOVES = 4  # one proposal in so many is to move, the others are to swap


@inlined
def _chance(dice: Array) -> float:
    """Return a number above 0 and at most 1."""
    return (roll(dice, 1 << 30) + 1.0) / (1 << 30)


@inlined
def _mate_of(s: State, c: int) -> int:
    """Return a random member of c's group."""
    g = s.group[c]
    v = s.head[g]
    for _ in range(roll(s.dice, s.nodes[g])):
        v = s.after[v]
    return v


@inlined
def _target(s: State, i: int) -> int:
    """Return a node whose group i might do well in, -1 = none this time."""
    width = s.near.shape[1]
    c = np.int64(s.near[i, roll(s.dice, width)]) if width > 0 else roll(s.dice, s.group.shape[0])
    if c < 0 or s.group[c] == s.group[i] or s.group[c] == s.low.shape[0] - 1:
        return -1
    return c


@inlined
def _one_by_table(s: State, i: int, c: int, floor: float) -> tuple[float, int]:
    """Return (gain, j): a member of c's group, not c, who may change places with i for more
    than `floor`; j = -1 for none.

    They are asked in turn from c on.
    """
    a = s.group[i]
    b = s.group[c]
    fa = s.factor[a]
    fb = s.factor[b]
    both = fa + fb
    slack = s.relief[a] + s.relief[b] + s.stay[i]
    slack += fb * (s.ST[b, i] + s.inner[i]) - fa * (s.ST[a, i] + s.inner[i])
    plain = s.plain[0]
    j = c
    while True:
        j = s.after[j]
        if j < 0:
            j = s.head[b]
        if j == c:
            return 0.0, -1
        most = slack + fa * (s.ST[a, j] + s.inner[j]) - s.keep[j] - both * s.W[i, j]
        if most <= floor and plain:
            continue
        if s.locked[j] or not may_swap(s, i, j):
            continue
        d = swap_gain(s, i, j, floor)
        if d > floor:
            return d, j


@inlined
def _tie_above(s: State, g: int, v: int, skip: int, needed: float) -> float:
    """Return the benefit of v with group g without `skip`, or some number <= needed.

    It is given up as soon as the rest could not make it enough, were they its best partners.
    """
    if g == s.low.shape[0] - 1:
        return 0.0
    t = 0.0
    left = s.nodes[g] - 1
    u = s.head[g]
    while u >= 0:
        if u != skip:
            t += bond(s, v, u)
            left -= 1
            if 0 < left <= s.top.shape[1] and t + s.top[v, left - 1] <= needed:
                return needed
        u = s.after[u]
    return t


@inlined
def _one_by_pairs(s: State, i: int, c: int, floor: float) -> tuple[float, int]:
    """Return what `_one_by_table` does where no table is held: rules first, then benefits.

    The benefits of i with the group are worked out once for all its members, the others' only as
    far as more than the floor could come of it.
    """
    a = s.group[i]
    b = s.group[c]
    able = s.base
    count = 0
    j = c
    while True:
        j = s.after[j]
        if j < 0:
            j = s.head[b]
        if j == c:
            break
        if not s.locked[j] and may_swap(s, i, j):
            able[count] = j
            count += 1
    if count == 0:
        return 0.0, -1
    came = 0.0
    u = s.head[b]
    while u >= 0:
        s.gain[u] = bond(s, i, u)
        came += s.gain[u]
        u = s.after[u]
    fa = s.factor[a]
    fb = s.factor[b]
    slack = s.relief[a] + s.relief[b] + s.stay[i] + fb * came - fa * s.own[i]
    for k in range(count):
        j = able[k]
        needed = NEVER
        if fa > 0.0 and s.top.shape[1] > 0:
            needed = (floor - slack - s.stay[j] + fb * (s.gain[j] + s.own[j])) / fa
        came_a = _tie_above(s, a, j, i, needed)
        if came_a <= needed:
            continue
        d = swap_worth(s, i, j, came_a, came - s.gain[j], floor)
        if d > floor:
            return d, j
    return 0.0, -1


@entry
def anneal(
    s: State, proposals: int, temperature: float, f: float, best: float, record: Array
) -> tuple[float, float]:
    """Make so many proposals from a grouping worth f; return what it then is worth, and the best.

    `record` takes the best grouping met, if it is worth more than `best`.
    """
    n = s.group.shape[0]
    improved = False
    for _ in range(proposals):
        i = roll(s.dice, n)
        if s.locked[i]:
            continue
        c = _target(s, i)
        if c < 0:
            continue
        b = s.group[c]
        floor = temperature * math.log(_chance(s.dice))
        j = np.int64(-1)
        d = 0.0
        alone = roll(s.dice, MOVES) == 0
        if alone:
            if not may_move(s, i, b):
                continue
            d = move_gain(s, i, b, floor)
            if d <= floor:
                continue
        else:
            d, j = _one_by_pairs(s, i, c, floor) if wide(s) else _one_by_table(s, i, c, floor)
            if j < 0:
                continue
        if improved and d < 0.0:
            improved = _note(s, record)
        if alone:
            move(s, i, b)
        else:
            swap(s, i, j)
        f += d
        if f > best + EPSILON:
            best = f
            improved = True
    if improved:
        _note(s, record)
    return f, best


@inlined
def _note(s: State, record: Array) -> bool:
    """Keep the grouping as it stands; the answer is that nothing is left to keep."""
    for v in range(record.shape[0]):
        record[v] = s.group[v]
    return False


@entry
def probe(s: State, worth: Array) -> int:
    """Write what proposals would change, in size, for a first temperature; return how many."""
    n = s.group.shape[0]
    found = 0
    for _ in range(200 * worth.shape[0]):
        if found >= worth.shape[0]:
            break
        i = roll(s.dice, n)
        c = _target(s, i)
        if c < 0 or s.group[i] == s.low.shape[0] - 1:
            continue
        j = _mate_of(s, c)
        if j != c and may_swap(s, i, j):
            worth[found] = abs(swap_gain(s, i, j, NEVER))
            found += 1
    return found


@entry
def quench(s: State, scans: int, i: int, quiet: int) -> tuple[int, int]:
    """Improve, for so many nodes after node i, what any has to gain with its best partners.

    Returns the last node and how many before it, one after another, had nothing to gain: once they
    are all, nothing is left to gain. Both are given to the next call.
    """
    n = s.group.shape[0]
    tray = s.low.shape[0] - 1
    for _ in range(scans):
        i = i + 1 if i + 1 < n else 0
        quiet += 1
        best = EPSILON
        best_j = np.int64(-1)
        best_g = np.int64(-1)
        for k in range(s.near.shape[1]):
            c = np.int64(s.near[i, k])
            if c < 0 or s.locked[i]:
                break
            g = s.group[c]
            if g == s.group[i] or g == tray:
                continue
            if may_move(s, i, g):
                d = move_gain(s, i, g, best)
                if d > best:
                    best = d
                    best_g = g
                    best_j = np.int64(-1)
            j = s.head[g]
            while j >= 0:
                if not s.locked[j] and may_swap(s, i, j):
                    d = swap_gain(s, i, j, best)
                    if d > best:
                        best = d
                        best_j = j
                        best_g = np.int64(-1)
                j = s.after[j]
        if best_j >= 0:
            swap(s, i, best_j)
        elif best_g >= 0:
            move(s, i, best_g)
        if best_j >= 0 or best_g >= 0:
            quiet = 0
        if quiet >= n:
            break
    return i, quiet
