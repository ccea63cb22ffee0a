"""Iterated local search with a threshold that falls to zero, from any state a kernel can hold."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from matcher.grouping.arrays import Array, State, fresh_state
from matcher.grouping.timebox import Timebox

SHAKEN = 0.4  # swaps in a round, for each node of an average group: so it stays a local matter
TOLERANCE = 1.5  # of the mean swing of a round, at the start; measured, see docs/forming.md
KEEP_EXACT = 2000


@cache
def ready() -> None:
    """Compile the kernels, or load them from their cache, before any clock starts."""
    from matcher.grouping import chains, checks, exact, kernels

    W = np.ones((4, 4)) - np.eye(4)
    sizes = np.array([2, 2, 0])
    state = fresh_state(W, low=sizes, high=sizes, group=np.array([0, 1, 0, 1]))
    improve(state, Timebox(1.0, iterations=2))
    kernels.lottery(state, 1, np.zeros(1))
    chains.seat_one(state, 0, np.zeros(4, np.int64), np.zeros(4, np.int64))
    ready_wide()
    checks.is_sound(W)
    two = np.array([1.0])
    exact.best_cover(np.zeros(2), two, two, np.array([0.0, 1.0]), True)


def ready_wide() -> None:
    """Compile what large pools need beside."""
    from matcher.grouping import annealing, bonds, founding, kernels
    from matcher.grouping.pairs import lay_out
    from matcher.grouping.wide import nearest

    four = np.arange(4)
    pairs = lay_out({}, 4).pairs({})
    table, none = np.zeros((1, 9, 9)), np.zeros(5, np.int64)
    sizes, rate = np.array([1, 1, 0]), np.ones(9)
    state = fresh_state(
        np.zeros((0, 0)),
        pairs=pairs,
        low=sizes,
        high=np.array([3, 3, 4]),
        group=np.array([0, 1, 0, 1]),
        rate=rate,
        table=table,
        tally=np.zeros((4, 1), np.int64),
        near=np.zeros((4, 1), np.int32),
    )
    kernels.build(state)
    annealing.probe(state, np.zeros(1))
    annealing.anneal(state, 1, 1.0, 0.0, 0.0, np.zeros(4, np.int64))
    annealing.quench(state, 1, 0, 0)
    flags = np.zeros(4, bool)
    founding.found_groups(state, flags, np.zeros(4), flags, 1.0, 3.0, 2.0, 0.0, 1, none[:4])
    mask, segment = np.ones((4, 1), np.uint64), np.array([1])
    where = (mask, segment, none, none)
    bonds.tally_pairs(pairs, *where, False, 1, none, np.zeros(3))
    nearest(pairs, where)
    bonds.benefits(pairs, four, four, np.zeros((4, 4)))
    bonds.sittings(*where, four, four, np.zeros((4, 4), bool))


def smooth(state: State, over: Callable[[], bool]) -> None:
    """Descend until nothing is left to gain or it is over; in large pools by best partners."""
    from matcher.grouping import annealing, kernels

    n = len(state.group)
    if state.near.shape[1] > 0:
        i = quiet = 0
        while quiet < n and not over():
            i, quiet = annealing.quench(state, max(40, n // 8), i, quiet)
        return
    calm = False
    while not calm and not over():
        calm = kernels.descend(state, n)[1]


def improve(
    state: State,
    box: Timebox,
    *,
    seen: Callable[[float, float], bool] | None = None,
) -> tuple[float, Array]:
    """Search until the box is used up; return the best worth and its grouping.

    Parameters
    ----------
    seen
        Called with (share done, best worth) between batches; a true answer ends the search.
    """
    from matcher.grouping import kernels

    n = len(state.W)
    kernels.build(state)
    smooth(state, box.over)
    best = f = kernels.value(state)
    record = state.group.copy()
    free = int(n - state.locked.sum())
    if len(state.low) < 3 or free < 2:
        return best, record
    flexible = bool(np.any(state.high[:-1] > state.low[:-1]))
    swaps = min(max(3, round(SHAKEN * n / (len(state.low) - 1))), max(2, free // 6))
    spread, since_built = 0.0, 0
    for rounds, share in box.batches():
        # A search that will be short had better climb than wander.
        patience = min(1.0, box.expected(share) / (2.0 * free))
        threshold = TOLERANCE * patience * spread * (1.0 - share)
        f, up, loss = kernels.search(state, rounds, swaps, flexible, threshold, f, best, record)
        best = max(best, up)
        spread = loss if spread == 0.0 else 0.9 * spread + 0.1 * loss
        since_built += rounds
        if since_built > KEEP_EXACT:  # sums of floats drift
            kernels.build(state)
            kernels.be_content(state)
            f, since_built = kernels.value(state), 0
        if seen is not None and seen(share, best):
            break
    state.group[:] = record
    kernels.build(state)
    return kernels.value(state), record
