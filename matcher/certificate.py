"""A proof that no other pairing is better, that anyone can check from the profiles alone.

The proof is two lists of numbers: a price for each mentor's place, and what each family has beyond
the price of the place it got. Whatever anyone is paired with, no pairing can be worth more than
all prices and surpluses together (weak duality); where the pairing made is worth exactly that, it
is best. To check it, every allowed pair is scored again and held against the two numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field

import numpy as np

from matcher.assigning.graph import surplus
from matcher.assigning.market import Ints, Market
from matcher.assigning.solving import Solver, Weighing, exact_sum


@dataclass(frozen=True, eq=False, kw_only=True)
class Prices:
    """What proves that no assignment of a market is worth more.

    Attributes
    ----------
    price : int64 array of shape (n_mentors,)
        At least 0, for one place.
    surplus : int64 array of shape (n_families,)
        At least 0, and at least what any allowed pair is worth above its price.
    weighing
        How scores become worth.
    floor : int
        Pairs of a lower score were not allowed.
    """

    price: Ints
    surplus: Ints
    weighing: Weighing = field(repr=False)
    floor: int = 0

    def limit(self, places: Ints) -> int:
        """Return what nothing can be worth more than, exactly."""
        paid = zip(self.price.tolist(), places.tolist(), strict=True)
        spent: int = sum(price * room for price, room in paid)
        return exact_sum(self.surplus) + spent

    def holds_for(self, rows: Ints, columns: Ints, scores: Ints) -> bool:
        """Say whether no pair of a block is worth more than its price and surplus."""
        weighing = self.weighing
        worth = weighing.factor * scores.astype(np.int64) + weighing.offset[rows, None]
        for k in np.flatnonzero(np.isin(weighing.rows, rows)):
            worth[np.ix_(rows == weighing.rows[k], columns == weighing.columns[k])] += (
                weighing.extra[k]
            )
        beaten = worth > self.surplus[rows, None] + self.price[columns]
        return not bool((beaten & (scores >= self.floor)).any())


def proof_of(solved: Solver, floor: int) -> Prices:
    """Return the prices of an optimum, as they are now."""
    return Prices(
        price=solved.graph.price.copy(),
        surplus=surplus(solved.graph),
        weighing=solved.weighing,
        floor=floor,
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class Certificate:
    """The proof of a pairing.

    Attributes
    ----------
    goal : str
    mentor_of : int64 array of shape (n_families,)
        The pairing, -1 for none.
    places : int64 array of shape (n_mentors,)
        Places there were for those who were not pinned.
    pins : mapping of family row to mentor row
    bans : set of (family row, mentor row)
    asked : int
        The least score that was asked of every pair, pinned ones excepted.
    best
        Proves that no pairing with these rules, pins and bans is worth more.
    worst : int
        For the goal "fairest": the score of the weakest pair that was free to be chosen.
    no_better_worst : Prices or None
        For "fairest": proves that were every pair to reach more than `worst`, fewer families
        would have a mentor. None where nothing above was asked for.
    again : function
        Scores the profiles anew: the market without banned pairs and pinned families, the whole
        market, and every mentor's capacity.
    """

    goal: str
    mentor_of: Ints
    places: Ints
    pins: Mapping[int, int]
    bans: Set[tuple[int, int]] = frozenset()
    asked: int = 0
    best: Prices
    worst: int = 0
    no_better_worst: Prices | None = None
    again: Callable[[], tuple[Market, Market, Ints]] = field(repr=False)

    def verify(self) -> bool:
        """Say whether the proof holds, every score computed again from the profiles.

        Notes
        -----
        Nothing of the search is used. Time: one pass over all pairs; memory: one block of them.
        """
        return not self.problems()

    def problems(self) -> tuple[str, ...]:
        """Return what is wrong with the proof, for whoever maintains it; empty if sound."""
        found = self._numbers()
        if found:
            return found
        market, everyone_again, capacity = self.again()
        if found := self._pins(everyone_again, capacity):
            return found
        chosen = np.array(self.mentor_of, np.int64)
        chosen[list(self.pins)] = -1
        factor, offset = self.best.weighing.factor, self.best.weighing.offset
        made, worth = 0, 0
        for rows, everyone in market.rectangles():
            columns = everyone[self.places[everyone] > 0]
            scores = market.scores(rows, columns)
            if not self.best.holds_for(rows, columns, scores):
                return ("a pair is worth more than its prices",)
            barrier = self.no_better_worst
            if barrier is not None and not barrier.holds_for(rows, columns, scores):
                return ("a pair is worth more than the prices of a better worst pair",)
            a, b = np.nonzero(chosen[rows, None] == columns)
            units = scores[a, b].astype(np.int64)
            if (units < self.best.floor).any():
                return ("a pair is forbidden",)
            made += len(a)
            worth += exact_sum(factor * units + offset[rows[a]])
        if made != int((chosen >= 0).sum()):
            return ("a family or mentor that takes no part is paired",)
        return self._sums(worth + self._extra(chosen), made)

    def _pins(self, market: Market, capacity: Ints) -> tuple[str, ...]:
        """Return what is wrong with what was decided beforehand, and with what was asked."""
        left = capacity.copy()
        for i, j in self.pins.items():
            left[j] -= 1
            if self.mentor_of[i] != j or (i, j) in self.bans:
                return ("a pin is not kept",)
            if market.scores(np.array([i]), np.array([j]))[0, 0] < 0:
                return ("a pin is forbidden",)
        if (left != self.places).any() or (left < 0).any():
            return ("the places are not those of the profiles",)
        if self.goal != "fairest":
            return () if self.best.floor == self.asked else ("another floor was asked for",)
        return self._cap(market)

    def _cap(self, market: Market) -> tuple[str, ...]:
        """Return what is missing where the weakest pair is said to be as good as can be."""
        if self.best.floor != self.worst or self.worst < self.asked:
            return ("what is shown of the worst pair is of another score",)
        pinned = [
            int(market.scores(np.array([i]), np.array([j]))[0, 0]) for i, j in self.pins.items()
        ]
        some = len(self.pins) < int((self.mentor_of >= 0).sum())
        if self.no_better_worst is None and some and self.worst < min(pinned, default=market.top):
            return ("a better worst pair is not shown to cost a family",)
        return ()

    def _numbers(self) -> tuple[str, ...]:
        free = np.array(self.mentor_of, np.int64)
        free[list(self.pins)] = -1
        load = np.bincount(free[free >= 0], minlength=len(self.places))
        if (load > self.places).any():
            return ("a mentor has more families than places",)
        proofs = [self.best] if self.no_better_worst is None else [self.best, self.no_better_worst]
        if any((p.price < 0).any() or (p.surplus < 0).any() for p in proofs):
            return ("a price is below nothing",)
        return ()

    def _extra(self, chosen: Ints) -> int:
        more = self.best.weighing
        return exact_sum(more.extra[chosen[more.rows] == more.columns])

    def _sums(self, worth: int, made: int) -> tuple[str, ...]:
        limit = self.best.limit(self.places)
        if worth != limit:
            return (f"the pairs are worth {worth}, the prices allow {limit}",)
        barrier = self.no_better_worst
        if barrier is None:
            return ()
        if barrier.floor != self.worst + 1 or self.best.floor != self.worst:
            return ("what is shown of the worst pair is of another score",)
        if barrier.limit(self.places) >= made * barrier.weighing.family:
            return ("a better worst pair is not shown to cost a family",)
        return ()
