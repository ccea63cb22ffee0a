"""An optimum kept as things happen: a family leaves or comes, a mentor has more room or less.

Each event disturbs one family or one place; from the prices that are there, a few shortest paths
lead to the optimum of what is now, and all pairs are judged by it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy

import numpy as np

from matcher.assigning.graph import surplus
from matcher.assigning.kernels import free, seat
from matcher.assigning.market import Ints, Narrowed
from matcher.assigning.solving import Solver
from matcher.errors import MatcherError


class Standing(Solver):
    """A solved market that follows events; every method returns the families who change mentor.

    Notes
    -----
    Time of an event: shortest paths among the pairs held, O(n + m) to see which rows may need a
    look, and the scores of those. The answer is as good as solving anew; among equally good ones
    it disturbs few, since only chains of moves that pay are made.
    """

    def copy(self) -> Standing:
        """Return the same optimum, which may go its own way."""
        other = copy(self)
        other.graph = type(self.graph)(*(array.copy() for array in self.graph))
        other.active = self.active.copy()
        other._beyond = self._beyond.copy()
        return other

    def forbid(self, family: int, mentor: int) -> Ints:
        """Let these two never be a pair."""
        before = self.mentor_of.copy()
        graph = self.graph
        self.market = Narrowed(self.market, bans={(family, mentor)})
        apart = graph.mate[family] == mentor
        # A pair worth nothing is never made: as good as going without.
        graph.worth[family, graph.column[family] == mentor] = 0
        if apart:
            self._bring_back(family)
            self.complete()
        return self._moved(before)

    def allow(self, family: int, scores: Mapping[int, int]) -> Ints:
        """Let a family have these mentors too, at these scores, whatever forbade them."""
        before = self.mentor_of.copy()
        for mentor, score in scores.items():
            self._set(family, int(mentor), self._one_worth(family, int(score)))
        if self.active[family]:
            self._bring_back(family)
            self.complete()
        return self._moved(before)

    def _bring_back(self, family: int) -> None:
        """Seat a family anew, whose pairs have become more."""
        free(self.graph, np.array([family]))
        self._settle()
        seat(self.graph, np.array([family]))

    def leave(self, family: int) -> Ints:
        """Take a family out of the market."""
        before = self.mentor_of.copy()
        if not self.active[family]:
            return self._moved(before)
        free(self.graph, np.array([family]))
        self.active[family] = False
        self._settle()
        self.complete()
        return self._moved(before)

    def come(self, family: int) -> Ints:
        """Let a family that has left into the market again."""
        before = self.mentor_of.copy()
        if self.active[family]:
            return self._moved(before)
        self.active[family] = True
        seat(self.graph, np.array([family]))
        self.complete()
        return self._moved(before)

    def set_places(self, mentor: int, places: int) -> Ints:
        """Let a mentor have this many places."""
        if places < 0:
            raise MatcherError("a mentor cannot have fewer places than none")
        before = self.mentor_of.copy()
        graph = self.graph
        if places > 0 and graph.places[mentor] == 0:
            graph.places[mentor] = places
            self._reopen(mentor)
        graph.places[mentor] = places
        if (over := int(graph.load[mentor]) - places) > 0:
            leaving = np.flatnonzero(graph.mate == mentor)
            leaving = leaving[np.argsort(graph.gain[leaving], kind="stable")[:over]]
            free(graph, leaving)
            seat(graph, leaving)
        self._settle()
        self.complete()
        return self._moved(before)

    def hold(self, family: int, mentor: int) -> Ints:
        """Give a family this mentor for good: both leave the market, with one of the places."""
        before = self.mentor_of.copy()
        self.leave(family)
        self.set_places(mentor, int(self.graph.places[mentor]) - 1)
        return self._moved(before)

    def _reopen(self, mentor: int) -> None:
        """Price a mentor who had no place so high that nobody would rather have that one."""
        had = surplus(self.graph)
        highest = 0
        for rows, columns in self._rectangles:
            if mentor not in columns:
                continue
            scores = self.market.scores(rows, np.array([mentor]))[:, 0].astype(np.int64)
            rows, scores = rows[scores >= 0], scores[scores >= 0]
            # Who does not hold the pair, or has left, is asked about it in every later look.
            self._beyond[rows] = np.maximum(self._beyond[rows], scores)
            worth = self._worth(rows, scores)
            near = self.active[rows] & (worth > had[rows])
            highest = max(highest, int((worth - had[rows])[near].max(initial=0)))
            self._add(rows[near], np.full(int(near.sum()), mentor), worth[near])
        # Pairs that are held may be worth more than their score: favoured, or allowed by someone.
        held, at = np.nonzero(self.graph.column == mentor)
        more = self.graph.worth[held, at] - had[held]
        highest = max(highest, int(more[self.active[held]].max(initial=0)))
        self.graph.price[mentor] = highest

    def _moved(self, before: Ints) -> Ints:
        return np.flatnonzero(before != self.mentor_of)
