"""The matcher at the board: scores a draft as it is being changed, and says what a move would do.

What can be reckoned once for a pool is kept in this process, so that a click is answered at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from data.clock import today
from data.matching import records
from data.models import Family
from matcher.grouping.benefit import build_benefit
from matcher.grouping.facts import Broken
from matcher.grouping.pool import build_pool
from matcher.grouping.problem import Sizes, build_problem
from matcher.grouping.reasons import why_left_out
from matcher.grouping.report import describe
from matcher.grouping.result import Group, LeftOut
from matcher.grouping.scoring import Scale, best_partners, worth
from matcher.grouping.settings import GroupRules, read_criteria
from matcher.profiles import Profiles
from web.groups.draft_settings import DraftSettings
from web.groups.outcomes import Outcome, Seats

NAMED_PARTNERS = 1
BEST_SWAPS = 3
SWAPS_TRIED = 60  # partners worth trying, the best fitting first


@dataclass(frozen=True, kw_only=True)
class Target:
    """One group a family could move to, and what that would mean for everyone."""

    number: int
    before: Group
    after: Group
    left_behind: Group | None  # the family's own group without it
    left_before: Group | None
    total: int
    refused: tuple[Broken, ...]

    @property
    def change(self) -> int:
        """Return what both groups win or lose together."""
        change = self.after.score - self.before.score
        if self.left_behind and self.left_before:
            change += self.left_behind.score - self.left_before.score
        return change


@dataclass(frozen=True, kw_only=True)
class Swap:
    """Another family to change places with."""

    other: int
    target: Target


class Desk:
    """A pool laid out for scoring: families by id, groups by number."""

    def __init__(self, kept: str, settings: DraftSettings, lottery: float) -> None:
        how = settings.for_matcher()
        rules = GroupRules.of(how["rules"])
        sizes = Sizes(settings.min_size, settings.max_size, settings.target_size)
        pool = build_pool(
            Profiles.from_records(json.loads(kept)), rules=rules, places=how["places"], on=today()
        )
        benefit = build_benefit(pool, read_criteria(how["criteria"]), on=today())
        self.problem = build_problem(pool, benefit, rules=rules, sizes=sizes)
        self.scale = Scale(lottery, np.zeros(0), best_partners(self.problem), 1.0 - rules.balance)
        self._row = {int(key): i for i, key in enumerate(pool.ids)}
        self._known: dict[tuple[int, tuple[int, ...], int], Group] = {}
        self._parts: dict[tuple[int, ...], tuple[float, float]] = {}

    def rows(self, family_ids: Iterable[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the places of families in the pool, those who cannot be seated left out."""
        return np.array(sorted(self._row[f] for f in family_ids if f in self._row), np.int64)

    def can_be_seated(self, family_id: int) -> bool:
        """Answer whether the family's own answers allow any group at all."""
        return family_id in self._row

    def group(self, number: int, family_ids: Iterable[int], outcome: Outcome) -> Group:
        """Return one column of the board."""
        rows = self.rows(family_ids)
        key = (number, tuple(rows.tolist()), len(outcome.waived))
        if key not in self._known:
            self._known[key] = describe(self.problem, number, rows, self.scale, outcome.waived)
        return self._known[key]

    def total(self, groups: Iterable[Sequence[int]]) -> int:
        """Return the points of a whole draft: the matcher's own sum, kept group by group."""
        parts = [self._part(tuple(self.rows(ids).tolist())) for ids in groups]
        won, most = sum(part[0] for part in parts), sum(part[1] for part in parts)
        return round(100 * min(1.0, max(0.0, won / most))) if most > 0 else 0

    def _part(self, rows: tuple[int, ...]) -> tuple[float, float]:
        """Return what a group wins over drawing lots, and the most it could."""
        if rows not in self._parts:
            members = np.array(rows, np.int64)
            lot = self.scale.lottery * len(rows)
            self._parts[rows] = (
                worth(self.problem, members) - lot,
                self.scale.bound(members, len(rows)) - lot,
            )
        return self._parts[rows]

    def rescored(self, seats: Seats, outcome: Outcome, *, touched: Iterable[int]) -> Outcome:
        """Return the outcome after a change at the board; only touched groups are reckoned anew."""
        by_number = members_by_number(seats)
        kept = {group.label: group for group in outcome.groups}
        again = set(touched)
        groups = tuple(
            kept[n] if n in kept and n not in again else self.group(n, by_number[n], outcome)
            for n in sorted(by_number)
        )
        return replace(
            outcome,
            groups=groups,
            score=self.total(by_number.values()),
            untouched=False,
            unplaced=self._unplaced(seats, by_number, outcome),
        )

    def _unplaced(
        self, seats: Seats, by_number: Mapping[int, list[int]], outcome: Outcome
    ) -> dict[str, LeftOut]:
        members = [self.rows(ids) for ids in by_number.values()]
        found = {}
        for family_id, number in seats.items():
            if number is None and family_id in self._row:
                why = why_left_out(self.problem, self._row[family_id], members)
                found[str(family_id)] = why
            elif number is None and (known := outcome.unplaced.get(str(family_id))):
                found[str(family_id)] = known
        return found

    def target(self, family_id: int, number: int, seats: Seats, outcome: Outcome) -> Target:
        """Say what it would mean to move a family to a group."""
        return self._changed(seats, {family_id: number}, family_id, outcome)

    def _changed(
        self, seats: Seats, moves: Mapping[int, int | None], family_id: int, outcome: Outcome
    ) -> Target:
        now, then = members_by_number(seats), members_by_number({**seats, **moves})
        number, own = moves[family_id], seats[family_id]
        assert number is not None  # noqa: S101  # a target is a group
        before = self.group(number, now.get(number, []), outcome)
        after = self.group(number, then[number], outcome)
        known = {(b.rule, b.families) for b in before.broken}
        refused = [b for b in after.broken if b.rule != "size_low" and _key(b) not in known]
        left_behind = left_before = None
        if own is not None:
            left_before = self.group(own, now[own], outcome)
            left_behind = self.group(own, then.get(own, []), outcome)
            if len(moves) > 1:  # in a swap the other side must be possible too
                mine = {_key(b) for b in left_before.broken}
                refused += [b for b in left_behind.broken if _key(b) not in mine]
        return Target(
            number=number,
            before=before,
            after=after,
            left_behind=left_behind,
            left_before=left_before,
            total=self.total(then.values()),
            refused=tuple(refused),
        )

    def targets(self, family_id: int, seats: Seats, outcome: Outcome) -> list[Target]:
        """Return every other group, those that can be chosen and win most first."""
        if not self.can_be_seated(family_id):
            return []
        numbers = [n for n in members_by_number(seats) if n != seats[family_id]]
        found = [self.target(family_id, n, seats, outcome) for n in numbers]
        return sorted(found, key=lambda t: (bool(t.refused), -t.change, t.number))

    def swap(self, family_id: int, other: int, seats: Seats, outcome: Outcome) -> Swap:
        """Say what it would mean if two families changed places."""
        moves = {family_id: seats[other], other: seats[family_id]}
        return Swap(other=other, target=self._changed(seats, moves, family_id, outcome))

    def swaps(
        self, family_id: int, seats: Seats, outcome: Outcome, *, locked: Iterable[int]
    ) -> list[Swap]:
        """Return the best possible swaps, most won first."""
        own = seats[family_id]
        if own is None or not self.can_be_seated(family_id):
            return []
        held = set(locked)
        others = [
            f for f, n in seats.items() if n not in {own, None} and f in self._row and f not in held
        ]
        others.sort(key=lambda f: -self._fits_beside(f, own, seats))
        tried = [self.swap(family_id, f, seats, outcome) for f in others[:SWAPS_TRIED]]
        possible = [swap for swap in tried if not swap.target.refused]
        return sorted(possible, key=lambda s: (-s.target.change, s.other))[:BEST_SWAPS]

    def _fits_beside(self, family_id: int, number: int, seats: Seats) -> float:
        rows = self.rows(f for f, n in seats.items() if n == number)
        return float(self.problem.benefit.W[self._row[family_id], rows].mean())

    def nearest_and_farthest(self, family_id: int, seats: Seats) -> tuple[int, int] | None:
        """Return who in its own group fits the family best and least."""
        own = seats[family_id]
        mates = [f for f, n in seats.items() if n == own and f != family_id and f in self._row]
        if own is None or not mates or family_id not in self._row:
            return None
        worth = self.problem.benefit.W[self._row[family_id]]
        ordered = sorted(mates, key=lambda f: -worth[self._row[f]])
        return ordered[0], ordered[-1]

    @cached_property
    def left_out(self) -> Mapping[str, str]:
        """Return id -> rule of those who cannot be seated whatever the others answer."""
        return self.problem.pool.out


def members_by_number(seats: Seats) -> dict[int, list[int]]:
    """Return the families of each group of the board."""
    groups: dict[int, list[int]] = {}
    for family_id, number in seats.items():
        if number is not None:
            groups.setdefault(number, []).append(family_id)
    return groups


def desk_for(families: Sequence[Family], settings: DraftSettings, *, lottery: float) -> Desk:
    """Return the desk of a pool; the same answers and settings give the one that is kept."""
    kept = json.dumps(records(families, free_places=False), sort_keys=True)
    setting = json.dumps(settings.as_json(), sort_keys=True)
    name = hashlib.blake2b(f"{kept}{setting}{lottery}{today()}".encode()).hexdigest()
    return _desks(name)(kept, settings, lottery)


@lru_cache(maxsize=8)
def _desks(_name: str) -> _Kept:
    return _Kept()


class _Kept:
    """Builds its desk the first time; the cache holds no answers as keys, only their hash."""

    def __init__(self) -> None:
        self._desk: Desk | None = None

    def __call__(self, kept: str, settings: DraftSettings, lottery: float) -> Desk:
        if self._desk is None:
            self._desk = Desk(kept, settings, lottery)
        return self._desk


def _key(broken: Broken) -> tuple[str, tuple[str, ...]]:
    return broken.rule, broken.families
