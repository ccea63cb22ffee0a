"""Work at the board: move, swap, lock, undo. What is refused is refused with its rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from data.clock import now
from data.db import db
from data.errors import Conflict
from data.i18n import _
from data.matching import families_by_id
from data.models import Account, DraftMove, DraftSeat, Family, GroupDraft
from data.queries.access import not_found
from data.queries.groups import draft_by_ref, last_move_of, moves_of, seats_of
from data.sealed import Sealed
from web.groups.actions.drafts import must_be_ready
from web.groups.draft_settings import DraftSettings
from web.groups.outcomes import Outcome, letter

if TYPE_CHECKING:  # brings the matcher and numpy along: imported when a board is opened
    from matcher.grouping.moves import Consequence
    from web.groups.desk import Desk

CHANGES_TOLD = 5


def desk_of(
    draft: GroupDraft, seats: Sequence[DraftSeat], families: Sequence[Family] | None = None
) -> Desk:
    """Return the matcher's desk for a draft; its families, if they are at hand."""
    from web.groups.desk import Desk, profiles_of

    if families is None:
        families = families_by_id(seat.family_id for seat in seats)
    closed = locked_groups(draft)
    return Desk(
        profiles_of(families),
        {seat.family_id: seat.group_number for seat in seats},
        DraftSettings.from_json(draft.settings),
        lottery=outcome_kept(draft).lottery,
        locked=[seat.family_id for seat in seats if seat.locked or seat.group_number in closed],
    )


def outcome_kept(draft: GroupDraft) -> Outcome:
    """Return what the matcher last said of the draft."""
    if draft.outcome is None or draft.outcome.value is None:
        raise Conflict(_("There is no proposal yet."))
    return Outcome.from_json(draft.outcome.value)


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
    seats = {seat.family_id: seat for seat in seats_of(draft)}
    seat = _seat_of(seats.values(), family_ref)
    _must_be_where_seen(draft, seat, seen_in)
    if to == seat.group_number:
        return _("%(name)s is already there.", name=seat.family.name)
    _must_be_free(draft, seat, to)
    if to is not None:
        if to not in {other.group_number for other in seats.values()}:
            raise not_found()
        desk = desk_of(draft, list(seats.values()))
        _refuse(desk.move(seat.family_id, to), seats, locale=locale)
    _step(draft, [(seat, to)], by=by)
    return _after(draft, _sentence(seat))


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
    seats = {seat.family_id: seat for seat in seats_of(draft)}
    one, other = (_seat_of(seats.values(), r) for r in (family_ref, other_ref))
    _must_be_where_seen(draft, one, seen_in)
    if one.group_number is None or other.group_number in {None, one.group_number}:
        raise Conflict(_("The two families cannot change places."))
    _must_be_free(draft, one, other.group_number)
    _must_be_free(draft, other, one.group_number)
    desk = desk_of(draft, list(seats.values()))
    _refuse(desk.swap(one.family_id, other.family_id), seats, locale=locale)
    _step(draft, [(one, other.group_number), (other, one.group_number)], by=by)
    names = {"one": one.family.name, "other": other.family.name}
    return _after(draft, _("%(one)s and %(other)s have changed places.", **names))


def lock_family(ref: str, *, family_ref: str, locked: bool, by: Account) -> str:
    """Hold a family where it is, or let it go."""
    draft = _for_change(ref, by=by)
    seat = _seat_of(seats_of(draft), family_ref)
    seat.locked = locked
    db.session.flush()
    name = seat.family.name
    return _("%(name)s is locked.", name=name) if locked else _("%(name)s is free.", name=name)


def lock_group(ref: str, *, number: int, locked: bool, by: Account) -> str:
    """Close a group to everyone who would leave or join, or open it."""
    draft = _for_change(ref, by=by)
    if outcome_kept(draft).group(number) is None:
        raise not_found()
    kept = locked_groups(draft) - {number} | ({number} if locked else set())
    draft.settings = {**draft.settings, "locked_groups": sorted(kept)}
    db.session.flush()
    if locked:
        return _("Group %(letter)s is locked.", letter=letter(number))
    return _("Group %(letter)s is open again.", letter=letter(number))


def undo(ref: str, *, by: Account) -> str:
    """Take back the latest step of one's own."""
    draft = _for_change(ref, by=by)
    step = next_undo(moves_of(draft), by=by)
    if not step:
        raise Conflict(_("There is nothing to undo."))
    _walk(draft, step, back=True)
    for move in step:
        move.undone_at = now()
    return _after(draft, _("Undone: %(what)s", what=step_text(step)))


def redo(ref: str, *, by: Account) -> str:
    """Take the step again that was undone last."""
    draft = _for_change(ref, by=by)
    step = next_redo(moves_of(draft), by=by)
    if not step:
        raise Conflict(_("There is nothing to do again."))
    _walk(draft, step, back=False)
    for move in step:
        move.undone_at = None
    return _after(draft, _("Done again: %(what)s", what=step_text(step)))


def next_undo(moves: Iterable[DraftMove], *, by: Account) -> list[DraftMove]:
    """Return the moves of one's own latest step that holds."""
    own = [move for move in moves if move.made_by_id == by.id and move.undone_at is None]
    latest = max((move.step for move in own), default=None)
    return [move for move in own if move.step == latest]


def next_redo(moves: Iterable[DraftMove], *, by: Account) -> list[DraftMove]:
    """Return the moves of one's own step that was undone last."""
    own = [move for move in moves if move.made_by_id == by.id and move.undone_at is not None]
    first = min((move.step for move in own), default=None)
    return [move for move in own if move.step == first]


def step_text(step: list[DraftMove]) -> str:
    """Return a step in words: "Nygaard: D → E"."""
    if len(step) > 2:  # more than a swap
        return _("recalculated, %(n)s families moved", n=len(step))
    return ", ".join(
        f"{move.family.name}: {_letter(move.from_group)} → {_letter(move.to_group)}"
        for move in step
    )


def what_changed(draft: GroupDraft, *, since: int) -> str:
    """Return the latest steps in words, for someone who has not seen them."""
    steps: dict[int, list[DraftMove]] = {}
    for move in moves_of(draft):
        if move.undone_at is None and move.version > since:
            steps.setdefault(move.step, []).append(move)
    said = [
        _("%(who)s: %(what)s", who=_who(step[0]), what=step_text(step))
        for step in list(steps.values())[-CHANGES_TOLD:]
    ]
    return "; ".join(said) or _("something was taken back")


def note_step(
    draft: GroupDraft, moves: list[tuple[int, int | None, int | None]], *, by_id: int | None
) -> None:
    """Write (family, from, to) into the history as one step; what was undone is forgotten."""
    history = moves_of(draft)
    for move in history:
        if move.undone_at is not None and move.made_by_id == by_id:
            db.session.delete(move)
    step = 1 + max((move.step for move in history), default=0)
    for family_id, come_from, gone_to in moves:
        db.session.add(
            DraftMove(
                draft_id=draft.id,
                made_by_id=by_id,
                family_id=family_id,
                from_group=come_from,
                to_group=gone_to,
                step=step,
                version=draft.version + 1,
            )
        )


def _for_change(ref: str, *, by: Account) -> GroupDraft:
    draft = draft_by_ref(ref, by=by, for_change=True)
    must_be_ready(draft)
    return draft


def _seat_of(seats: Iterable[DraftSeat], family_ref: str) -> DraftSeat:
    seat = next((seat for seat in seats if seat.family.ref == family_ref), None)
    if seat is None:
        raise not_found()
    return seat


def _must_be_where_seen(draft: GroupDraft, seat: DraftSeat, seen_in: int | None) -> None:
    """Refuse a step that builds on a place the family has left meanwhile, and say who moved it."""
    if seat.group_number == seen_in:
        return
    move = last_move_of(draft, seat.family_id)
    raise Conflict(
        _(
            "%(who)s moved %(name)s from %(here)s to %(there)s while you looked at it.",
            who=_who(move),
            name=seat.family.name,
            here=_letter(seen_in),
            there=_letter(seat.group_number),
        )
    )


def _must_be_free(draft: GroupDraft, seat: DraftSeat, to: int | None) -> None:
    if seat.locked:
        raise Conflict(_("%(name)s is locked. Unlock it first.", name=seat.family.name))
    for number in locked_groups(draft):
        if number in {seat.group_number, to}:
            raise Conflict(_("Group %(letter)s is locked. Unlock it first.", letter=letter(number)))


def _refuse(consequence: Consequence, seats: dict[int, DraftSeat], *, locale: str) -> None:
    if not consequence.allowed:
        names = {str(f): seat.family.name for f, seat in seats.items()}
        raise Conflict(_("Not possible: %(why)s", why=consequence.words(locale, names)[0]))


def _step(draft: GroupDraft, moves: list[tuple[DraftSeat, int | None]], *, by: Account) -> None:
    steps = [(seat.family_id, seat.group_number, to) for seat, to in moves]
    for (seat, _to), (_family, _from, to) in zip(moves, steps, strict=True):
        seat.group_number = to
    note_step(draft, steps, by_id=by.id)


def _walk(draft: GroupDraft, step: list[DraftMove], *, back: bool) -> None:
    seats = {seat.family_id: seat for seat in seats_of(draft)}
    for move in step:
        here, there = (move.to_group, move.from_group) if back else (move.from_group, move.to_group)
        seat = seats[move.family_id]
        _must_be_where_seen(draft, seat, here)
        _must_be_free(draft, seat, there)
        seat.group_number = there


def _after(draft: GroupDraft, said: str) -> str:
    """Score what was touched, keep it, and return what happened with the new total."""
    db.session.flush()
    outcome, seats = outcome_kept(draft), seats_of(draft)
    here = {(str(seat.family_id), seat.group_number) for seat in seats}
    was = {(key, group.label) for group in outcome.groups for key in group.members}
    touched = {number for _key, number in here ^ was if number is not None}
    new = desk_of(draft, seats).rescored(outcome, touched=touched)
    draft.outcome = Sealed.of(new.as_json(), scope=f"draft:{draft.ref}")
    db.session.flush()
    return _("%(said)s In all %(total)s of 100.", said=said, total=new.score)


def _sentence(seat: DraftSeat) -> str:
    name = seat.family.name
    if seat.group_number is None:
        return _("%(name)s now stands without a group.", name=name)
    return _("%(name)s is now in group %(letter)s.", name=name, letter=letter(seat.group_number))


def _letter(number: int | None) -> str:
    return letter(number) if number is not None else _("without a group")


def _who(move: DraftMove | None) -> str:
    if move is None or move.made_by is None:
        return _("Someone")
    return move.made_by.name.split()[0]
