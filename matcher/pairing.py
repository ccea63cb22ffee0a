"""Give families a mentor each, within the mentors' places."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from matcher.assigning.market import Narrowed, kept
from matcher.assigning.standing import Standing
from matcher.assignment import FORBIDDEN, Ints, Market, PairScorer, assign, highest_floor, weigh
from matcher.certificate import Certificate, Prices, proof_of
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
KEPT_CELLS = 1 << 23


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
    certificate : Certificate
        Proves that no pairing is better; `verify` scores the profiles again.
    solved : Standing
        The optimum with its prices, without pinned families, ready to follow events.
    scorer : ProfileScorer
        What the pairs were scored with.
    """

    mentor_of: Ints
    matched: int
    total: float
    scores: NDArray[np.float64]
    why_not: Mapping[str, WhyNot] = field(repr=False)
    goal: Goal
    family_ids: tuple[str, ...] = field(repr=False)
    mentor_ids: tuple[str, ...] = field(repr=False)
    certificate: Certificate = field(repr=False)
    solved: Standing = field(repr=False)
    scorer: ProfileScorer = field(repr=False)

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
    solved = round_.solve(goal, credit=_credit(people, waiting), keep=keep)
    mentor_of = solved.mentor_of.copy()
    units = np.full(len(people), -1, np.int64)
    units[mentor_of >= 0] = solved.scores()
    for i, j in round_.pins.items():
        mentor_of[i] = j
        units[i] = round_.units_of(i, j)
    made = mentor_of >= 0
    return Pairing(
        mentor_of=mentor_of,
        matched=int(made.sum()),
        total=int(units[made].sum()) / UNITS,
        scores=np.where(made, units / UNITS, np.nan),
        why_not=reasons_why_not(
            scorer.book,
            np.flatnonzero(~made),
            market=round_.market,
            bans=round_.bans,
            floor=round_.floor,
        ),
        goal=goal,
        family_ids=people.ids,
        mentor_ids=helpers.ids,
        certificate=round_.certificate(goal, solved, mentor_of),
        solved=solved,
        scorer=scorer,
    )


class _Round:
    """One round of pairing: scores, what has been decided, and what is left to choose."""

    def __init__(
        self, scorer: ProfileScorer, *, floor: float | None, bans: Pairs, pins: Pairs
    ) -> None:
        self.scorer = scorer
        n, m = scorer.shape
        # A pool of a municipality is scored once and kept; of a country, only what is asked for.
        self.market: Market = kept(scorer) if n * m <= KEPT_CELLS else scorer
        self.floor = None if floor is None else _floor_units(floor)
        self._family_rows = _rows(scorer.families)
        self._mentor_rows = _rows(scorer.mentors)
        self.bans = frozenset(self._found(*ids, what="ban") for ids in bans)
        capacity = np.nan_to_num(scorer.mentors.column("mentor_capacity")).astype(np.int64)
        self.pins = self._checked_pins(pins, capacity)
        for j in self.pins.values():
            capacity[j] -= 1
        self.places = capacity
        self.worst = self.floor or 0
        self._barrier: Prices | None = None

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

    def units_of(self, i: int, j: int) -> int:
        """Return the score of one pair, in whole millionths."""
        return int(self.market.scores(np.array([i]), np.array([j]))[0, 0])

    def _open(self, market: Market, floor: int) -> Narrowed:
        return Narrowed(market, floor=floor, bans=self.bans, without=self.pins.keys())

    def solve(self, goal: Goal, *, credit: Ints, keep: Pairs) -> Standing:
        """Return the optimum for a goal among those who are not pinned."""
        if goal == "fairest":
            self._raise_the_worst()
        kept = [
            (self._family_rows[family_id], self._mentor_rows[mentor_id])
            for family_id, mentor_id in keep
            if family_id in self._family_rows
            and mentor_id in self._mentor_rows
            and self._family_rows[family_id] not in self.pins
        ]
        return self._solved(self.worst, credit=credit, keep=kept, counted=goal != "best_fit")

    def _solved(
        self,
        floor: int,
        *,
        credit: Ints | None = None,
        keep: Iterable[tuple[int, int]] = (),
        counted: bool = True,
    ) -> Standing:
        market = self._open(self.market, floor)
        n = len(self.scorer.families)
        cost = None if counted else np.zeros(n, np.int64)
        weighing = weigh(market, cost=cost, credit=credit, bonus=keep)
        return Standing(market, self.places, weighing)

    def _raise_the_worst(self) -> None:
        """Find the best that the worst pair can be, and what proves that it can be no better."""
        at_most = min((self.units_of(i, j) for i, j in self.pins.items()), default=UNITS)
        worst, above = highest_floor(self._solved, self.worst, at_most)
        if above is not None:
            self._barrier = proof_of(above, worst + 1)
        self.worst = worst

    def certificate(self, goal: Goal, solved: Standing, mentor_of: Ints) -> Certificate:
        """Return the proof of what was solved."""
        scorer = self.scorer

        def again() -> tuple[Market, Market, Ints]:
            anew = ProfileScorer(
                scorer.families,
                scorer.mentors,
                weights=scorer.weights,
                rules=scorer.book.rules,
                on=scorer.on,
            )
            capacity = np.nan_to_num(scorer.mentors.column("mentor_capacity")).astype(np.int64)
            return self._open(anew, 0), anew, capacity

        return Certificate(
            goal=goal,
            mentor_of=mentor_of,
            places=self.places,
            pins=self.pins,
            bans=self.bans,
            asked=self.floor or 0,
            best=proof_of(solved, self.worst),
            worst=self.worst,
            no_better_worst=self._barrier,
            again=again,
        )


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
