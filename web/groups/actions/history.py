"""What was done at a board, in order: steps that one takes back, and what others did meanwhile."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from data.db import db
from data.i18n import _, ngettext
from data.models import (
    NOT_IN_DRAFT,
    Account,
    ChangeKind,
    DraftChange,
    DraftMove,
    DraftSeat,
    GroupDraft,
)
from data.queries.desk import SeatRow, changes_since, recalculations
from data.queries.groups import moves_of
from web.groups.board_news import tell_changed
from web.groups.outcomes import letter

CHANGES_TOLD = 5


def note_change(
    draft: GroupDraft,
    kind: ChangeKind,
    *,
    by_id: int | None,
    groups: Iterable[int | None],
    step: int | None = None,
    family_id: int | None = None,
) -> None:
    """Write an operation into the order of the draft; it counts once the draft is stored."""
    db.session.add(
        DraftChange(
            draft_id=draft.id,
            version=draft.version + 1,
            kind=kind,
            made_by_id=by_id,
            groups=[number for number in dict.fromkeys(groups) if number != NOT_IN_DRAFT],
            step=step,
            family_id=family_id,
        )
    )
    tell_changed(draft.ref, draft.version + 1)


def note_step(
    draft: GroupDraft,
    moves: list[tuple[int, int | None, int | None]],
    *,
    by_id: int | None,
    kind: ChangeKind = ChangeKind.MOVED,
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
            )
        )
    groups = [number for _family, *ends in moves for number in ends]
    note_change(draft, kind, by_id=by_id, groups=groups, step=step)


def next_undo(
    moves: Iterable[DraftMove], *, by: Account, seated: Container[int]
) -> list[DraftMove]:
    """Return the moves of one's own latest step that holds.

    A step about a family that is not in the draft (`seated` are) is passed over: there is nobody
    to move, and it comes back with the family.
    """
    own = [move for move in moves if move.made_by_id == by.id and move.undone_at is None]
    gone = {m.step for m in own if m.to_group != NOT_IN_DRAFT and m.family_id not in seated}
    latest = max((move.step for move in own if move.step not in gone), default=None)
    return [move for move in own if move.step == latest]


def next_redo(
    moves: Iterable[DraftMove], *, by: Account, seated: Container[int]
) -> list[DraftMove]:
    """Return the moves of one's own step that was undone last, passing over as `next_undo` does."""
    own = [move for move in moves if move.made_by_id == by.id and move.undone_at is not None]
    gone = {m.step for m in own if m.from_group != NOT_IN_DRAFT and m.family_id not in seated}
    first = min((move.step for move in own if move.step not in gone), default=None)
    return [move for move in own if move.step == first]


@dataclass(frozen=True, kw_only=True)
class Steps:
    """What one can take back or do again, in words; `held` says why it cannot be taken back."""

    undo: str
    redo: str
    held: str


def steps_of(
    draft: GroupDraft,
    history: Sequence[DraftMove],
    seats: Iterable[DraftSeat | SeatRow],
    *,
    by: Account,
) -> Steps:
    """Return what undo and redo would do."""
    seated = {seat.family_id for seat in seats}
    recalculated = recalculations(draft)
    step = next_undo(history, by=by, seated=seated)
    later = built_on(step, history, by=by)
    return Steps(
        undo=step_text(step, recalculated),
        redo=step_text(next_redo(history, by=by, seated=seated), recalculated),
        held=_(
            "%(who)s has built on it: %(what)s",
            who=who(later.made_by),
            what=step_text([later], ()),
        )
        if later
        else "",
    )


def built_on(
    step: Sequence[DraftMove], moves: Sequence[DraftMove], *, by: Account
) -> DraftMove | None:
    """Return a later move by someone else of a family in this step: then it cannot be undone."""
    families = {move.family_id for move in step}
    later = [
        move
        for move in moves
        if step
        and move.id > step[-1].id
        and move.family_id in families
        and move.made_by_id != by.id
        and move.undone_at is None
    ]
    return later[-1] if later else None


def step_text(step: Sequence[DraftMove], recalculated: Container[int]) -> str:
    """Return a step in words: "Nygaard: D → E"; of many together only how many there were."""
    if step and step[0].step in recalculated:
        return ngettext(
            "recalculated, %(num)s family moved",
            "recalculated, %(num)s families moved",
            len(step),
        )
    ways = {(move.from_group, move.to_group) for move in step}
    if len(step) > 1 and len(ways) == 1:  # merged, split, or put in together
        [(here, there)] = ways
        return ngettext(
            "%(num)s family: %(here)s → %(there)s",
            "%(num)s families: %(here)s → %(there)s",
            len(step),
            here=place_of(here),
            there=place_of(there),
        )
    return ", ".join(
        f"{move.family.name}: {place_of(move.from_group)} → {place_of(move.to_group)}"
        for move in step
    )


def change_text(
    change: DraftChange, step: Sequence[DraftMove], recalculated: Container[int]
) -> str:
    """Return an operation in words, without who did it."""
    if change.kind in {ChangeKind.LOCKED, ChangeKind.UNLOCKED}:
        what = change.family.name if change.family else _group(change)
        if change.kind is ChangeKind.LOCKED:
            return _("%(what)s locked", what=what)
        return _("%(what)s unlocked", what=what)
    said = step_text(step, recalculated) or _("something was taken back")
    if change.kind is ChangeKind.UNDONE:
        return _("took back %(what)s", what=said)
    if change.kind is ChangeKind.REDONE:
        return _("did again %(what)s", what=said)
    return said


def what_changed(draft: GroupDraft, *, since: int, among: set[int] | None = None) -> str:
    """Return the latest operations in words, for someone who has not seen them."""
    return "; ".join(told_changes(draft, since=since, among=among)[-CHANGES_TOLD:]) or _(
        "something was taken back"
    )


def told_changes(draft: GroupDraft, *, since: int, among: set[int] | None = None) -> list[str]:
    """Return each operation after a version as "Jonas: Toft: D → C"; `among` only these groups."""
    steps: dict[int, list[DraftMove]] = {}
    for move in moves_of(draft):
        steps.setdefault(move.step, []).append(move)
    recalculated = recalculations(draft)
    return [
        _(
            "%(who)s: %(what)s",
            who=who(change.made_by),
            what=change_text(change, steps.get(change.step or 0, []), recalculated),
        )
        for change in changes_since(draft, since)
        if among is None or among & set(change.groups)
    ]


def overlap(
    draft: GroupDraft, changes: Sequence[DraftChange], *, at: int, by: Account
) -> DraftMove | None:
    """Return the latest move by someone else into or out of the column that `by` looked at."""
    steps = {
        change.step
        for change in changes
        if change.made_by_id != by.id and change.kind is not ChangeKind.UNDONE
    }
    touched = [
        move
        for move in moves_of(draft)
        if move.step in steps and move.undone_at is None and at in (move.from_group, move.to_group)
    ]
    return touched[-1] if touched else None


def place_of(number: int | None) -> str:
    """Return a group's letter, or that there is none."""
    if number == NOT_IN_DRAFT:
        return _("not in the draft")
    return letter(number) if number is not None else _("without a group")


def who(account: Account | None) -> str:
    """Return what a colleague is called in a sentence."""
    return account.name.split()[0] if account is not None else _("Someone")


def where_seen(seat: DraftSeat, move: DraftMove | None, *, seen_in: int | None) -> str:
    """Return that someone moved a family while one looked at it."""
    return _(
        "%(who)s moved %(name)s from %(here)s to %(there)s while you looked at it.",
        who=who(move.made_by if move else None),
        name=seat.family.name,
        here=place_of(seen_in),
        there=place_of(seat.group_number),
    )


def _group(change: DraftChange) -> str:
    number = change.groups[0] if change.groups else None
    return _("Group %(letter)s", letter=place_of(number))
