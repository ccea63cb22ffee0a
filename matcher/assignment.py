"""Give each family at most one place, exactly: the numeric core, integers in and out."""

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment

from matcher.errors import MatcherError

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

FORBIDDEN = np.iinfo(np.int64).min
EXACT_LIMIT = 2**53  # scipy computes in doubles, which hold whole numbers exactly up to here


@runtime_checkable
class PairScorer(Protocol):
    """Anything that can score pairs block by block."""

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of families and mentors."""
        ...

    def blocks(self) -> Iterator[tuple[slice, Ints, Mask]]:
        """Go through rows, their integer scores, and which of their pairs are allowed."""
        ...


def gathered(scorer: PairScorer | ArrayLike) -> Ints:
    """Return all scores as one table with ``FORBIDDEN`` where a pair is not allowed.

    Raises
    ------
    MatcherError
        For scores that are not whole numbers, or below 0 where allowed.
    """
    if isinstance(scorer, PairScorer):
        table = np.full(scorer.shape, FORBIDDEN, dtype=np.int64)
        for rows, units, allowed in scorer.blocks():
            table[rows] = np.where(allowed, units, FORBIDDEN)
    else:
        given = np.asarray(scorer)
        if given.ndim != 2 or (given.size and not np.issubdtype(given.dtype, np.integer)):
            raise MatcherError("scores must be a table of whole numbers")
        table = given.astype(np.int64)
    if ((table < 0) & (table != FORBIDDEN)).any():
        raise MatcherError("scores must be at least 0, or FORBIDDEN")
    return table


def assign(
    scorer: PairScorer | ArrayLike,
    places: ArrayLike,
    *,
    unmatched_cost: int | ArrayLike | None = None,
    bonus: Ints | None = None,
) -> Ints:
    """Assign families to places with the largest total.

    Parameters
    ----------
    scorer : integer array of shape (n_families, n_mentors), or a PairScorer
        Scores of at least 0; ``FORBIDDEN`` (or not allowed) pairs are never made.
    places : integer array of shape (n_mentors,)
        How many families each mentor can take.
    unmatched_cost : int or integer array of shape (n_families,), optional
        What it costs to leave a family without a mentor, in units of the scores. None is more
        than any total: as many families as possible come first, then the largest total.
    bonus : integer array of shape (n_families, n_mentors) of 0 and 1, optional
        Decides between results that are equally good: more of these pairs is better.

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
    Each place is a column; leaving a family out is worth nothing. This is a linear assignment
    problem, solved by shortest augmenting paths [1]_ in O(n^3); counting first, then total, then
    bonus, is one whole number per pair, so large that no lower level can outweigh a higher.

    References
    ----------
    .. [1] D. F. Crouse, "On implementing 2D rectangular assignment algorithms", IEEE Transactions
       on Aerospace and Electronic Systems, 2016.

    Examples
    --------
    >>> assign([[9, 8], [7, FORBIDDEN]], [1, 1])
    array([1, 0])
    >>> assign([[9, 1], [7, FORBIDDEN]], [1, 1], unmatched_cost=0)
    array([ 0, -1])
    """
    table = gathered(scorer)
    room = np.asarray(places, dtype=np.int64)
    if room.shape != (table.shape[1],) or (room < 0).any():
        raise MatcherError("places must be one whole number of at least 0 for each mentor")
    mentor_of = np.full(len(table), -1, dtype=np.int64)
    allowed = (table != FORBIDDEN) & (room > 0)
    rows, columns = np.flatnonzero(allowed.any(axis=1)), np.flatnonzero(allowed.any(axis=0))
    if not len(rows):
        return mentor_of
    inside = np.ix_(rows, columns)
    worth = _worth(
        table[inside],
        allowed[inside],
        n_places=int(room[columns].sum()),
        cost=None if unmatched_cost is None else _per_row(unmatched_cost, len(table))[rows],
        bonus=None if bonus is None else bonus[inside],
    )
    seats = np.minimum(room[columns], allowed[inside].sum(axis=0))
    column_of_seat = np.repeat(np.arange(len(columns)), seats)
    chosen, seat = linear_sum_assignment(worth[:, column_of_seat].astype(np.float64), maximize=True)
    column = column_of_seat[seat]
    real = worth[chosen, column] > 0
    mentor_of[rows[chosen[real]]] = columns[column[real]]
    return mentor_of


def _per_row(cost: int | ArrayLike, n_rows: int) -> Ints:
    costs = np.broadcast_to(np.asarray(cost, dtype=np.int64), (n_rows,))
    if (costs < 0).any():
        raise MatcherError("unmatched_cost must be at least 0")
    return costs


def _worth(
    table: Ints, allowed: Mask, *, n_places: int, cost: Ints | None, bonus: Ints | None
) -> Ints:
    """Return what each pair is worth as one number; 0 = as good as being left out.

    The levels, from the highest: number of families (only without ``cost``), total, number of
    families, bonus. The second count decides between equal totals, so that the number of
    families, too, cannot depend on the order of the rows.
    """
    most = min(len(table), n_places)
    scores = np.where(allowed, table, 0)
    top = int(scores.max()) + (int(cost.max()) if cost is not None else 0)
    levels = [scores if cost is None else scores + cost[:, None]]
    bounds = [top]
    if cost is None:
        levels.insert(0, np.ones_like(scores))
        bounds.insert(0, 1)
    else:
        levels.append(np.ones_like(scores))
        bounds.append(1)
    if bonus is not None and bonus.any():
        levels.append(bonus.astype(np.int64))
        bounds.append(1)
    largest = 0
    for bound in bounds:
        largest = largest * (most * bound + 1) + bound
    if (largest + 1) * max(most, 1) >= EXACT_LIMIT:
        raise MatcherError("these numbers are too large to be compared exactly")
    worth = np.zeros_like(scores)
    for level, bound in zip(levels, bounds, strict=True):
        worth = worth * (most * bound + 1) + level
    return np.where(allowed, worth, 0)


def best_threshold(scorer: PairScorer | ArrayLike, places: ArrayLike, *, at_most: int) -> int:
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
    is found by halving: one assignment for each of about log2(n_scores) steps.
    """
    table = gathered(scorer)
    first = assign(table, places)
    matched = int((first >= 0).sum())
    if not matched:
        return at_most
    scores = table[first >= 0, first[first >= 0]]
    candidates = np.unique(np.minimum(table[table >= scores.min()], at_most))
    low, high = 0, len(candidates) - 1
    while low < high:
        middle = (low + high + 1) // 2
        above = np.where(table >= candidates[middle], 0, FORBIDDEN)
        if int((assign(above, places) >= 0).sum()) == matched:
            low = middle
        else:
            high = middle - 1
    return int(candidates[low])
