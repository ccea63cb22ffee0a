"""What the board shows: columns, cards, the tray, and the panel of the family one has chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask_babel import get_locale
from flask_babel import gettext as _

from data.matching import families_by_id
from data.models import Account, Family, GroupDraft
from data.queries.access import not_found
from data.queries.desk import SeatRow, seat_rows
from data.queries.groups import moves_of
from matcher.grouping.moves import TRAY
from matcher.grouping.result import broken_words
from matcher.grouping.words import in_fives
from web.groups.actions.board import desk_of, locked_groups, outcome_kept
from web.groups.actions.history import Steps, steps_of
from web.groups.cards import Card, card_of, slot_text
from web.groups.draft_settings import CRITERIA
from web.groups.outcomes import Outcome, hue, letter, told

if TYPE_CHECKING:
    from matcher.grouping.moves import Consequence
    from matcher.grouping.result import Group
    from web.groups.desk import Desk

WEAK = 25  # points under which a family has little in common with its group
BARS = tuple(code for code in CRITERIA if code != "family_type")
MOST_TARGETS = 12


@dataclass(frozen=True, kw_only=True)
class CardOnBoard:
    """A card in its place."""

    card: Card
    fit: int | None
    locked: bool
    chosen: bool

    @property
    def weak(self) -> bool:
        """Whether the family has little in common with its group."""
        return self.fit is not None and self.fit < WEAK


@dataclass(frozen=True, kw_only=True)
class Column:
    """One group."""

    number: int
    letter: str
    hue: str
    score: int
    where: str
    when: str
    minutes: int | None
    bars: tuple[tuple[str, int, int | None], ...]  # (name, value, lottery)
    broken: tuple[str, ...]
    remarks: tuple[str, ...]
    cards: tuple[CardOnBoard, ...]
    locked: bool


@dataclass(frozen=True, kw_only=True)
class Option:
    """One place to move to, with what it means."""

    value: str  # a group's number, or the other family's ref in a swap
    letter: str
    hue: str
    name: str
    scores: str
    change: int
    notes: tuple[str, ...]
    refusal: str | None


@dataclass(frozen=True, kw_only=True)
class Panel:
    """The chosen family: how it fits, where else it could sit, what that does to the others."""

    card: Card
    number: int | None
    letter: str
    hue: str
    fit: int | None
    nearest: str
    farthest: str
    locked: bool
    targets: tuple[Option, ...]
    more_targets: int
    swaps: tuple[Option, ...]
    swaps_help: bool


@dataclass(frozen=True, kw_only=True)
class Board:
    """The whole page, or the parts of it that differ from what a browser has."""

    outcome: Outcome
    columns: tuple[Column, ...]
    tray: tuple[tuple[CardOnBoard, str], ...] | None
    panel: Panel | None
    steps: Steps
    lowest: Column | None  # where to look first


def board_of(
    draft: GroupDraft, *, chosen_ref: str | None, by: Account, only: set[int | None] | None = None
) -> Board:
    """Return the board; with a family chosen, its panel too; `only` these groups, None the tray."""
    seats = seat_rows(draft)
    outcome = told(outcome_kept(draft), seats)
    wanted = [s for s in seats if only is None or s.group_number in only or s.ref == chosen_ref]
    families = families_by_id(seat.family_id for seat in wanted)
    chosen = next((seat for seat in seats if seat.ref == chosen_ref), None)
    view = _View(seats, outcome, families, chosen, locked_groups(draft))
    low = min(outcome.groups, key=lambda group: group.score, default=None)
    high = max((group.score for group in outcome.groups), default=0)
    return Board(
        outcome=outcome,
        columns=tuple(
            view.column(group) for group in outcome.groups if only is None or group.label in only
        ),
        tray=tuple(view.tray()) if only is None or None in only else None,
        panel=view.panel(desk_of(draft, seats, lottery=outcome.lottery)) if chosen else None,
        steps=steps_of(draft, moves_of(draft), seats, by=by),
        lowest=view.column(low, cards=False) if low and low.score < high else None,
    )


def targets_of(draft: GroupDraft, *, family_ref: str) -> list[Option]:
    """Return what every target would mean for one family, to paint on the columns in a drag."""
    seats, outcome = seat_rows(draft), outcome_kept(draft)
    chosen = next((seat for seat in seats if seat.ref == family_ref), None)
    if chosen is None:
        raise not_found()
    view = _View(seats, outcome, [], chosen, locked_groups(draft))
    return view.every_target(desk_of(draft, seats, lottery=outcome.lottery))


class _View:
    """Turns what the matcher said into what stands on the page, in the reader's language."""

    def __init__(
        self,
        seats: Sequence[SeatRow],
        outcome: Outcome,
        families: Sequence[Family],
        chosen: SeatRow | None,
        locked: set[int],
    ) -> None:
        self.seats, self.outcome, self.chosen = seats, outcome, chosen
        self.cards = {family.id: card_of(family) for family in families}
        self.locked_groups = locked
        self.locale = str(get_locale())
        self.names = {str(seat.family_id): seat.name for seat in seats}

    def column(self, group: Group, *, cards: bool = True) -> Column:
        """Return one group as it is shown."""
        here = [seat for seat in self.seats if seat.group_number == group.label]
        return Column(
            number=group.label,
            letter=letter(group.label),
            hue=hue(group.label),
            score=group.score,
            where=self._place(group),
            when=self._slots(group),
            minutes=None if group.mean_minutes is None else in_fives(group.mean_minutes),
            bars=tuple(self._bars(group)),
            broken=tuple(broken_words(b, self.locale, self.names) for b in group.broken),
            remarks=tuple(r.words(self.locale, self.names) for r in group.remarks),
            cards=tuple(self._on_board(seat, group) for seat in here if cards),
            locked=group.label in self.locked_groups,
        )

    def tray(self) -> list[tuple[CardOnBoard, str]]:
        """Return who stands without a group, why, and what would solve it."""
        found = []
        for seat in self.seats:
            if seat.group_number is None:
                left = self.outcome.unplaced.get(str(seat.family_id))
                why = left.words(self.locale, self.names) if left else ""
                found.append((self._on_board(seat, None), why))
        return found

    def panel(self, desk: Desk) -> Panel | None:
        """Return the panel of the chosen family."""
        if self.chosen is None:
            return None
        seat, number = self.chosen, self.chosen.group_number
        group = self.outcome.group(number)
        ends = desk.nearest_and_farthest(seat.family_id)
        targets = desk.targets(seat.family_id)
        swaps = [swap for swap in desk.swaps(seat.family_id) if not self._is_closed(swap.target)]
        good = [swap for swap in swaps if _change(swap) > 0]
        return Panel(
            card=self.cards[seat.family_id],
            number=number,
            letter=letter(number) if number is not None else "",
            hue=hue(number) if number is not None else "",
            fit=group.fit.get(str(seat.family_id)) if group else None,
            nearest=self.names[str(ends[0])] if ends else "",
            farthest=self.names[str(ends[1])] if ends else "",
            locked=seat.locked,
            targets=tuple(self._target(t) for t in targets[:MOST_TARGETS]),
            more_targets=max(0, len(targets) - MOST_TARGETS),
            swaps=tuple(self._swap(swap) for swap in good or swaps[:1]),
            swaps_help=bool(good),
        )

    def every_target(self, desk: Desk) -> list[Option]:
        """Return the chosen family's targets, the tray too."""
        if self.chosen is None:
            return []
        found = [self._target(t) for t in desk.targets(self.chosen.family_id)]
        if self.chosen.group_number is not None:
            found.append(self._target(desk.move(self.chosen.family_id, TRAY)))
        if self.chosen.locked:
            held = str(_("%(name)s is locked", name=self.chosen.name))
            found = [replace(option, refusal=held, notes=()) for option in found]
        return found

    def _is_closed(self, number: int | None) -> bool:
        return number in self.locked_groups

    def _on_board(self, seat: SeatRow, group: Group | None) -> CardOnBoard:
        return CardOnBoard(
            card=self.cards[seat.family_id],
            fit=group.fit.get(str(seat.family_id)) if group else None,
            locked=seat.locked,
            chosen=self.chosen is not None and seat.family_id == self.chosen.family_id,
        )

    def _bars(self, group: Group) -> list[tuple[str, int, int | None]]:
        names = {
            "children_age_bands": _("Ages"),
            "themes_now": _("Themes"),
            "max_travel_minutes": _("Drive"),
            "foster_since": _("Experience"),
            "availability": _("Times"),
            "met_before": _("Met before"),
        }
        bars = [(names[code], group.bars.get(code)) for code in (*BARS, "met_before")]
        return [
            (name, bar.value, bar.lottery) for name, bar in bars if bar and bar.value is not None
        ]

    def _place(self, group: Group) -> str:
        if group.place is None:
            return str(_("no place for all"))
        return str(_("Online")) if group.online else group.place

    def _slots(self, group: Group) -> str:
        if group.slot is None:
            return str(_("no time for all"))
        more = f" (+{len(group.slots) - 1})" if len(group.slots) > 1 else ""
        return slot_text(group.slot) + more

    def _target(self, move: Consequence) -> Option:
        refusal = self._refusal(move)
        there = next((c for c in move.changes if c.label == move.target), None)
        tray = move.target == TRAY
        return Option(
            value="tray" if tray else str(move.target),
            letter="" if tray else letter(move.target),
            hue="" if tray else hue(move.target),
            name=_("Without a group")
            if tray
            else _("Group %(letter)s", letter=letter(move.target)),
            scores=f"{there.old} → {there.new}" if there else "",
            change=_change(move),
            notes=() if refusal else tuple(self._notes(move)),
            refusal=refusal,
        )

    def _refusal(self, move: Consequence) -> str | None:
        own = self.chosen.group_number if self.chosen else None
        for number in (move.target, own):
            if self._is_closed(number) and number is not None:
                return str(_("Group %(letter)s is locked", letter=letter(number)))
        if move.allowed:
            return None
        said = move.words(self.locale, self.names)
        return said[0] + (f" (+{len(said) - 1})" if len(said) > 1 else "")

    def _notes(self, move: Consequence) -> list[str]:
        notes = [
            _(
                "Group %(letter)s: %(before)s → %(after)s.",
                letter=letter(change.label),
                before=change.old,
                after=change.new,
            )
            for change in move.changes
            if change.label != move.target
        ]
        if move.remarks:
            what = move.remarks[0].words(self.locale, self.names)
            notes.append(_("Note: %(what)s.", what=what))
        return notes

    def _swap(self, swap: Consequence) -> Option:
        other = next(seat for seat in self.seats if str(seat.family_id) == swap.families[1])
        changes = [f"{letter(c.label)}: {c.old} → {c.new}" for c in swap.changes]
        return Option(
            value=other.ref,
            letter=letter(swap.target),
            hue=hue(swap.target),
            name=other.name,
            scores=_("in %(letter)s", letter=letter(swap.target)),
            change=_change(swap),
            notes=(" · ".join(changes),),
            refusal=None,
        )


def _change(consequence: Consequence) -> int:
    """Return what the groups touched win or lose together."""
    return sum(change.new - change.old for change in consequence.changes)
