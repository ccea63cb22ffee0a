"""Compiled benefit of pairs from the compact rows of `pairs.py`, and passes over all pairs.

The numpy twin is `Laid` with its measures' ``between``: the same scores from the answers alone.
"""

# mypy: disable-error-code="no-any-return, return-value, assignment"

from __future__ import annotations

import numpy as np

from matcher.grouping.arrays import Array, Pairs
from matcher.grouping.compiled import entry, inlined
from matcher.grouping.pairs import DRIVES, HEAD, SET_FIELDS, SETS, TABLES


@inlined
def _ones(x: int) -> int:
    """Return how many bits are set; LLVM makes one instruction of it."""
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@inlined
def _place(p: Pairs, k: int, i: int, j: int) -> int:
    """Return where in `worth` set criterion k of this pair is found, -1 = not answered."""
    at = HEAD + SET_FIELDS * k
    counts = 2 * p.plan[TABLES] + k
    both = p.facts[i, counts] + p.facts[j, counts]
    if both >= p.plan[at + 3]:
        return -1
    shared = 0
    for w in range(p.plan[at], p.plan[at + 1]):
        shared += _ones(p.bits[i, w] & p.bits[j, w])
    return np.int64(p.plan[at + 2]) + both * p.plan[at + 4] + shared


@inlined
def _nearness(p: Pairs, i: int, j: int) -> float:
    """Return the score of the drive, -1 = not to be weighed."""
    at = 2 * p.plan[TABLES] + p.plan[SETS]
    row = p.facts[i, at]
    column = p.facts[j, at + 1]
    if row < 0 or column < 0:
        return -1.0
    limit = min(p.facts[i, at + 2], p.facts[j, at + 2])
    drive = p.worth[np.int64(p.plan[DRIVES]) + row + column]
    return max(0.0, 1.0 - drive / limit)


@inlined
def pair_benefit(p: Pairs, i: int, j: int) -> float:
    """Return the benefit of families i and j."""
    t = 0.0
    tables = p.plan[TABLES]
    for b in range(tables):
        t += p.worth[p.facts[i, b] + p.facts[j, tables + b]]
    for k in range(p.plan[SETS]):
        at = _place(p, k, i, j)
        if at >= 0:
            t += p.worth[at]
    drives = p.plan[DRIVES]
    if drives > 0:
        near = _nearness(p, i, j)
        if near >= 0.0:
            t += near * p.worth[drives - 2] + p.worth[drives - 1]
    for e in range(p.extra_start[i], p.extra_start[i + 1]):
        if p.extra[e] == j:
            t += p.extra_worth[e]
    return t


@inlined
def could_sit(mask: Array, segment: Array, foe_start: Array, foe: Array, i: int, j: int) -> bool:
    """Say whether two families share a time, a language and a place, and may meet."""
    start = 0
    for k in range(segment.shape[0]):
        hit = False
        for w in range(start, segment[k]):
            if mask[i, w] & mask[j, w]:
                hit = True
                break
        if not hit:
            return False
        start = segment[k]
    for e in range(foe_start[i], foe_start[i + 1]):  # noqa: SIM110 - compiled as it stands
        if foe[e] == j:
            return False
    return True


@entry
def tally_pairs(
    p: Pairs,
    mask: Array,
    segment: Array,
    foe_start: Array,
    foe: Array,
    everyone: bool,
    every: int,
    count: Array,
    drive: Array,
) -> int:
    """Count, over the pairs that could sit together, how often each entry of the tables is used.

    Only every so many-th family's pairs with those after it.

    ``drive`` gets the number, sum and sum of squares of the drives' scores. Returns the pairs.
    """
    n = p.facts.shape[0]
    tables = p.plan[TABLES]
    pairs = 0
    for i in range(0, n, every):
        for j in range(i + 1, n):
            if not everyone and not could_sit(mask, segment, foe_start, foe, i, j):
                continue
            pairs += 1
            for b in range(tables):
                count[p.facts[i, b] + p.facts[j, tables + b]] += 1
            for k in range(p.plan[SETS]):
                at = _place(p, k, i, j)
                if at >= 0:
                    count[at] += 1
            if p.plan[DRIVES] > 0:
                near = _nearness(p, i, j)
                if near >= 0.0:
                    drive[0] += 1.0
                    drive[1] += near
                    drive[2] += near * near
    return pairs


@entry
def benefits(p: Pairs, rows: Array, columns: Array, out: Array) -> None:
    """Write the benefit of these families with those, 0 with oneself."""
    for a in range(rows.shape[0]):
        for b in range(columns.shape[0]):
            i = rows[a]
            j = columns[b]
            out[a, b] = 0.0 if i == j else pair_benefit(p, i, j)


@entry
def sittings(
    mask: Array,
    segment: Array,
    foe_start: Array,
    foe: Array,
    rows: Array,
    columns: Array,
    out: Array,
) -> None:
    """Write which of these could sit with which of those, nobody with oneself."""
    for a in range(rows.shape[0]):
        for b in range(columns.shape[0]):
            i = rows[a]
            j = columns[b]
            out[a, b] = i != j and could_sit(mask, segment, foe_start, foe, i, j)
