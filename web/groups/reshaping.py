"""What can be done with one group of a draft: who could join, merge, split, and where it meets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import get_locale
from flask_babel import gettext as _

from data.models import GroupDraft
from data.queries.desk import SeatRow, seat_rows
from data.queries.reshaping import unused_number
from matcher.grouping.words import in_fives
from web.groups.actions.board import desk_of, locked_groups, outcome_kept
from web.groups.cards import slot_text
from web.groups.draft_settings import DraftSettings
from web.groups.meeting_places import LEAST_KNOWN, Places, places_of
from web.groups.outcomes import hue, letter, told

if TYPE_CHECKING:
    from matcher.grouping.moves import Consequence
    from matcher.grouping.reshaping import Reshaped
    from matcher.grouping.result import Group
    from web.groups.desk import Desk


@dataclass(frozen=True, kw_only=True)
class After:
    """A group as it is, or as it would be."""

    number: int
    letter: str
    hue: str
    score: int
    where: str
    when: str
    minutes: int | None
    names: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Join:
    """A family that could join, with what it would do."""

    ref: str
    name: str
    seen_in: str  # "tray" or a group's number, as the form sends it back
    source: str
    changes: str
    total: str
    notes: tuple[str, ...]
    solved: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Offer:
    """Groups as they would be after a merger or a split, with the points of the whole."""

    groups: tuple[After, ...]
    total: str
    keeps: int
    joins: int | None = None  # the group that would be part of the other
    joins_letter: str = ""
    leaving: str = ""  # who would leave for the new group, as the form sends it back


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The page of one group; where something cannot be, there is a sentence that says why."""

    group: After
    locked: bool
    held: tuple[str, ...]
    joins: tuple[Join, ...]
    from_groups: bool
    no_join: str
    mergers: tuple[Offer, ...]
    no_merger: str
    split: Offer | None
    no_split: str
    places: Places


def shape_of(draft: GroupDraft, *, number: int | None) -> Shape | None:
    """Return what can be done with one group, None if it is not in the draft."""
    seats = seat_rows(draft)
    outcome = told(outcome_kept(draft), seats)
    group = outcome.group(number)
    if group is None:
        return None
    closed = locked_groups(draft)
    desk = desk_of(draft, seats, lottery=outcome.lottery)
    view = _View(draft, seats, desk, closed)
    return view.shape(group)


class _View:
    """Turns what the matcher said of one group into sentences, in the reader's language."""

    def __init__(
        self, draft: GroupDraft, seats: Sequence[SeatRow], desk: Desk, closed: set[int]
    ) -> None:
        self.draft, self.desk, self.closed = draft, desk, closed
        self.settings = DraftSettings.from_json(draft.settings)
        self.seats = {str(seat.family_id): seat for seat in seats}
        self.names = {key: seat.name for key, seat in self.seats.items()}
        self.locale = str(get_locale())

    def shape(self, group: Group) -> Shape:
        number, locked = group.label, group.label in self.closed
        joins, from_groups, no_join = self._joins(group)
        mergers, no_merger = self._mergers(number)
        split, no_split = self._split(number)
        here = [self.seats[key] for key in group.members if key in self.seats]
        return Shape(
            group=self._after(group),
            locked=locked,
            held=tuple(seat.name for seat in here if seat.locked),
            joins=joins,
            from_groups=from_groups,
            no_join=no_join,
            mergers=mergers,
            no_merger=no_merger,
            split=split,
            no_split=no_split,
            places=places_of(self.desk, group),
        )

    def _joins(self, group: Group) -> tuple[tuple[Join, ...], bool, str]:
        number, size, most = group.label, len(group.members), self.settings.max_size
        if number in self.closed:
            return (), False, self._is_locked(number)
        if size >= most:
            return (
                (),
                False,
                _("The group is full: %(n)s families of at most %(most)s.", n=size, most=most),
            )
        found, from_groups = self.desk.who_could_join(number, from_groups=False), False
        if not found:
            found, from_groups = self.desk.who_could_join(number, from_groups=True), True
        why = (
            ""
            if found
            else _(
                "No family can join without a fixed rule being broken, or another group becoming"
                " too small."
            )
        )
        return tuple(self._join(said) for said in found), from_groups, why

    def _join(self, said: Consequence) -> Join:
        seat = self.seats[said.families[0]]
        here = seat.group_number
        return Join(
            ref=seat.ref,
            name=seat.name,
            seen_in="tray" if here is None else str(here),
            source=_("without a group")
            if here is None
            else _("now in group %(letter)s", letter=letter(here)),
            changes=" · ".join(f"{letter(c.label)}: {c.old} → {c.new}" for c in said.changes),
            total=self._total(said.old, said.new),
            notes=tuple(remark.words(self.locale, self.names) for remark in said.remarks[:2]),
            solved=tuple(
                _("solves: %(what)s", what=remark.words(self.locale, self.names))
                for remark in said.solved[:2]
            ),
        )

    def _mergers(self, number: int) -> tuple[tuple[Offer, ...], str]:
        if number in self.closed:
            return (), self._is_locked(number)
        found = self.desk.merges(number)
        if found:
            return tuple(self._merger(number, other, said) for other, said in found), ""
        nearest = self.desk.nearest_merge(number)
        if nearest is None:
            return (), _("There is no other group that is not locked.")
        other, said = nearest
        why = self._why(said)
        return (), _("Nearest is group %(letter)s: %(why)s.", letter=letter(other), why=why)

    def _merger(self, number: int, other: int, said: Reshaped) -> Offer:
        keeps = said.groups[0].label
        joins = other if keeps == number else number
        return Offer(
            groups=self._groups(said, keeps),
            total=self._total(said.old, said.new),
            keeps=keeps,
            joins=joins,
            joins_letter=letter(joins),
        )

    def _split(self, number: int) -> tuple[Offer | None, str]:
        if number in self.closed:
            return None, self._is_locked(number)
        said = self.desk.split(number)
        if not said.possible:
            least, n = self.settings.min_size, len(self.desk.board.members[number])
            if n < 2 * least:
                return None, _(
                    "The group is too small for two: %(n)s families, and a group has at least"
                    " %(least)s.",
                    n=n,
                    least=least,
                )
            return None, _("It cannot be split: %(why)s.", why=self._why(said))
        leaves = next(group for group in said.groups if group.label != number)
        return Offer(
            groups=self._groups(said, number),
            total=self._total(said.old, said.new),
            keeps=number,
            leaving=",".join(self.seats[key].ref for key in leaves.members),
        ), ""

    def _groups(self, said: Reshaped, keeps: int) -> tuple[After, ...]:
        """Return the groups as they would be; a new one has the letter it would get."""
        new = unused_number(self.draft)
        ordered = sorted(said.groups, key=lambda group: group.label != keeps)
        return tuple(
            self._after(group, number=group.label if group.label == keeps else new)
            for group in ordered
        )

    def _after(self, group: Group, *, number: int | None = None) -> After:
        number = group.label if number is None else number
        more = f" (+{len(group.slots) - 1})" if len(group.slots) > 1 else ""
        return After(
            number=number,
            letter=letter(number),
            hue=hue(number),
            score=group.score,
            where=self._where(group),
            when=slot_text(group.slot) + more if group.slot else _("no time for all"),
            minutes=_mean(group),
            names=tuple(sorted(self.names[key] for key in group.members if key in self.names)),
            remarks=tuple(r.words(self.locale, self.names) for r in group.remarks),
        )

    def _where(self, group: Group) -> str:
        if group.place is None:
            return str(_("no place for all"))
        return str(_("Online")) if group.online else group.place

    def _why(self, said: Reshaped) -> str:
        words = said.words(self.locale, self.names)
        return self._listed(words)

    def _listed(self, words: Iterable[str]) -> str:
        found = [text.rstrip(".") for text in words]
        return found[0] + (f" (+{len(found) - 1})" if len(found) > 1 else "")

    def _total(self, old: int, new: int) -> str:
        return str(_("In all: %(before)s → %(after)s", before=old, after=new))

    def _is_locked(self, number: int) -> str:
        return str(_("Group %(letter)s is locked. Unlock it first.", letter=letter(number)))


def _mean(group: Group) -> int | None:
    """Return the mean drive in fives, where that is not the drive of one family or two."""
    if group.mean_minutes is None or len(group.minutes) < LEAST_KNOWN:
        return None
    return in_fives(group.mean_minutes)
