"""What a draft can be held up against: its own earlier states and the other drafts of its pool."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import ngettext

from data.matching import families_by_id
from data.models import NOT_IN_DRAFT, Account, DraftMove, GroupDraft
from data.queries.access import not_found
from data.queries.desk import recalculations
from data.queries.draft_views import drafts_beside
from data.queries.groups import may_look_at_board, seats_of
from web.groups.actions.board import outcome_kept
from web.groups.desk import Desk, profiles_of
from web.groups.draft_settings import DraftSettings, pairs_met
from web.groups.outcomes import Outcome, Seats, told
from web.groups.views.scene import Scene

if TYPE_CHECKING:
    from matcher.grouping.result import Waived

UNTOUCHED = "proposal"
Step = tuple[int, list[DraftMove]]  # its number, and who moved


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One state to compare with."""

    key: str
    name: str
    before: int = 0  # the step it is the state before, of this draft
    draft: GroupDraft | None = None


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two states: where everyone sits, and what the matcher says of it."""

    name: str
    seats: Seats
    outcome: Outcome
    proven: bool

    @property
    def n_without(self) -> int:
        """Return how many families stand without a group."""
        return sum(number is None for number in self.seats.values())


def choices(draft: GroupDraft, scene: Scene, *, by: Account) -> list[Choice]:
    """Return what the draft can be compared with, the most useful first."""
    steps, recalculated = _steps(scene.history), recalculations(draft)
    found = []
    by_hand = _first_by_hand(steps, recalculated)
    if by_hand is not None:
        found.append(Choice(key=UNTOUCHED, name=_("The untouched proposal"), before=by_hand))
    found += [
        Choice(key=f"before-{number}", name=_before_text(moves), before=number)
        for number, moves in steps
        if number in recalculated and number != by_hand
    ]
    others = [other for other in drafts_beside(draft) if may_look_at_board(other, by=by)]
    return found + [
        Choice(key=other.ref, name=_("Draft: %(name)s", name=other.name), draft=other)
        for other in others
    ]


def side_of(draft: GroupDraft, key: str, among: Sequence[Choice], *, scene: Scene) -> Side:
    """Return the state that a key names; one that is not among the choices does not exist."""
    choice = next((c for c in among if c.key == key), None)
    if choice is None:
        raise not_found()
    own = DraftSettings.from_json(draft.settings)
    if choice.draft is None:
        seats = _walked_back(scene, choice.before)
        return _measured(choice.name, seats, own, scene, waived=scene.outcome.waived)
    other = choice.draft
    theirs = DraftSettings.from_json(other.settings)
    rows = seats_of(other)
    seats = {seat.family_id: seat.group_number for seat in rows}
    kept = told(outcome_kept(other), rows)
    same = theirs == own and set(seats) == set(scene.spots)
    if same and kept.lottery == scene.outcome.lottery:
        return Side(name=other.name, seats=seats, outcome=kept, proven=_is_proven(kept))
    # Held up against this draft's wishes, but with the places, sizes and rules it was made with.
    yardstick = replace(theirs, modes=own.modes, steps=own.steps, met_before=own.met_before)
    side = _measured(other.name, seats, yardstick, scene, waived=kept.waived)
    return replace(side, proven=same and _is_proven(kept))


def own_side(scene: Scene) -> Side:
    """Return the draft as it stands, with the numbers of the board."""
    seats = {seat.family_id: seat.group_number for seat in scene.seats}
    return Side(name=_("Now"), seats=seats, outcome=scene.outcome, proven=_is_proven(scene.outcome))


def _is_proven(outcome: Outcome) -> bool:
    return outcome.untouched and outcome.proven


def _holding(moves: Iterable[DraftMove]) -> list[DraftMove]:
    return [move for move in moves if move.undone_at is None]


def _steps(moves: Iterable[DraftMove]) -> list[Step]:
    steps: dict[int, list[DraftMove]] = {}
    for move in _holding(moves):
        steps.setdefault(move.step, []).append(move)
    return sorted(steps.items())


def _first_by_hand(steps: Iterable[Step], recalculated: Container[int]) -> int | None:
    """Return the first step after the proposal; what the worker moved in a copy is part of it."""
    for number, moves in steps:
        if number not in recalculated or moves[0].made_by_id is not None:
            return number
    return None


def _before_text(moves: list[DraftMove]) -> str:
    return ngettext(
        "Before the recalculation that moved %(num)s family",
        "Before the recalculation that moved %(num)s families",
        len(moves),
    )


def _walked_back(scene: Scene, first: int) -> dict[int, int | None]:
    """Return the seats as they were before step `first`."""
    seats = {seat.family_id: seat.group_number for seat in scene.seats}
    for move in reversed(_holding(scene.history)):
        if move.step >= first and move.family_id in seats:
            seats[move.family_id] = move.from_group
    return {family: number for family, number in seats.items() if number != NOT_IN_DRAFT}


def _measured(
    name: str,
    seats: Seats,
    settings: DraftSettings,
    scene: Scene,
    *,
    waived: tuple[Waived, ...],
) -> Side:
    """Let the matcher measure a state on the scale of the draft that is being looked at."""
    same = set(seats) == set(scene.families)
    families = list(scene.families.values()) if same else families_by_id(seats)
    desk = Desk(
        profiles_of(families),
        seats,
        settings,
        lottery=scene.outcome.lottery,
        met=pairs_met(settings, list(seats)),
    )
    blank = replace(scene.outcome, groups=(), waived=waived)
    numbers = {number for number in seats.values() if number is not None}
    outcome = replace(desk.rescored(blank, touched=numbers), untouched=False)
    return Side(name=name, seats=seats, outcome=outcome, proven=False)
