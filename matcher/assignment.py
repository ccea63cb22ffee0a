"""Give each family at most one place, exactly: the numeric core, integers in and out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike

from matcher.assigning.market import (
    FORBIDDEN,
    Ints,
    Market,
    Narrowed,
    PairScorer,
    gathered,
    market_of,
)
from matcher.assigning.solving import Weighing
from matcher.assigning.standing import Standing
from matcher.errors import MatcherError

__all__ = [
    "FORBIDDEN",
    "Ints",
    "Market",
    "PairScorer",
    "assign",
    "best_threshold",
    "gathered",
    "solve",
]

EXACT_LIMIT = 1 << 60  # sums along paths stay below twice this, which 64 bits hold


def assign(
    scorer: Market | PairScorer | ArrayLike,
    places: ArrayLike,
    *,
    unmatched_cost: int | ArrayLike | None = None,
    bonus: Iterable[tuple[int, int]] = (),
) -> Ints:
    """Assign families to places with the largest total.

    Parameters
    ----------
    scorer : integer array of shape (n_families, n_mentors), a PairScorer or a Market
        Scores of at least 0; ``FORBIDDEN`` (or not allowed) pairs are never made. Of a Market
        no table of all pairs is made.
    places : integer array of shape (n_mentors,)
        How many families each mentor can take.
    unmatched_cost : int or integer array of shape (n_families,), optional
        What it costs to leave a family without a mentor, in units of the scores. None is more
        than any total: as many families as possible come first, then the largest total.
    bonus : pairs of (family, mentor), optional
        Decide between results that are equally good: more of these pairs is better.

    Returns
    -------
    ndarray of int64, shape (n_families,)
        Each family's mentor, -1 for none.

    Raises
    ------
    MatcherError
        For shapes that do not fit, negative places, or numbers too large to be exact.

    Notes
    -----
    A capacitated linear assignment problem, solved by shortest augmenting paths over few pairs
    and exact pricing of all others (`matcher.assigning.solving`). Counting first, then total,
    then bonus, is one whole number per pair, so large that no lower level can outweigh a higher.

    Examples
    --------
    >>> assign([[9, 8], [7, FORBIDDEN]], [1, 1])
    array([1, 0])
    >>> assign([[9, 1], [7, FORBIDDEN]], [1, 1], unmatched_cost=0)
    array([ 0, -1])
    """
    return solve(scorer, places, unmatched_cost=unmatched_cost, bonus=bonus).mentor_of.copy()


def solve(
    scorer: Market | PairScorer | ArrayLike,
    places: ArrayLike,
    *,
    unmatched_cost: int | ArrayLike | None = None,
    bonus: Iterable[tuple[int, int]] = (),
) -> Standing:
    """Solve as `assign` does, and return the optimum with its prices, ready to follow events."""
    market = market_of(scorer)
    n, m = market.shape
    room = np.asarray(places, dtype=np.int64)
    if room.shape != (m,) or (room < 0).any():
        raise MatcherError("places must be one whole number of at least 0 for each mentor")
    cost = None if unmatched_cost is None else _per_row(unmatched_cost, n)
    weighing = weigh(market, cost=cost, bonus=bonus)  # places may become more: n is the most
    return Standing(market, room, weighing)


def _per_row(cost: int | ArrayLike, n_rows: int) -> Ints:
    costs = np.broadcast_to(np.asarray(cost, dtype=np.int64), (n_rows,))
    if (costs < 0).any():
        raise MatcherError("unmatched_cost must be at least 0")
    return costs


def weigh(
    market: Market,
    *,
    cost: Ints | None,
    bonus: Iterable[tuple[int, int]] = (),
    credit: Ints | None = None,
) -> Weighing:
    """Return what pairs are worth as one number; 0 = as good as leaving the family out.

    The levels, from the highest: number of families (only without ``cost``), total, number of
    families, bonus. The second count decides between equal totals, so that the number of
    families, too, cannot depend on the order of the rows.

    Parameters
    ----------
    credit : int64 array of shape (n,), optional
        What each family counts for above its score, whoever it gets.
    """
    n = market.shape[0]
    credit = np.zeros(n, np.int64) if credit is None else credit
    added = credit if cost is None else credit + cost
    top = market.top + int(added.max(initial=0))
    pairs = np.array(sorted({(int(i), int(j)) for i, j in bonus}), np.int64).reshape(-1, 2)
    share = n + 1 if len(pairs) else 1
    if cost is None:
        unit, factor, one = 2 * n * top + 1, share, 0
    else:
        unit, factor, one = 0, share * (n + 1), share
    if (unit + top + 1) * factor + one + 1 >= EXACT_LIMIT:
        raise MatcherError("these numbers are too large to be compared exactly")
    return Weighing(
        factor=factor,
        offset=(unit + added) * factor + one,
        rows=pairs[:, 0],
        columns=pairs[:, 1],
        extra=np.ones(len(pairs), np.int64),
        family=unit * factor,
    )


def best_threshold(
    scorer: Market | PairScorer | ArrayLike, places: ArrayLike, *, at_most: int
) -> int:
    """Return the highest score that every pair can reach without losing a family.

    Parameters
    ----------
    scorer, places
        As in ``assign``.
    at_most : int
        No need to look above.

    Notes
    -----
    The number of families that can be matched never grows with the threshold, so the threshold
    is found by halving: one assignment for each of at most log2(at_most) steps.
    """
    market = market_of(scorer)
    return highest_floor(lambda floor: solve(Narrowed(market, floor=floor), places), 0, at_most)[0]


def highest_floor(
    solved_at: Callable[[int], Standing], low: int, at_most: int
) -> tuple[int, Standing | None]:
    """Return the highest floor that serves as many as the lowest, and the optimum just above it.

    Parameters
    ----------
    solved_at : function
        Solves with pairs of at least so much only.
    low, at_most : int
        Where to look. The optimum just above proves that fewer are served there; None where
        nothing above `at_most` was asked for.
    """
    first = solved_at(low)
    if not first.matched:
        return max(low, at_most), None
    low, high, above = max(low, min(at_most, int(first.scores().min()))), at_most, None
    while low < high:
        middle = (low + high + 1) // 2
        tried = solved_at(middle)
        if tried.matched == first.matched:
            low = min(high, int(tried.scores().min()))
        else:
            high, above = middle - 1, tried
    return low, above
