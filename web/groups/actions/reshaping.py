"""A draft's groups reshaped: two merged, one split in two. Each is one step, undone as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from data.errors import Conflict
from data.i18n import _, ngettext
from data.models import NOT_IN_DRAFT, Account, DraftSeat, GroupDraft
from data.queries.access import not_found
from data.queries.desk import SeatRow, changes_since, seat_rows
from data.queries.groups import draft_by_ref
from data.queries.reshaping import seats_of_families, unused_number
from matcher.words import listed
from web.groups.actions.board import (
    desk_of,
    must_be_free,
    refuse,
    rescore,
    take_in,
    take_step,
)
from web.groups.actions.drafts import must_be_ready
from web.groups.actions.history import note_step, what_changed
from web.groups.late import late_families
from web.groups.outcomes import letter


def merge_groups(
    ref: str, *, keeps: int, joins: int, version: int, by: Account, locale: str = "da"
) -> str:
    """Let all of one group join another, which keeps its letter; return what to say about it."""
    draft, rows = _for_change(ref, by=by)
    if keeps == joins or not {keeps, joins} <= {row.group_number for row in rows}:
        raise not_found()
    _must_be_as_seen(draft, {keeps, joins}, version=version)
    seats = _free_seats(draft, [r for r in rows if r.group_number == joins], to=keeps)
    refuse(desk_of(draft, rows).merge(keeps, joins), rows, locale=locale)
    take_step(draft, [(seat, keeps) for seat in seats], by=by)
    said = _("Group %(joins)s is now part of group %(keeps)s.", **_letters(keeps, joins))
    return rescore(draft, said)


def split_group(
    ref: str,
    *,
    number: int,
    leaving: Sequence[str],
    version: int,
    by: Account,
    locale: str = "da",
) -> str:
    """Let some families of a group make one of their own; return what to say about it."""
    draft, rows = _for_change(ref, by=by)
    here = [row for row in rows if row.group_number == number]
    if not here:
        raise not_found()
    _must_be_as_seen(draft, {number}, version=version)
    away = [row for row in here if row.ref in set(leaving)]
    if not away or len(away) != len(set(leaving)) or len(away) == len(here):
        raise Conflict(_("The group cannot be split in this way. Look at it again."))
    new = unused_number(draft)
    seats = _free_seats(draft, away, to=new)
    said = desk_of(draft, rows).split_off(number, [row.family_id for row in away])
    refuse(said, rows, locale=locale)
    take_step(draft, [(seat, new) for seat in seats], by=by)
    return rescore(
        draft,
        ngettext(
            "Group %(here)s is split: %(num)s family is now in group %(new)s.",
            "Group %(here)s is split: %(num)s families are now in group %(new)s.",
            len(seats),
            here=letter(number),
            new=letter(new),
        ),
    )


def take_in_late(
    ref: str,
    *,
    family_refs: Sequence[str],
    to: int | None,
    version: int,
    by: Account,
    locale: str = "da",
) -> str:
    """Give families that came late a place in a group or in the tray (None), as one step."""
    draft, rows = _for_change(ref, by=by)
    late = [family for family in late_families(draft) if family.ref in set(family_refs)]
    if to is not None and to not in {row.group_number for row in rows}:
        raise not_found()
    if not late or len(late) != len(set(family_refs)):
        raise Conflict(_("A colleague was quicker, or the family takes no part any more."))
    if to is not None:
        _must_be_as_seen(draft, {to}, version=version)
    seats = [take_in(draft, family) for family in late]
    for seat in seats:
        must_be_free(draft, seat, to)
        if to is not None:
            now = seat_rows(draft)
            refuse(desk_of(draft, now).move(seat.family_id, to), now, locale=locale)
            seat.group_number = to
    note_step(draft, [(seat.family_id, NOT_IN_DRAFT, to) for seat in seats], by_id=by.id)
    names = listed([family.name for family in late], locale)
    if to is None:
        n = len(late)
        said = ngettext(
            "%(names)s is now in the draft, without a group.",
            "%(names)s are now in the draft, without a group.",
            n,
            names=names,
        )
    else:
        said = _("%(name)s is now in group %(letter)s.", name=names, letter=letter(to))
    return rescore(draft, said)


def _for_change(ref: str, *, by: Account) -> tuple[GroupDraft, list[SeatRow]]:
    draft = draft_by_ref(ref, by=by, for_change=True)
    must_be_ready(draft)
    return draft, seat_rows(draft)


def _must_be_as_seen(draft: GroupDraft, numbers: set[int], *, version: int) -> None:
    """Refuse a step that builds on groups someone has changed since, and say what was done."""
    if any(numbers & set(change.groups) for change in changes_since(draft, version)):
        raise Conflict(
            _(
                "The draft has changed since you looked: %(changes)s",
                changes=what_changed(draft, since=version, among=numbers),
            )
        )


def _free_seats(draft: GroupDraft, rows: Iterable[SeatRow], *, to: int) -> list[DraftSeat]:
    seats = seats_of_families(draft, [row.family_id for row in rows])
    for seat in seats:
        must_be_free(draft, seat, to)
    return seats


def _letters(keeps: int, joins: int) -> dict[str, str]:
    return {"keeps": letter(keeps), "joins": letter(joins)}
