"""Where families that came late to a draft could sit, the best group first, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import get_locale
from flask_babel import gettext as _

from data.matching import families_by_id
from data.models import Family, GroupDraft
from data.queries.desk import SeatRow, seat_rows
from web.groups.actions.board import desk_of, outcome_kept
from web.groups.cards import Card, card_of, slot_text
from web.groups.late import late_families
from web.groups.outcomes import Outcome, hue, letter, told
from web.groups.topping import in_common

if TYPE_CHECKING:
    from matcher.grouping.moves import Change, Consequence
    from web.groups.desk import Desk

MOST_PLACES = 3


@dataclass(frozen=True, kw_only=True)
class Place:
    """A group that the family could join, with what it would do and why it fits."""

    number: int
    letter: str
    hue: str
    where: str
    changes: str
    total: str
    why: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Late:
    """A family that has no seat in the draft; `why` says why no group can take it."""

    card: Card
    places: tuple[Place, ...]
    why: str


def placings(draft: GroupDraft) -> list[Late]:
    """Return where each late family could sit, the best group first."""
    late = late_families(draft)
    if not late:
        return []
    seats = seat_rows(draft)
    desk = desk_of(draft, seats, more=late)
    view = _View(seats, told(outcome_kept(draft), seats), desk, late)
    return [view.late(family) for family in late]


class _View:
    """Turns what the matcher said into sentences, in the reader's language."""

    def __init__(
        self, seats: Sequence[SeatRow], outcome: Outcome, desk: Desk, late: Sequence[Family]
    ) -> None:
        self.outcome, self.desk = outcome, desk
        self.locale = str(get_locale())
        self.names = {str(seat.family_id): seat.name for seat in seats}
        self.names |= {str(family.id): family.name for family in late}
        self.said = {family.id: desk.where_to(family.id, most=MOST_PLACES) for family in late}
        wanted = {c.target for found in self.said.values() for c in found.places}
        members = [s for s in seats if s.group_number in wanted]
        answers = {family.id: family for family in families_by_id(s.family_id for s in members)}
        self.members = {
            n: [answers[s.family_id] for s in members if s.group_number == n] for n in wanted
        }

    def late(self, family: Family) -> Late:
        found = self.said[family.id]
        return Late(
            card=card_of(family),
            places=tuple(self._place(family, said) for said in found.places),
            why=found.reason.words(self.locale, self.names) if found.reason else "",
        )

    def _change(self, change: Change) -> str:
        """Return a group's points as the board has them, and as it would have them."""
        group = self.outcome.group(change.label)
        old = change.old if group is None else group.score
        return f"{letter(change.label)}: {old} → {change.new}"

    def _place(self, family: Family, said: Consequence) -> Place:
        number = said.target
        group = self.outcome.group(number)
        where = [] if group is None else [group.place or "", slot_text(group.slot)]
        if group is not None and group.online:
            where[0] = str(_("Online"))
        why = in_common(family, self.members[number])
        why += [
            _("solves: %(what)s", what=remark.words(self.locale, self.names))
            for remark in said.solved
        ]
        return Place(
            number=number,
            letter=letter(number),
            hue=hue(number),
            where=" · ".join(part for part in where if part),
            changes=" · ".join(self._change(change) for change in said.changes),
            total=_("In all: %(before)s → %(after)s", before=self.outcome.score, after=said.new),
            why=tuple(why),
            notes=tuple(remark.words(self.locale, self.names) for remark in said.remarks[:2]),
        )
