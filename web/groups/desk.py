"""The matcher at the board: a draft as it stands, what a move would do, and the scores after it.

What can be read once for a pool is kept in this process, so that a click is answered at once.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from data.clock import today
from data.matching import families_by_id, records
from data.models import Family, GroupDraft
from data.queries.desk import facts_mark, seat_rows
from matcher.grouping.moves import TRAY, Board, Consequence
from matcher.grouping.reasons import why_left_out
from matcher.grouping.report import describe
from matcher.grouping.reshaping import (
    Placing,
    Reshaped,
    merge,
    merges,
    nearest_merge,
    split,
    split_off,
    where_to,
    who_could_join,
)
from matcher.grouping.result import LeftOut
from matcher.grouping.rotations import rotate, rotations
from matcher.grouping.travelling import PlaceOption, Turn, fair_turn, place_options
from matcher.profiles import Profiles
from web.groups.draft_settings import DraftSettings
from web.groups.outcomes import Outcome, Seats

BEST_SWAPS = 3
BEST_MERGES = 3
Kept = TypeVar("Kept")
KEPT = 8  # drafts and their latest states, in this process


class Desk:
    """One draft laid out for questions; families by their id, groups by their number."""

    def __init__(
        self,
        families: Profiles,
        seats: Seats,
        settings: DraftSettings,
        *,
        lottery: float,
        locked: Collection[int] = (),
        met: Iterable[tuple[int, int]] = (),
        closed: Collection[int] = (),
    ) -> None:
        self.closed = frozenset(closed)
        self.families = families
        self.seats = seats
        self._index = {int(key): i for i, key in enumerate(families.ids)}
        labels = [TRAY if (n := seats.get(int(key))) is None else n for key in families.ids]
        self.board = Board(
            families,
            labels,
            locked={str(family_id) for family_id in locked},
            scale=lottery,
            met=[(str(one), str(other)) for one, other in met],
            on=today(),
            **settings.for_matcher(),
        )

    def move(self, family_id: int, number: int) -> Consequence:
        """Say what moving a family to a group would do."""
        return self.board.move(self._index[family_id], number)

    def swap(self, family_id: int, other: int) -> Consequence:
        """Say what it would do if two families changed places."""
        return self.board.swap(self._index[family_id], self._index[other])

    def targets(self, family_id: int) -> list[Consequence]:
        """Return every other group with what it would do, those that win most first."""
        if self._index[family_id] not in self.board.position:
            return []  # an answer is missing: the tray says which
        taken = set(self.seats.values())
        found = self.board.moves(self._index[family_id])
        return [c for c in found if c.target in taken]

    def swaps(self, family_id: int) -> list[Consequence]:
        """Return the best possible swaps; none for a family in the tray."""
        return self.board.swaps(self._index[family_id], most=BEST_SWAPS)

    def rotate(self, family_ids: Sequence[int]) -> Consequence:
        """Say what it would do if each took the seat of the next, the last that of the first."""
        return rotate(self.board, [self._index[family_id] for family_id in family_ids])

    def rings(self) -> list[Consequence]:
        """Return changes of seats in a ring that help and hurt no group, the best first."""
        return [said for _families, said in rotations(self.board, most=BEST_SWAPS)]

    def who_could_join(self, number: int, *, from_groups: bool) -> list[Consequence]:
        """Return who could join a group: of the tray, or of groups that stay large enough."""
        return who_could_join(self.board, number, from_groups=from_groups)

    def where_to(self, family_id: int, *, most: int) -> Placing:
        """Return the groups a family could join, none that is locked, or why there is none."""
        return where_to(self.board, self._index[family_id], most=most, closed=self.closed)

    def merge(self, keeps: int, joins: int) -> Reshaped:
        """Say what it would come to if all of one group joined another."""
        return merge(self.board, keeps, joins)

    def merges(self, number: int) -> list[tuple[int, Reshaped]]:
        """Return the best groups to merge with, none of them locked."""
        return merges(self.board, number, most=BEST_MERGES, closed=self.closed)

    def nearest_merge(self, number: int) -> tuple[int, Reshaped] | None:
        """Return the group that the fewest rules keep from merging with this one, and why."""
        return nearest_merge(self.board, number)

    def split(self, number: int) -> Reshaped:
        """Return the best two halves of a group."""
        return split(self.board, number)

    def split_off(self, number: int, family_ids: Iterable[int]) -> Reshaped:
        """Say what it would come to if some of a group made one of their own."""
        away = [self._index[f] for f in family_ids]
        return split_off(self.board, number, away)

    def places(self, number: int) -> list[PlaceOption]:
        """Return where all of a group could meet, the shortest longest drive first."""
        return place_options(self.board, number)

    def turn(self, number: int, *, meetings: int) -> Turn:
        """Return an order of places by which whoever drives most drives the least."""
        return fair_turn(self.board, number, meetings=meetings)

    def nearest_and_farthest(self, family_id: int) -> tuple[int, int] | None:
        """Return who in its own group fits the family best and least."""
        own = self.board.position.get(self._index[family_id])
        if own is None or self.board.labels[own] == TRAY:
            return None
        mates = self.board.members[self.board.labels[own]]
        mates = mates[mates != own]
        if len(mates) == 0:
            return None
        order = mates[np.argsort(-self.board.problem.benefit.row(own)[mates], kind="stable")]
        ids = self.board.pool.ids
        return int(ids[order[0]]), int(ids[order[-1]])

    def rescored(self, outcome: Outcome, *, touched: Iterable[int]) -> Outcome:
        """Return the outcome after a change at the board; only touched groups are reckoned anew."""
        board, again = self.board, set(touched)
        kept = {group.label: group for group in outcome.groups if group.label not in again}
        groups = tuple(
            kept.get(g) or describe(board.problem, g, members, board.scale, outcome.waived)
            for g, members in enumerate(board.members)
            if len(members)
        )
        return replace(
            outcome,
            groups=groups,
            score=round(board.total),
            untouched=False,
            unplaced=self._unplaced(outcome),
        )

    def _unplaced(self, outcome: Outcome) -> dict[str, LeftOut]:
        found = {}
        members = [those for those in self.board.members if len(those)]
        for family_id, number in self.seats.items():
            if number is not None or family_id not in self._index:
                continue
            row = self.board.position.get(self._index[family_id])
            if row is not None:
                found[str(family_id)] = why_left_out(self.board.problem, row, members)
            elif known := outcome.unplaced.get(str(family_id)):
                found[str(family_id)] = known
            else:
                rule = self.board.pool.out[str(family_id)]
                found[str(family_id)] = LeftOut(rule, f"rule.{rule}")
        return found


def profiles_of(families: Sequence[Family]) -> Profiles:
    """Return families as the matcher reads them."""
    return Profiles.from_records(records(families, free_places=False))


def kept_profiles(draft: GroupDraft, families: Sequence[Family] | None = None) -> Profiles:
    """Return a draft's families as the matcher reads them; the same answers are read once."""
    mark = (draft.id, facts_mark(draft))
    found = _kept(_known, mark)
    if found is None:
        if families is None:
            families = families_by_id(seat.family_id for seat in seat_rows(draft))
        found = profiles_of(families)
        _keep(_known, mark, found)
    return found


def laid_out(
    families: Profiles,
    seats: Seats,
    settings: DraftSettings,
    *,
    lottery: float,
    locked: Collection[int] = (),
    met: Iterable[tuple[int, int]] = (),
    closed: Collection[int] = (),
) -> Desk:
    """Return a desk, the one from before when nothing on it has changed."""
    said = json.dumps(settings.as_json(), sort_keys=True)
    met = tuple(met)
    mark = (
        id(families), tuple(seats.items()), said, lottery, tuple(sorted(locked)), met,
        tuple(sorted(closed)), today(),
    )  # fmt: skip
    desk = _kept(_desks, mark)
    if desk is None or desk.families is not families:
        desk = Desk(
            families, seats, settings, lottery=lottery, locked=locked, met=met, closed=closed
        )
        _keep(_desks, mark, desk)
    return desk


def _kept(kept: OrderedDict[Hashable, Kept], mark: Hashable) -> Kept | None:
    """Return what is kept under a mark; what was asked for last is thrown away last."""
    if mark in kept:
        kept.move_to_end(mark)
    return kept.get(mark)


def _keep(kept: OrderedDict[Any, Any], mark: Hashable, value: Any) -> None:
    kept[mark] = value
    while len(kept) > KEPT:
        kept.popitem(last=False)


_known: OrderedDict[Hashable, Profiles] = OrderedDict()
_desks: OrderedDict[Hashable, Desk] = OrderedDict()
