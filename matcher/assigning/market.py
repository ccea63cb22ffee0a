"""Who can be scored against whom: rectangles of rows and columns that hold every allowed pair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from matcher.errors import MatcherError

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Rectangle = tuple[Ints, Ints]

FORBIDDEN = np.iinfo(np.int64).min
BLOCK_CELLS = 1 << 17


@runtime_checkable
class PairScorer(Protocol):
    """Anything that can score pairs block by block, row after row."""

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of families and mentors."""
        ...

    def blocks(self) -> Iterator[tuple[slice, Ints, Mask]]:
        """Go through rows, their integer scores, and which of their pairs are allowed."""
        ...


@runtime_checkable
class Market(Protocol):
    """Anything that can score chosen rows against chosen columns, as often as it is asked."""

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of families and mentors."""
        ...

    @property
    def top(self) -> int:
        """A score that none is above."""
        ...

    def rectangles(self) -> Sequence[Rectangle]:
        """Return rows and columns that together hold every allowed pair.

        A row stands in one rectangle at most; a rectangle is small enough to be scored at once.
        """
        ...

    def scores(self, rows: Ints, columns: Ints) -> NDArray[Any]:
        """Return whole numbers of at least 0, shape (rows, columns); below 0 = forbidden.

        They may be float32 below 2**24, where those are exact.
        """
        ...


class Table:
    """A table of scores as a market.

    Parameters
    ----------
    scores : int64 array of shape (n_families, n_mentors)
        `FORBIDDEN`, or anything below 0, where a pair is not allowed.
    """

    def __init__(self, scores: Ints) -> None:
        self._scores = scores
        self.shape: tuple[int, int] = (scores.shape[0], scores.shape[1])
        self.top = int(scores.max(initial=0))

    def rectangles(self) -> Sequence[Rectangle]:
        """Return the table in runs of rows."""
        return runs_of_rows(self.shape)

    def scores(self, rows: Ints, columns: Ints) -> Ints:
        """Return a part of the table."""
        if len(columns) == self.shape[1]:
            return np.asarray(self._scores[rows])
        return np.asarray(self._scores[np.ix_(rows, columns)])


class Narrowed:
    """A market in which fewer pairs are allowed.

    Parameters
    ----------
    market
    floor
        Pairs of a lower score are not allowed.
    bans : set of (row, column)
    without : rows that take no part
    """

    def __init__(
        self,
        market: Market,
        *,
        floor: int = 0,
        bans: Set[tuple[int, int]] = frozenset(),
        without: Set[int] = frozenset(),
    ) -> None:
        self.market = market
        self.floor = floor
        self.shape = market.shape
        self.top = market.top
        self._bans: dict[int, list[int]] = {}
        for i, j in bans:
            self._bans.setdefault(i, []).append(j)
        self._out = np.array(sorted(without), np.int64)

    def rectangles(self) -> Sequence[Rectangle]:
        """Return the market's, without the rows that take no part."""
        if not len(self._out):
            return self.market.rectangles()
        return [
            (rows[~np.isin(rows, self._out)], columns) for rows, columns in self.market.rectangles()
        ]

    def scores(self, rows: Ints, columns: Ints) -> NDArray[Any]:
        """Return the market's scores, below 0 where one is not allowed here."""
        found = self.market.scores(rows, columns)
        if self.floor > 0:
            found = np.where(found < self.floor, -1, found)
        for a in np.flatnonzero(np.isin(rows, list(self._bans))) if self._bans else ():
            found[a, np.isin(columns, self._bans[int(rows[a])])] = -1
        return found


def runs_of_rows(
    shape: tuple[int, int], rows: Ints | None = None, columns: Ints | None = None
) -> list[Rectangle]:
    """Cut rows against columns (all, if none are named) into rectangles of a bounded size."""
    rows = np.arange(shape[0]) if rows is None else rows
    columns = np.arange(shape[1]) if columns is None else columns
    if not len(columns):
        return []
    step = max(1, BLOCK_CELLS // len(columns))
    return [(rows[start : start + step], columns) for start in range(0, len(rows), step)]


def market_of(scorer: Market | PairScorer | Any) -> Market:
    """Return a scorer or a table as a market.

    Raises
    ------
    MatcherError
        For scores that are not whole numbers, or below 0 where allowed.
    """
    return scorer if isinstance(scorer, Market) else Table(gathered(scorer))


def kept(market: Market) -> Table:
    """Return a market scored once, as a table."""
    table = np.full(market.shape, -1, dtype=np.int64)
    for rows, columns in market.rectangles():
        table[np.ix_(rows, columns)] = market.scores(rows, columns)
    return Table(table)


def gathered(scorer: PairScorer | Any) -> Ints:
    """Return all scores as one table with `FORBIDDEN` where a pair is not allowed.

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
