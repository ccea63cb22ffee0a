"""Work at the board: move, swap, lock, undo. What is refused is refused with its rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy.orm.attributes import flag_modified

from data.clock import now
from data.db import db
from data.errors import Conflict
from data.i18n import _
from data.matching import families_by_id
from data.models import NOT_IN_DRAFT, Account, ChangeKind, DraftMove, DraftSeat, Family, GroupDraft
from data.queries.access import not_found
from data.queries.desk import SeatRow, recalculations, seat_rows
from data.queries.groups import draft_by_ref, last_move_of, moves_of
from data.sealed import Sealed
from matcher.words import listed
from web.groups.actions.drafts import must_be_ready
from web.groups.actions.history import (
    next_redo,
    next_undo,
    note_change,
    note_step,
    step_text,
    where_seen,
)
from web.groups.draft_settings import DraftSettings, pairs_met
from web.groups.late import late_families
from web.groups.outcomes import Outcome, letter, read_once

if TYPE_CHECKING:  # brings the matcher and numpy along: imported when a board is opened
    from matcher.grouping.moves import Consequence
    from matcher.grouping.reshaping import Reshaped
    from web.groups.desk import Desk

LONGEST_RING = 4


def desk_of(
    draft: GroupDraft,
    seats: Sequence[DraftSeat | SeatRow],
    families: Sequence[Family] | None = None,
    *,
    lottery: float | None = None,
    more: Sequence[Family] = (),
) -> Desk:
    """Return the matcher's desk for a draft; its families, if they are at hand.

    With `more` in the tray who have no seat yet.
    """
    from web.groups.desk import kept_profiles, laid_out, profiles_of

    closed = locked_groups(draft)
    settings = DraftSettings.from_json(draft.settings)
    here = [seat.family_id for seat in seats]
    known = profiles_of([*families_by_id(here), *more]) if more else kept_profiles(draft, families)
    return laid_out(
        known,
        {seat.family_id: seat.group_number for seat in seats} | {f.id: None for f in more},
        settings,
        lottery=outcome_kept(draft).lottery if lottery is None else lottery,
        locked=[seat.family_id for seat in seats if seat.locked or seat.group_number in closed],
        met=pairs_met(settings, [*here, *(family.id for family in more)]),
        closed=closed,
    )


def outcome_kept(draft: GroupDraft) -> Outcome:
    """Return what the matcher last said of the draft."""
    if draft.outcome is None or draft.outcome.text is None:
        raise Conflict(_("There is no proposal yet."))
    return read_once(draft.outcome.text)


def locked_groups(draft: GroupDraft) -> set[int]:
    """Return the numbers of groups that nobody may leave or join."""
    return set(draft.settings.get("locked_groups", ()))


def move_family(
    ref: str,
    *,
    family_ref: str,
    seen_in: int | None,
    to: int | None,
    by: Account,
    locale: str = "da",
) -> str:
    """Move one family to another group or to the tray (None); return what to say about it."""
    draft = _for_change(ref, by=by)
    rows = seat_rows(draft)
    seat = _seat_of(draft, rows, family_ref)
    must_be_where_seen(draft, seat, seen_in)
    if to == seat.group_number:
        return _("%(name)s is already there.", name=seat.family.name)
    must_be_free(draft, seat, to)
    if to is not None:
        if to not in {row.group_number for row in rows}:
            raise not_found()
        refuse(desk_of(draft, rows).move(seat.family_id, to), rows, locale=locale)
    take_step(draft, [(seat, to)], by=by)
    return rescore(draft, _sentence(seat))


def swap_families(
    ref: str,
    *,
    family_ref: str,
    seen_in: int | None,
    other_ref: str,
    by: Account,
    locale: str = "da",
) -> str:
    """Let two families change places; return what to say about it."""
    draft = _for_change(ref, by=by)
    rows = seat_rows(draft)
    one, other = (_seat_of(draft, rows, r) for r in (family_ref, other_ref))
    must_be_where_seen(draft, one, seen_in)
    if one.group_number is None or other.group_number in {None, one.group_number}:
        raise Conflict(_("The two families cannot change places."))
    must_be_free(draft, one, other.group_number)
    must_be_free(draft, other, one.group_number)
    refuse(desk_of(draft, rows).swap(one.family_id, other.family_id), rows, locale=locale)
    take_step(draft, [(one, other.group_number), (other, one.group_number)], by=by)
    names = {"one": one.family.name, "other": other.family.name}
    return rescore(draft, _("%(one)s and %(other)s have changed places.", **names))


def rotate_families(
    ref: str, *, turn: Sequence[tuple[str, int]], by: Account, locale: str = "da"
) -> str:
    """Let each family take the seat of the next, the last that of the first; return what to say.

    ``turn`` names each family and the group it was seen in. One step of the history: it is undone
    together.
    """
    draft = _for_change(ref, by=by)
    rows = seat_rows(draft)
    around = [_seat_of(draft, rows, family_ref) for family_ref, _seen in turn]
    for seat, (_ref, seen_in) in zip(around, turn, strict=True):
        must_be_where_seen(draft, seat, seen_in)
    groups = [seat.group_number for seat in around]
    if not 2 <= len(set(groups)) == len(around) <= LONGEST_RING or None in groups:
        raise Conflict(_("These families cannot change places in a ring."))
    goals = groups[1:] + groups[:1]
    for seat, goal in zip(around, goals, strict=True):
        must_be_free(draft, seat, goal)
    desk = desk_of(draft, rows)
    refuse(desk.rotate([seat.family_id for seat in around]), rows, locale=locale)
    names = listed([seat.family.name for seat in around], locale)
    take_step(draft, list(zip(around, goals, strict=True)), by=by)
    return rescore(draft, _("%(names)s have changed places.", names=names))


def lock_family(ref: str, *, family_ref: str, locked: bool, by: Account) -> str:
    """Hold a family where it is, or let it go."""
    draft = _for_change(ref, by=by)
    seat = _seat_of(draft, seat_rows(draft), family_ref)
    seat.locked = locked
    kind = ChangeKind.LOCKED if locked else ChangeKind.UNLOCKED
    note_change(draft, kind, by_id=by.id, groups=[seat.group_number], family_id=seat.family_id)
    flag_modified(draft, "settings")  # a lock is a version of the draft too
    db.session.flush()
    name = seat.family.name
    return _("%(name)s is locked.", name=name) if locked else _("%(name)s is free.", name=name)


def lock_group(ref: str, *, number: int, locked: bool, by: Account) -> str:
    """Close a group to everyone who would leave or join, or open it."""
    draft = _for_change(ref, by=by)
    if outcome_kept(draft).group(number) is None:
        raise not_found()
    kept = locked_groups(draft) - {number} | ({number} if locked else set())
    kind = ChangeKind.LOCKED if locked else ChangeKind.UNLOCKED
    note_change(draft, kind, by_id=by.id, groups=[number])
    draft.settings = {**draft.settings, "locked_groups": sorted(kept)}
    flag_modified(draft, "settings")
    db.session.flush()
    if locked:
        return _("Group %(letter)s is locked.", letter=letter(number))
    return _("Group %(letter)s is open again.", letter=letter(number))


def undo(ref: str, *, by: Account) -> str:
    """Take back the latest step of one's own."""
    draft = _for_change(ref, by=by)
    step = next_undo(moves_of(draft), by=by, seated=_seated(draft))
    if not step:
        raise Conflict(_("There is nothing to undo."))
    _walk(draft, step, back=True)
    for move in step:
        move.undone_at = now()
    _note_again(draft, ChangeKind.UNDONE, step, by=by)
    return rescore(draft, _("Undone: %(what)s", what=step_text(step, recalculations(draft))))


def redo(ref: str, *, by: Account) -> str:
    """Take the step again that was undone last."""
    draft = _for_change(ref, by=by)
    step = next_redo(moves_of(draft), by=by, seated=_seated(draft))
    if not step:
        raise Conflict(_("There is nothing to do again."))
    _walk(draft, step, back=False)
    for move in step:
        move.undone_at = None
    _note_again(draft, ChangeKind.REDONE, step, by=by)
    return rescore(draft, _("Done again: %(what)s", what=step_text(step, recalculations(draft))))


def _for_change(ref: str, *, by: Account) -> GroupDraft:
    draft = draft_by_ref(ref, by=by, for_change=True)
    must_be_ready(draft)
    return draft


def _seated(draft: GroupDraft) -> set[int]:
    return {row.family_id for row in seat_rows(draft)}


def _seat_of(draft: GroupDraft, rows: Iterable[SeatRow], family_ref: str) -> DraftSeat:
    row = next((row for row in rows if row.ref == family_ref), None)
    if row is None:
        raise not_found()
    return db.session.get_one(DraftSeat, (draft.id, row.family_id))


def must_be_where_seen(draft: GroupDraft, seat: DraftSeat, seen_in: int | None) -> None:
    """Refuse a step that builds on a place the family has left meanwhile, and say who moved it."""
    if seat.group_number != seen_in:
        move = last_move_of(draft, seat.family_id)
        raise Conflict(where_seen(seat, move, seen_in=seen_in))


def must_be_free(draft: GroupDraft, seat: DraftSeat, to: int | None) -> None:
    """Refuse to move what is locked, or into what is locked."""
    if seat.locked:
        raise Conflict(_("%(name)s is locked. Unlock it first.", name=seat.family.name))
    for number in locked_groups(draft):
        if number in {seat.group_number, to}:
            raise Conflict(_("Group %(letter)s is locked. Unlock it first.", letter=letter(number)))


def refuse(consequence: Consequence | Reshaped, rows: Iterable[SeatRow], *, locale: str) -> None:
    """Refuse what the matcher says cannot be, with the first rule in the way."""
    if not consequence.allowed:
        names = {str(row.family_id): row.name for row in rows}
        raise Conflict(_("Not possible: %(why)s", why=consequence.words(locale, names)[0]))


def take_step(
    draft: GroupDraft,
    moves: list[tuple[DraftSeat, int | None]],
    *,
    by: Account,
    kind: ChangeKind = ChangeKind.MOVED,
) -> None:
    """Seat families anew, and note it as one step."""
    steps = [(seat.family_id, seat.group_number, to) for seat, to in moves]
    for (seat, _to), (_family, _from, to) in zip(moves, steps, strict=True):
        seat.group_number = to
    note_step(draft, steps, by_id=by.id, kind=kind)


def _note_again(draft: GroupDraft, kind: ChangeKind, step: list[DraftMove], *, by: Account) -> None:
    groups = [number for move in step for number in (move.from_group, move.to_group)]
    note_change(draft, kind, by_id=by.id, groups=groups, step=step[0].step)


def _walk(draft: GroupDraft, step: list[DraftMove], *, back: bool) -> None:
    for move in step:
        here, there = (move.to_group, move.from_group) if back else (move.from_group, move.to_group)
        if here == NOT_IN_DRAFT:
            seat = take_in(draft, move.family)
        elif found := db.session.get(DraftSeat, (draft.id, move.family_id)):
            seat = found
            must_be_where_seen(draft, seat, here)
        else:
            raise Conflict(_("%(name)s is not in the draft any more.", name=move.family.name))
        must_be_free(draft, seat, there)
        if there == NOT_IN_DRAFT:
            db.session.delete(seat)
        else:
            seat.group_number = there


def take_in(draft: GroupDraft, family: Family) -> DraftSeat:
    """Give a late family a seat in the tray; refuse one that has a seat or can have none."""
    if family.id not in {late.id for late in late_families(draft)}:
        raise Conflict(
            _("%(name)s is in the draft already, or can no longer be.", name=family.name)
        )
    seat = DraftSeat(draft_id=draft.id, family_id=family.id, group_number=None)
    db.session.add(seat)
    db.session.flush()
    return seat


def rescore(draft: GroupDraft, said: str) -> str:
    """Score what was touched, keep it, and return what happened with the new total."""
    db.session.flush()
    outcome, seats = outcome_kept(draft), seat_rows(draft)
    known = {key for group in outcome.groups for key in group.members} | set(outcome.unplaced)
    here = {(str(seat.family_id), seat.group_number) for seat in seats}
    was = {(key, group.label) for group in outcome.groups for key in group.members}
    touched = {number for _key, number in here ^ was if number is not None}
    if known != {str(seat.family_id) for seat in seats}:
        # Who is in the pool decides what is usual in it: with a family more or less all is new.
        touched = {seat.group_number for seat in seats if seat.group_number is not None}
    new = desk_of(draft, seats).rescored(outcome, touched=touched)
    draft.outcome = Sealed.of(new.as_json(), scope=f"draft:{draft.ref}")
    db.session.flush()
    return _("%(said)s In all %(total)s of 100.", said=said, total=new.score)


def _sentence(seat: DraftSeat) -> str:
    name = seat.family.name
    if seat.group_number is None:
        return _("%(name)s now stands without a group.", name=name)
    return _("%(name)s is now in group %(letter)s.", name=name, letter=letter(seat.group_number))
