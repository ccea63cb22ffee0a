"""Give families a mentor each, within the mentors' places."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from matcher.assignment import (
    FORBIDDEN,
    Ints,
    PairScorer,
    assign,
    best_threshold,
    gathered,
)
from matcher.compatibility import UNITS, Families, ProfileScorer
from matcher.errors import MatcherError
from matcher.profiles import Profiles, as_profiles
from matcher.rules import PairRules
from matcher.why_not import WhyNot, reasons_why_not

__all__ = ["FORBIDDEN", "Goal", "PairScorer", "Pairing", "WhyNot", "assign", "pair"]

Goal = Literal["most_families", "best_fit", "fairest"]
Pairs = Iterable[tuple[str, str]]

# A day of waiting counts as much as 0.002 of a score, and a year and a half as a whole score.
UNITS_PER_DAY_WAITED = 2_000
MOST_CREDIT = UNITS


@dataclass(frozen=True, eq=False)
class Pairing:
    """Who mentors whom.

    Attributes
    ----------
    mentor_of : ndarray of int64, shape (n_families,)
        Row of each family's mentor; -1 for none.
    matched : int
        How many families have a mentor.
    total : float
        The sum of the pairs' scores.
    scores : ndarray of float64, shape (n_families,)
        Each family's score with its mentor; NaN for none.
    why_not : mapping of family id to WhyNot
        For every family without a mentor: the rule that stands in the way, and a remedy.
    goal : str
    family_ids, mentor_ids : tuple of str
    """

    mentor_of: Ints
    matched: int
    total: float
    scores: NDArray[np.float64]
    why_not: Mapping[str, WhyNot] = field(repr=False)
    goal: Goal
    family_ids: tuple[str, ...] = field(repr=False)
    mentor_ids: tuple[str, ...] = field(repr=False)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The pairs as (family id, mentor id), in the order of the families."""
        return [
            (self.family_ids[i], self.mentor_ids[j])
            for i, j in enumerate(self.mentor_of.tolist())
            if j >= 0
        ]


def pair(
    families: Families,
    mentors: Families,
    *,
    goal: Goal = "most_families",
    weights: Mapping[str, float] | None = None,
    rules: PairRules | Mapping[str, int] | None = None,
    floor: float | None = None,
    waiting: Mapping[str, int] | None = None,
    keep: Pairs = (),
    pins: Pairs = (),
    bans: Pairs = (),
    on: date | None = None,
) -> Pairing:
    """Pair families with mentors.

    Parameters
    ----------
    families, mentors : Profiles, or sequences of records
        A mentor takes as many families as its ``mentor_capacity``.
    goal : {"most_families", "best_fit", "fairest"}
        "most_families": most families, then the largest total. "best_fit": the largest total.
        "fairest": most families, then the worst pair as good as can be, then the total.
    weights, rules, on
        As in ``score_pairs``.
    floor : float, optional
        Only pairs of at least this score are made (pins excepted).
    waiting : mapping of family id to days waited, optional
        A day counts as 0.002 of a score, at most 1 in all, where the total decides.
    keep : pairs of (family id, mentor id)
        Pairs there are today. Among equally good results, the one with most of these is taken.
    pins : pairs of (family id, mentor id)
        Pairs that must be.
    bans : pairs of (family id, mentor id)
        Pairs that must not be.

    Returns
    -------
    Pairing
        An optimum. The same input gives the same result; another order of the rows may change
        who gets whom, never how many nor the total.

    Raises
    ------
    MatcherError
        For an unknown goal or id, or a pin that breaks a rule, a ban or a capacity, by name.

    Examples
    --------
    >>> common = {"status": "active", "consents": {"matching": "2026-01-01"}}
    >>> family = {"id": "A", "participation": ["mentee"], **common}
    >>> mentor = {"id": "B", "participation": ["mentor"], "mentor_approved": "2026-01-01"}
    >>> result = pair([family], [mentor | common], on=date(2026, 11, 1))
    >>> result.pairs, result.matched
    ([('A', 'B')], 1)
    >>> pair([family], [mentor], on=date(2026, 11, 1)).why_not["A"].codes
    ('no_mentors',)
    """
    if goal not in get_args(Goal):
        raise MatcherError(f"there is no goal {goal!r}; there is {get_args(Goal)}")
    people, helpers = as_profiles(families), as_profiles(mentors)
    scorer = ProfileScorer(people, helpers, weights=weights, rules=rules, on=on)
    round_ = _Round(scorer, floor=floor, bans=bans, pins=pins)
    mentor_of = round_.solve(goal, credit=_credit(people, waiting), keep=keep)
    chosen = np.flatnonzero(mentor_of >= 0)
    units = round_.units[chosen, mentor_of[chosen]]
    scores = np.full(len(people), np.nan)
    scores[chosen] = units / UNITS
    return Pairing(
        mentor_of=mentor_of,
        matched=len(chosen),
        total=int(units.sum()) / UNITS,
        scores=scores,
        why_not=reasons_why_not(
            scorer.book,
            np.flatnonzero(mentor_of < 0),
            units=round_.units,
            bans=round_.bans,
            floor=round_.floor,
        ),
        goal=goal,
        family_ids=people.ids,
        mentor_ids=helpers.ids,
    )


class _Round:
    """One round of pairing: scores, what has been decided, and what is left to choose."""

    def __init__(
        self, scorer: ProfileScorer, *, floor: float | None, bans: Pairs, pins: Pairs
    ) -> None:
        self.scorer = scorer
        self.units = gathered(scorer)
        self.floor = None if floor is None else _floor_units(floor)
        self._family_rows = _rows(scorer.families)
        self._mentor_rows = _rows(scorer.mentors)
        self.bans = {self._found(*ids, what="ban") for ids in bans}
        self.open = self.units.copy()
        if self.floor is not None:
            self.open[self.open < self.floor] = FORBIDDEN
        for place in self.bans:
            self.open[place] = FORBIDDEN
        capacity = np.nan_to_num(scorer.mentors.column("mentor_capacity")).astype(np.int64)
        self.pins = self._checked_pins(pins, capacity)
        for i, j in self.pins.items():
            self.open[i] = FORBIDDEN
            capacity[j] -= 1
        self.places = capacity

    def _found(self, family_id: str, mentor_id: str, *, what: str) -> tuple[int, int]:
        if family_id not in self._family_rows:
            raise MatcherError(f"{what} ({family_id!r}, {mentor_id!r}): no family {family_id!r}")
        if mentor_id not in self._mentor_rows:
            raise MatcherError(f"{what} ({family_id!r}, {mentor_id!r}): no mentor {mentor_id!r}")
        return self._family_rows[family_id], self._mentor_rows[mentor_id]

    def _checked_pins(self, pins: Pairs, capacity: Ints) -> dict[int, int]:
        """Return each pinned family's mentor, or refuse by name."""
        mentor_of: dict[int, int] = {}
        for ids in pins:
            i, j = self._found(*ids, what="pin")
            broken = [code for code, mask in self.scorer.book.broken(slice(i, i + 1)) if mask[0, j]]
            if broken:
                raise MatcherError(f"pin {tuple(ids)!r} breaks a rule: {', '.join(broken)}")
            if (i, j) in self.bans:
                raise MatcherError(f"pin {tuple(ids)!r} is also banned")
            if mentor_of.setdefault(i, j) != j:
                raise MatcherError(
                    f"pin {tuple(ids)!r}: the family is pinned to another mentor too"
                )
        for j in set(mentor_of.values()):
            wanted = sum(1 for mentor in mentor_of.values() if mentor == j)
            if wanted > capacity[j]:
                raise MatcherError(
                    f"pins: mentor {self.scorer.mentors.ids[j]!r} has a capacity of "
                    f"{int(capacity[j])} and is pinned to {wanted} families"
                )
        return mentor_of

    def solve(self, goal: Goal, *, credit: Ints, keep: Pairs) -> Ints:
        """Return each family's mentor for a goal, pins included."""
        table = self.open
        if goal == "fairest":
            pinned = [int(self.units[i, j]) for i, j in self.pins.items()]
            worst = best_threshold(table, self.places, at_most=min(pinned, default=UNITS))
            table = np.where(table >= worst, table, FORBIDDEN)
        worth = np.where(table == FORBIDDEN, FORBIDDEN, table + credit[:, None])
        mentor_of = assign(
            worth,
            self.places,
            unmatched_cost=0 if goal == "best_fit" else None,
            bonus=self._kept(keep),
        )
        for i, j in self.pins.items():
            mentor_of[i] = j
        return mentor_of

    def _kept(self, keep: Pairs) -> Ints:
        """Mark the pairs there are today; one that has left the round has nothing to keep."""
        marks = np.zeros(self.units.shape, dtype=np.int64)
        for family_id, mentor_id in keep:
            if family_id in self._family_rows and mentor_id in self._mentor_rows:
                marks[self._family_rows[family_id], self._mentor_rows[mentor_id]] = 1
        return marks


def _floor_units(floor: float) -> int:
    if not 0 <= floor <= 1:
        raise MatcherError(f"the floor must be in [0, 1], not {floor!r}")
    return int(np.ceil(round(floor * UNITS, 3)))


def _rows(profiles: Profiles) -> dict[str, int]:
    return {key: row for row, key in enumerate(profiles.ids)}


def _credit(families: Profiles, waiting: Mapping[str, int] | None) -> Ints:
    """Return what each family's waiting is worth, in units of the scores."""
    credit = np.zeros(len(families), dtype=np.int64)
    rows = _rows(families)
    for family_id, days in (waiting or {}).items():
        if family_id not in rows:
            raise MatcherError(f"waiting: no family {family_id!r}")
        if isinstance(days, bool) or not isinstance(days, int | np.integer) or days < 0:
            raise MatcherError(f"waiting: family {family_id!r} cannot have waited {days!r} days")
        credit[rows[family_id]] = min(int(days) * UNITS_PER_DAY_WAITED, MOST_CREDIT)
    return credit
