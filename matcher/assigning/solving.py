"""Exact assignment by column generation: solve over few pairs, then look for any that would help.

The pairs that each family likes best are taken first. Their optimum has prices, and by these every
other allowed pair is judged: one that would give its family more than it has is taken in, and the
paths are mended. When no pair is left that would, the optimum is the optimum over all pairs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from matcher.assigning.graph import FAR, Array, fresh_graph, surplus, with_room
from matcher.assigning.kernels import free, seat, settle
from matcher.assigning.market import Ints, Market
from matcher.assigning.scanning import (
    add_pairs,
    beating,
    best_of_columns,
    best_of_rows,
    by_mentor,
)
from matcher.errors import MatcherError

FIRST = 16  # best pairs of each family, and in scarce markets of each mentor, to begin with
MORE = 8  # pairs of a family that are taken in after each look
WIDTH = 32  # pairs of each family there is room for at first


def exact_sum(numbers: Ints) -> int:
    """Return the sum of whole numbers that 64 bits need not hold."""
    return (int((numbers >> 32).sum()) << 32) + int((numbers & 0xFFFFFFFF).sum())


@dataclass(frozen=True)
class Weighing:
    """How a score becomes the worth of a pair: factor * score + offset of its family.

    Attributes
    ----------
    factor
        At least 1.
    offset : int64 array of shape (n,)
    rows, columns, extra : int arrays of shape (k,)
        Pairs worth that much more, less than the factor, by their rows and columns.
    family
        The part of every offset that counts one family.
    """

    factor: int
    offset: Ints
    rows: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    columns: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    extra: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    family: int = 0


class Solver:
    """An assignment that is optimal over all pairs of a market, and stays so as things change.

    Parameters
    ----------
    market
        Scores and forbidden pairs.
    places : int64 array of shape (m,)
        How many families each mentor can take.
    weighing
        What pairs are worth above leaving the family out.

    Attributes
    ----------
    graph
        Who is with whom, and the prices that prove it.
    looked_at
        How many pairs were scored again to find those that help.

    Notes
    -----
    Time: one pass over the allowed pairs, then shortest paths among some twenty pairs a family.
    Memory: O(20 n + m), never n x m. A row is passed over only where even its best pair that is
    not held, at the cheapest place it could have, would give it no more than it has.

    References
    ----------
    Jonker, Volgenant (1987), A shortest augmenting path algorithm for dense and sparse linear
    assignment problems. Computing 38. Gilmore, Gomory (1961) for column generation.
    """

    def __init__(self, market: Market, places: Ints, weighing: Weighing) -> None:
        self.market = market
        self.weighing = weighing
        self.looked_at = 0
        n = market.shape[0]
        self.graph = fresh_graph(n, places, width=WIDTH)
        self.active = np.ones(n, np.bool_)
        self._rectangles = [(rows, columns) for rows, columns in market.rectangles() if len(rows)]
        rows = [rows for rows, _ in self._rectangles]
        if rows and np.bincount(np.concatenate(rows)).max(initial=0) > 1:
            raise MatcherError("a row stands in two rectangles of the market")
        # What no pair of a row that is not held can exceed; -1 = all its pairs are held.
        self._beyond = np.full(n, -1, np.int64)
        # What families had and places cost at the last look: see `_missing`.
        self._looked = np.full(n, FAR + 1), np.zeros(market.shape[1], np.int64)
        scarce = int(places.sum()) < n
        self._take_first(both_sides=int(places.sum()) <= 1.3 * n)
        self._start(from_places=scarce)
        self.complete()

    @property
    def mentor_of(self) -> Ints:
        """Each family's mentor, -1 for none, shape (n,)."""
        return self.graph.mate

    @property
    def matched(self) -> int:
        """How many families have a mentor."""
        return int((self.graph.mate >= 0).sum())

    def scores(self) -> Ints:
        """Return the scores of the pairs made, in the order of their families."""
        made = np.flatnonzero(self.graph.mate >= 0)
        weighing = self.weighing
        return np.asarray((self.graph.gain[made] - weighing.offset[made]) // weighing.factor)

    def _worth(self, rows: Array, scores: Array) -> Array:
        return np.asarray(
            self.weighing.factor * scores.astype(np.int64) + self.weighing.offset[rows]
        )

    def _take_first(self, *, both_sides: bool) -> None:
        m = self.market.shape[1]
        found = np.zeros(m, np.int32)
        best_row = np.zeros((m, FIRST if both_sides else 0), np.int32)
        best_score = np.zeros(best_row.shape, np.int64)
        for rows, every_column in self._rectangles:
            columns = every_column[self.graph.places[every_column] > 0]
            if not len(columns):
                continue
            scores = self.market.scores(rows, columns)
            at = np.empty((len(rows), FIRST), np.int32)
            score = np.empty((len(rows), FIRST), np.int64)
            best_of_rows(scores, at, score)
            full = at[:, -1] >= 0
            self._beyond[rows[full]] = score[full].min(axis=1)
            self._hold(rows, columns, at, score)
            if both_sides:
                best_of_columns(scores, rows, columns, found, best_row, best_score)
        if both_sides:
            there = np.arange(FIRST) < found[:, None]
            mentor, k = np.nonzero(there)
            rows = best_row[mentor, k].astype(np.int64)
            worth = self._worth(rows, best_score[mentor, k])
            add_pairs(self.graph, rows, mentor, worth)
        self._add_favoured()

    def _add_favoured(self) -> None:
        """Hold the favoured pairs, worth what they are worth more."""
        more = self.weighing
        taking_part = np.zeros(self.market.shape[0], np.bool_)
        for rows, _ in self._rectangles:
            taking_part[rows] = True
        for i, j, extra in zip(more.rows, more.columns, more.extra, strict=True):
            score = int(self.market.scores(np.array([i]), np.array([j]))[0, 0])
            if score >= 0 and taking_part[i]:
                self._set(int(i), int(j), self._one_worth(int(i), score) + int(extra))

    def _one_worth(self, i: int, score: int) -> int:
        return int(self._worth(np.array([i]), np.array([score]))[0])

    def _set(self, i: int, j: int, worth: int) -> None:
        """Hold a pair at this worth, whether it was held before or not."""
        at = np.flatnonzero(self.graph.column[i, : self.graph.held[i]] == j)
        if len(at):
            self.graph.worth[i, at] = worth
        else:
            self._add(np.array([i]), np.array([j]), np.array([worth], np.int64))

    def _hold(self, rows: Ints, columns: Ints, at: Array, score: Array) -> Ints:
        """Take found pairs of a block in; return their rows."""
        a, k = np.nonzero(at >= 0)
        where = rows[a]
        self._add(where, columns[at[a, k]], self._worth(where, score[a, k]))
        return where

    def _add(self, rows: Ints, columns: Ints, worth: Array) -> None:
        if not len(rows):
            return
        most = int((self.graph.held + np.bincount(rows, minlength=len(self.graph.held))).max())
        if most > self.graph.column.shape[1]:
            self.graph = with_room(self.graph, most + MORE)
        add_pairs(self.graph, rows, columns, worth)

    def _start(self, *, from_places: bool) -> None:
        """Find the optimum over the first pairs, from the side that has fewer."""
        if not from_places:
            seat(self.graph, np.arange(len(self.graph.mate)))
            return
        graph = self.graph
        graph.out[:] = True
        here = np.arange(graph.column.shape[1]) < graph.held[:, None]
        np.maximum.at(graph.price, graph.column[here], graph.worth[here])
        self._settle()

    def _settle(self) -> None:
        graph = self.graph
        pairs = int(graph.held.sum())
        start = np.zeros(len(graph.places) + 2, np.int64)
        row, at = np.empty(pairs, np.int32), np.empty(pairs, np.int32)
        by_mentor(graph, start, row, at)
        settle(graph, start, row, at)

    def value(self) -> int:
        """Return the worth of all pairs made, exactly."""
        return exact_sum(self.graph.gain[self.graph.mate >= 0])

    def dual(self) -> int:
        """Return what the prices say no assignment can be worth more than, exactly."""
        graph = self.graph
        return exact_sum(surplus(graph)) + sum(
            int(p) * int(k) for p, k in zip(graph.price, graph.places, strict=True) if p and k
        )

    def complete(self) -> int:
        """Take in what would help until nothing does; return the rounds it took."""
        rounds = 0
        while len(rows := self._missing()):
            rounds += 1
            free(self.graph, rows)
            self._settle()
            seat(self.graph, rows)
        return rounds

    def _standing_prices(self) -> tuple[Array, Array]:
        """Return what each family has and each place costs; who takes no part wants for nothing."""
        graph = self.graph
        return (
            np.where(self.active, surplus(graph), FAR),
            np.where(graph.places > 0, graph.price, FAR),
        )

    def _missing(self) -> Ints:
        """Take in pairs that would give their family more than it has; return those families.

        After a look every pair is held, or worth no more than its family has and its place costs.
        Only where a family has less than then, or a place costs less, can a pair be missing: no
        other is looked at again. A family of whom not all could be taken in is.
        """
        has, asked = self._standing_prices()
        had = surplus(self.graph) - self.weighing.offset
        most = np.where(
            self.active & (self._beyond >= 0), self.weighing.factor * self._beyond - had, 0
        )
        poorer, cheaper = has < self._looked[0], asked < self._looked[1]
        self._looked = has, asked
        found: list[Ints] = []
        for rows, columns in self._rectangles:
            found += self._look(rows[poorer[rows]], columns, most, had, asked)
            if (new := cheaper[columns]).any():
                found += self._look(rows[~poorer[rows]], columns[new], most, had, asked)
        return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)

    def _look(self, rows: Ints, columns: Ints, most: Array, had: Array, asked: Array) -> list[Ints]:
        """Take in what would help among these pairs, as far as their bounds do not rule it out."""
        if not len(rows) or not len(columns):
            return []
        rows = rows[most[rows] > asked[columns].min()]
        if not len(rows):
            return []
        columns = columns[asked[columns] < most[rows].max()]
        self.looked_at += len(rows) * len(columns)
        scores = self.market.scores(rows, columns)
        at = np.empty((len(rows), MORE), np.int32)
        score = np.empty((len(rows), MORE), np.int64)
        if not beating(scores, self.weighing.factor, had[rows], asked[columns], at, score):
            return []
        self._looked[0][rows[at[:, -1] >= 0]] = FAR + 1  # there may be more than were taken in
        return [self._hold(rows, columns, at, score)]


def ready() -> None:
    """Compile the kernels, or load them from their cache, before anyone waits."""
    from matcher.assigning.market import Table

    for kind in (np.int64, np.float32):
        # More families than places, and places than families: each begins from its own side.
        for shape in ((2, 1), (1, 2)):
            table = Table(np.ones(shape, kind))
            weighing = Weighing(1, np.ones(shape[0], np.int64))
            solved = Solver(table, np.ones(shape[1], np.int64), weighing)
            free(solved.graph, np.zeros(1, np.int64))
            beating(np.ones(shape, kind), 1, *np.zeros((2, 2), np.int64), *_no_pairs(shape[0]))


def _no_pairs(rows: int) -> tuple[Array, Array]:
    return np.zeros((rows, 1), np.int32), np.zeros((rows, 1), np.int64)
