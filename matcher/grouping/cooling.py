"""Search of a large pool by cooling: at first exchanges that cost something, in the end none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from matcher.grouping.arrays import Array, State
from matcher.grouping.descent import smooth
from matcher.grouping.timebox import Timebox

# In units of what an allowed swap typically changes: so no pool needs a setting of its own.
HOT, COLD = 0.15, 0.05  # temperature at the beginning and the end
CAREFUL = 0.06  # at the beginning, where a current grouping is to be kept as far as possible
FIRST_PRICE = 0.4  # of a broken wish: a full price would freeze those whom wishes bind
LATE_PRICE = 1.6
PRICE_STEP = 0.05  # share of the search between two prices
FULL_PRICE_FROM = 0.7  # share of the search after which wishes cost what they are worth
QUENCHED_FROM = 0.95  # the rest goes into a descent
RECORDED_FROM = 0.6  # before, nothing is met that would not be bettered
PROBES = 400


def cool(
    state: State,
    box: Timebox,
    *,
    table: Callable[[float | None], Array],
    careful: bool,
    seen: Callable[[float, float], bool] | None = None,
) -> float:
    """Search until the box is used up, leave the best grouping in the state, return its worth.

    A round is one proposal for each node.

    Parameters
    ----------
    table
        Returns the cost table at a price of a broken wish, None = the full one.
    careful
        Begin so cool that only what is clearly better leaves the grouping as it is.
    seen
        Called with (share done, worth now) between batches; a true answer ends the search.
    """
    from matcher.grouping import annealing, kernels

    n = len(state.group)
    record = state.group.copy()
    stopped = False
    if len(state.low) >= 3 and n - int(state.locked.sum()) >= 2:
        unit = _typical_change(state, table)
        hot = CAREFUL if careful else HOT
        _charge(state, table(None if careful else FIRST_PRICE * unit))
        full = careful
        f, best, dearer_from = kernels.value(state), np.inf, 0.0
        for rounds, share in box.batches():
            if share >= QUENCHED_FROM:
                break
            if not full and share >= dearer_from:
                dearer_from = share + PRICE_STEP
                full = share >= FULL_PRICE_FROM
                price = unit * FIRST_PRICE * (LATE_PRICE / FIRST_PRICE) ** (share / FULL_PRICE_FROM)
                _charge(state, table(None if full else price))
                f, best = kernels.value(state), -np.inf if full else np.inf
            elif full and best == np.inf and share >= RECORDED_FROM:
                best = -np.inf
            temperature = unit * hot * (COLD / hot) ** share
            f, best = annealing.anneal(state, rounds * n, temperature, f, best, record)
            if seen is not None and seen(share, f):
                stopped = True
                break
        if full and np.isfinite(best) and best > f:
            state.group[:] = record
        _charge(state, table(None))
    else:
        kernels.build(state)
    smooth(state, lambda: stopped or box.over())
    kernels.build(state)
    return float(kernels.value(state))


def _typical_change(state: State, table: Callable[[float | None], Array]) -> float:
    """Return the median of what allowed swaps change, in size, wishes left aside."""
    from matcher.grouping import annealing

    _charge(state, table(0.0))
    worth = np.zeros(PROBES)
    found = annealing.probe(state, worth)
    return max(1e-9, float(np.median(worth[:found]))) if found else 1e-9


def _charge(state: State, table: Array) -> None:
    from matcher.grouping import kernels

    state.table[:] = table
    kernels.build(state)
