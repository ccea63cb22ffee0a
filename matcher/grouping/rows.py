"""One family against all after it, in plain loops that the compiler makes vectors of.

The benefits are those of `bonds.pair_benefit` in 32-bit floats: enough to tell whom not to ask.
"""

# mypy: disable-error-code="no-any-return, return-value, assignment"

from __future__ import annotations

import numpy as np

from matcher.grouping.arrays import Array, Pairs
from matcher.grouping.bonds import _ones, pair_benefit
from matcher.grouping.compiled import entry, inlined, inner, vectorised
from matcher.grouping.pairs import DRIVES, HEAD, SET_FIELDS, SETS, TABLES

DOUBT = 1e-4  # more than 32-bit floats are off


@vectorised
def _add_table(p: Pairs, facts: Array, b: int, i: int, row: Array) -> None:
    start = facts[b, i]
    column = facts[p.plan[TABLES] + b]
    for j in range(i + 1, row.shape[0]):
        row[j] += p.worth[np.uint32(start + column[j])]


@vectorised
def _add_set(
    p: Pairs, facts: Array, bits: Array, k: int, i: int, row: Array, shared: Array
) -> None:
    at = HEAD + SET_FIELDS * k
    counts = facts[2 * p.plan[TABLES] + k]
    start, sums, width = p.plan[at + 2], p.plan[at + 3], p.plan[at + 4]
    n = row.shape[0]
    for j in range(i + 1, n):
        shared[j] = 0
    for w in range(p.plan[at], p.plan[at + 1]):
        own = bits[w, i]
        words = bits[w]
        for j in range(i + 1, n):
            shared[j] += np.int32(_ones(own & words[j]))
    own_count = counts[i]
    for j in range(i + 1, n):
        both = own_count + counts[j]
        known = both < sums
        place = start + both * width + shared[j] if known else 0
        row[j] += p.worth[np.uint32(place)] if known else np.float32(0.0)


@vectorised
def _add_drive(p: Pairs, facts: Array, i: int, row: Array) -> None:
    drives = p.plan[DRIVES]
    at = 2 * p.plan[TABLES] + p.plan[SETS]
    if drives == 0 or facts[at, i] < 0:
        return
    scale, shift = p.worth[drives - 2], p.worth[drives - 1]
    start = drives + facts[at, i]
    home = facts[at + 1]
    limits = facts[at + 2]
    limit = limits[i]
    for j in range(i + 1, row.shape[0]):
        there = home[j] >= 0
        drive = p.worth[np.uint32(start + home[j] if there else 0)]
        least = np.float32(min(limit, limits[j]))
        near = max(np.float32(0.0), np.float32(1.0) - drive / least)
        row[j] += near * scale + shift if there else np.float32(0.0)


@inner
def _benefits_after(p: Pairs, facts: Array, bits: Array, i: int, row: Array, shared: Array) -> None:
    """Write the benefit of family i with each after it, about."""
    row[:] = 0.0
    for b in range(p.plan[TABLES]):
        _add_table(p, facts, b, i, row)
    for k in range(p.plan[SETS]):
        _add_set(p, facts, bits, k, i, row, shared)
    _add_drive(p, facts, i, row)
    for e in range(p.extra_start[i], p.extra_start[i + 1]):
        row[p.extra[e]] += np.float32(p.extra_worth[e])


@vectorised
def agreeing(words: Array, segment: Array, i: int, first: int, agree: Array) -> None:
    """Write 1 for each node from `first` on that shares a time, a language and a place with i.

    ``words`` (K, n) are the masks word by word.
    """
    n = agree.shape[0]
    start = 0
    for j in range(first, n):
        agree[j] = 1
    for k in range(segment.shape[0]):
        if segment[k] == start + 1:
            own = words[start, i]
            word = words[start]
            for j in range(first, n):
                agree[j] &= np.uint8((own & word[j]) != 0)
        else:
            for j in range(first, n):
                hit = False
                for w in range(start, segment[k]):
                    hit |= (words[w, i] & words[w, j]) != 0
                agree[j] &= np.uint8(hit)
        start = segment[k]


@inlined
def _enter(near: Array, worth: Array, held: Array, i: int, j: int, t: float) -> None:
    """Put j among the best of i, the worst of them standing at the end of the row."""
    most = near.shape[1]
    at = held[i]
    if at < most:
        held[i] += 1
    else:
        at = most - 1
    while at > 0 and worth[i, at - 1] < t:
        worth[i, at] = worth[i, at - 1]
        near[i, at] = near[i, at - 1]
        at -= 1
    worth[i, at] = t
    near[i, at] = j


@vectorised
def _promising(row: Array, agree: Array, least: Array, i: int, asked: Array) -> int:
    """Write who after i could be among its best, or it among theirs; return how many."""
    count = 0
    mine = least[i]
    for j in range(i + 1, row.shape[0]):
        if agree[j] and row[j] > min(mine, least[j]):
            asked[count] = j
            count += 1
    return count


@entry
def find_near(
    p: Pairs,
    facts: Array,
    bits: Array,
    words: Array,
    mask: Array,
    segment: Array,
    foe_start: Array,
    foe: Array,
    near: Array,
    worth: Array,
    held: Array,
    partners: Array,
    row: Array,
    least: Array,
    scratch: Array,
    agree: Array,
) -> None:
    """Write each family's best partners, the best first, and how many it could sit with.

    ``facts``, ``bits`` and ``words`` are those of the pairs and the masks, turned; the last four
    are scratch.
    """
    n = p.facts.shape[0]
    most = near.shape[1]
    least[:] = -np.inf
    for i in range(n):
        agreeing(words, segment, i, i + 1, agree)
        for e in range(foe_start[i], foe_start[i + 1]):
            agree[foe[e]] = 0
        for j in range(i + 1, n):
            partners[i] += agree[j]
            partners[j] += agree[j]
        _benefits_after(p, facts, bits, i, row, scratch)
        for k in range(_promising(row, agree, least, i, scratch)):
            j = np.int64(scratch[k])
            t = pair_benefit(p, i, j)
            for a, b in ((i, j), (j, i)):
                if held[a] < most or t > worth[a, most - 1]:
                    _enter(near, worth, held, a, b, t)
                    if held[a] == most:
                        least[a] = worth[a, most - 1] - DOUBT
