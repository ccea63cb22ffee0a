"""Compiled opening of groups in a large pool, as `opening.py` does it in a small one."""

# mypy: disable-error-code="no-any-return, return-value, assignment"

from __future__ import annotations

import numpy as np
from numba import njit

from matcher.grouping.arrays import Array, State
from matcher.grouping.bonds import could_sit
from matcher.grouping.compiled import inlined, inner
from matcher.grouping.kernels import NEVER, bond, roll
from matcher.grouping.rows import agreeing

NEIGHBOURS = 250  # partners looked at around one family
HARD_FIRST = 0.6  # how much being hard to seat counts beside fitting in


@inlined
def _fit(s: State, i: int, j: int) -> bool:
    return could_sit(s.mask, s.segment, s.foe_start, s.foe, i, j)


@inlined
def _has(word: int, bit: int) -> bool:
    return (word >> np.uint64(bit)) & np.uint64(1) != 0


@njit(cache=True, error_model="numpy")
def found_groups(
    s: State,
    waiting: Array,
    partners: Array,
    experienced: Array,
    least: float,
    most: float,
    wanted: float,
    jitter: float,
    places: int,
    group: Array,
) -> int:
    """Open groups around whoever is hardest to seat, until nobody waiting founds one more.

    Sizes are such that there will be about as many groups as `wanted`.

    ``partners`` (how many of those waiting could sit with each) is kept up to date, `group` takes
    the number of each node's group. Returns how many groups there are.
    """
    n = group.shape[0]
    near = s.base  # scratch
    together = s.gain
    able = np.empty(n, np.bool_)
    given_up = np.zeros(n, np.bool_)
    value = np.zeros((places, 64))
    many = np.zeros((places, 64))
    members = np.empty(n, np.int64)
    words = s.mask.T.copy()
    agree = np.zeros(n, np.uint8)
    G = 0
    while True:
        seed = -1
        hardest = 1e300
        rest = 0.0
        for v in range(n):
            if waiting[v]:
                rest += s.weight[v]
                if not given_up[v]:
                    luck = 1.0 + jitter * roll(s.dice, 1 << 20) / (1 << 20)
                    if (partners[v] + 1.0) * luck < hardest:
                        hardest = (partners[v] + 1.0) * luck
                        seed = v
        if seed < 0:
            return G
        size = np.ceil(rest / max(1.0, wanted - G))
        size = min(max(size, least), most)
        held = _gather_near(s, seed, waiting, near, together)
        place, slot, language = _session(s, seed, near, held, together, least, value, many)
        if place < 0:
            given_up[seed] = True
            continue
        worst = 1.0
        for k in range(held):
            c = near[k]
            able[k] = (
                _has(s.mask[c, 0], slot)
                and _has(s.mask[c, 1], language)
                and _has(s.mask[c, 2 + place // 64], place % 64)
            )
            if able[k]:
                worst = max(worst, partners[c])
        members[0] = seed
        count = 1
        weight = s.weight[seed]
        skilled = experienced[seed]
        while weight < size:
            best = NEVER
            best_k = -1
            for turn in range(2):  # at last someone experienced, if there is anyone
                needed = turn == 0 and weight + 1.0 >= size and not skilled
                if turn == 0 and not needed:
                    continue
                for k in range(held):
                    c = near[k]
                    if not able[k] or weight + s.weight[c] > most:
                        continue
                    if needed and not experienced[c]:
                        continue
                    t = together[k] / count + HARD_FIRST * (1.0 - partners[c] / worst)
                    if t > best:
                        best = t
                        best_k = k
                if best_k >= 0:
                    break
            if best_k < 0:
                break
            v = near[best_k]
            members[count] = v
            count += 1
            weight += s.weight[v]
            skilled = skilled or experienced[v]
            for k in range(held):
                if able[k]:
                    able[k] = k != best_k and _fit(s, v, near[k])
                if able[k]:
                    together[k] += bond(s, v, near[k])
        if weight < least:
            given_up[seed] = True
            continue
        for k in range(count):
            group[members[k]] = G
            waiting[members[k]] = False
        G += 1
        for k in range(count):
            v = members[k]
            agreeing(words, s.segment, v, 0, agree)
            agree[v] = 0
            for e in range(s.foe_start[v], s.foe_start[v + 1]):
                agree[s.foe[e]] = 0
            for j in range(n):
                partners[j] -= s.weight[v] * agree[j]


@inner
def _gather_near(s: State, seed: int, waiting: Array, near: Array, together: Array) -> int:
    """Write who waiting could sit with the seed, its best partners first, and how well they fit."""
    n = waiting.shape[0]
    held = 0
    for k in range(s.near.shape[1]):
        c = np.int64(s.near[seed, k])
        if c >= 0 and waiting[c] and _fit(s, seed, c):
            near[held] = c
            held += 1
    first = held
    j = roll(s.dice, n)
    for _ in range(n):
        j = j + 1 if j + 1 < n else 0
        if held >= NEIGHBOURS:
            break
        if j == seed or not waiting[j] or not _fit(s, seed, j):
            continue
        fresh = True
        for k in range(first):
            if near[k] == j:
                fresh = False
        if fresh:
            near[held] = j
            held += 1
    for k in range(held):
        together[k] = bond(s, seed, near[k])
    return held


@inner
def _session(
    s: State,
    seed: int,
    near: Array,
    held: int,
    together: Array,
    least: float,
    value: Array,
    many: Array,
) -> tuple[int, int, int]:
    """Return the place, time and language by which most of `near` could meet with the seed."""
    best = 0.0
    best_place = -1
    best_slot = -1
    best_language = -1
    for language in range(64):
        if not _has(s.mask[seed, 1], language):
            continue
        value[:] = 0.0
        many[:] = 0.0
        for k in range(held):
            c = near[k]
            if not _has(s.mask[c, 1], language):
                continue
            worth = s.weight[c] * (1.0 + 0.3 * np.tanh(together[k]))
            free = s.mask[seed, 0] & s.mask[c, 0]
            for place in range(value.shape[0]):
                w = 2 + place // 64
                if not _has(s.mask[seed, w] & s.mask[c, w], place % 64):
                    continue
                left = free
                slot = 0
                while left:
                    if left & np.uint64(1):
                        value[place, slot] += worth
                        many[place, slot] += s.weight[c]
                    left >>= np.uint64(1)
                    slot += 1
        for place in range(value.shape[0]):
            for slot in range(64):
                enough = many[place, slot] + s.weight[seed] >= least
                if enough and value[place, slot] > best:
                    best = value[place, slot]
                    best_place = place
                    best_slot = slot
                    best_language = language
    return best_place, best_slot, best_language
