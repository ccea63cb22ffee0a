"""A draft read once for a view: who sits where, the groups, and the family and group chosen."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from data.matching import families_by_id
from data.models import Account, DraftMove, DraftSeat, Family, GroupDraft
from data.queries.groups import moves_of, seats_of
from matcher.grouping.words import in_fives
from web.groups.actions.board import outcome_kept
from web.groups.actions.history import Steps, steps_of
from web.groups.cards import Card, card_of, slot_text
from web.groups.outcomes import Outcome, hue, letter, told

if TYPE_CHECKING:
    from matcher.grouping.result import Group


@dataclass(frozen=True, kw_only=True)
class Spot:
    """One family in the draft."""

    card: Card
    number: int | None
    fit: int | None
    minutes: int | None

    @property
    def letter(self) -> str:
        """Return its group's letter, ? in the tray."""
        return "?" if self.number is None else letter(self.number)

    @property
    def hue(self) -> str:
        """Return its group's colour."""
        return "gx" if self.number is None else hue(self.number)

    @property
    def group_text(self) -> str:
        """Return where it sits in words."""
        if self.number is None:
            return str(_("without a group"))
        return str(_("group %(letter)s", letter=self.letter))


@dataclass(frozen=True, kw_only=True)
class Head:
    """One group, as the list beside a picture tells of it."""

    number: int
    letter: str
    hue: str
    score: int
    size: int
    place: str
    when: str
    mean: int | None
    longest: int | None


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What all views of a draft share."""

    outcome: Outcome
    seats: Sequence[DraftSeat]
    families: Mapping[int, Family]
    spots: Mapping[int, Spot]  # by the family's id, in the order of names
    heads: tuple[Head, ...]
    chosen: Spot | None
    only: int | None
    history: Sequence[DraftMove]
    steps: Steps

    @property
    def tray(self) -> list[Spot]:
        """Return who stands without a group."""
        return [spot for spot in self.spots.values() if spot.number is None]

    def place_of(self, spot: Spot) -> str:
        """Return where a family's group meets, "" in the tray."""
        return next((head.place for head in self.heads if head.number == spot.number), "")

    @property
    def in_order(self) -> list[Spot]:
        """Return the families group by group, those without a group last."""
        return sorted(self.spots.values(), key=lambda s: (s.number is None, s.number or 0))


def scene_of(
    draft: GroupDraft,
    *,
    by: Account,
    chosen_ref: str | None = None,
    only: int | None = None,
    among: Container[int] | None = None,
) -> Scene:
    """Read a draft for one of its views; with `among`, of the families only those and the chosen.

    For the panel of one family, which has no undo either.
    """
    seats = seats_of(draft)
    outcome = told(outcome_kept(draft), seats)
    wanted = [
        seat
        for seat in seats
        if among is None or seat.family_id in among or seat.family.ref == chosen_ref
    ]
    families = {f.id: f for f in families_by_id(seat.family_id for seat in wanted)}
    spots = spots_of(wanted, outcome, families)
    history = moves_of(draft) if among is None else []
    return Scene(
        outcome=outcome,
        seats=seats,
        families=families,
        spots=spots,
        heads=tuple(head_of(group) for group in outcome.groups),
        chosen=next((s for s in spots.values() if s.card.ref == chosen_ref), None),
        only=only if outcome.group(only) else None,
        history=history,
        steps=steps_of(draft, history, seats, by=by),
    )


def spots_of(
    seats: Iterable[DraftSeat], outcome: Outcome, families: Mapping[int, Family]
) -> dict[int, Spot]:
    """Return each family with what the matcher says of its place."""
    return {
        seat.family_id: _spot(families[seat.family_id], seat.group_number, outcome)
        for seat in seats
    }


def _spot(family: Family, number: int | None, outcome: Outcome) -> Spot:
    group, key = outcome.group(number), str(family.id)
    return Spot(
        card=card_of(family),
        number=number,
        fit=group.fit.get(key) if group else None,
        minutes=drive(group, key),
    )


def drive(group: Group | None, key: str) -> int | None:
    """Return a family's drive in fives, None where it is unknown, protected or online."""
    if group is None or key not in group.minutes:
        return None
    return in_fives(group.minutes[key])


def head_of(group: Group) -> Head:
    """Return one group for the list beside a picture."""
    return Head(
        number=group.label,
        letter=letter(group.label),
        hue=hue(group.label),
        score=group.score,
        size=len(group.members),
        place=place_text(group),
        when=slot_text(group.slot) or str(_("no time for all")),
        mean=None if group.mean_minutes is None else in_fives(group.mean_minutes),
        longest=in_fives(max(group.minutes.values())) if group.minutes else None,
    )


def place_text(group: Group) -> str:
    """Return where a group meets."""
    if group.place is None:
        return str(_("no place for all"))
    return str(_("Online")) if group.online else group.place
