"""Recalculating a draft: on a copy, as a proposal that one compares and takes over, or not."""

from data.audit import record
from data.db import db
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import Account, ChangeKind, DraftSeat, DraftState, GroupDraft
from data.queries.access import not_found
from data.queries.groups import draft_by_ref, moves_of, seats_of
from data.queries.reshaping import unused_number
from web.groups.actions.board import (
    must_be_free,
    must_be_where_seen,
    outcome_kept,
    rescore,
    take_step,
)
from web.groups.actions.drafts import FORM, discard_draft, must_be_ready
from web.groups.draft_settings import MOVE_PRICES
from web.shared.jobs import enqueue


def recalculate(ref: str, *, version: int, price: float, by: Account) -> GroupDraft:
    """Let the worker improve a copy of the draft, keeping locks and moving as few as possible."""
    draft = draft_by_ref(ref, by=by, for_change=True)
    must_be_ready(draft)
    if draft.version != version:
        raise Conflict(_("The draft has changed meanwhile. Look at it again."))
    if price not in MOVE_PRICES:
        raise Invalid(_("Choose how much a move must win."), field="price")
    copy = GroupDraft(
        pool_id=draft.pool_id,
        name=_("%(name)s, recalculated", name=draft.name)[:120],
        settings={**draft.settings, "from_draft": draft.ref, "move_cost": price},
        made_by_id=by.id,
    )
    db.session.add(copy)
    db.session.flush()
    for seat in seats_of(draft):
        db.session.add(
            DraftSeat(
                draft_id=copy.id,
                family_id=seat.family_id,
                group_number=seat.group_number,
                locked=seat.locked,
            )
        )
    copy.job_id = enqueue(FORM, by=by, request={"draft": copy.id, "again": True}).id
    record("draft_recalculated", by=by, subject="draft", subject_id=draft.id, copy=copy.id)
    db.session.flush()
    return copy


def origin_of(copy: GroupDraft, *, by: Account) -> GroupDraft | None:
    """Return the draft that a proposal was made of, while it can still be taken over there."""
    ref = copy.settings.get("from_draft")
    if ref is None or copy.state is not DraftState.READY:
        return None
    found = draft_by_ref(ref, by=by)
    return found if found.state is DraftState.READY else None


def differences(copy: GroupDraft) -> list[tuple[DraftSeat, int | None]]:
    """Return whom the proposal moves: the seat in the copy, and where the family sat before."""
    was: dict[int, int | None] = {}
    for move in moves_of(copy):
        if move.undone_at is None:
            was.setdefault(move.family_id, move.from_group)
    return [
        (seat, was[seat.family_id])
        for seat in seats_of(copy)
        if seat.family_id in was and was[seat.family_id] != seat.group_number
    ]


def adopt_draft(ref: str, *, by: Account) -> GroupDraft:
    """Take a recalculated proposal over into the draft it was made of, as one step."""
    copy = draft_by_ref(ref, by=by, for_change=True)
    must_be_ready(copy)
    if "from_draft" not in copy.settings:
        raise Conflict(_("This draft was not recalculated from another one."))
    draft = draft_by_ref(copy.settings["from_draft"], by=by, for_change=True)
    if draft.pool_id != copy.pool_id:
        raise not_found()
    must_be_ready(draft)
    moved = differences(copy)
    if not moved:
        raise Conflict(_("The proposal moves nobody."))
    seats = {seat.family_id: seat for seat in seats_of(draft)}
    numbers = _numbers_here(draft, copy, moved)
    steps = []
    for proposed, was in moved:
        seat = seats.get(proposed.family_id)
        if seat is None:
            raise Conflict(_("A family of the proposal is no longer in the draft."))
        must_be_where_seen(draft, seat, was)
        to = numbers.get(proposed.group_number, proposed.group_number)
        must_be_free(draft, seat, to)
        steps.append((seat, to))
    broken = outcome_kept(draft).n_broken
    take_step(draft, steps, by=by, kind=ChangeKind.ADOPTED)
    rescore(draft, "")
    if outcome_kept(draft).n_broken > broken:
        raise Conflict(_("Together with what was done meanwhile it would break a fixed rule."))
    discard_draft(copy.ref, by=by)
    record("draft_adopted", by=by, subject="draft", subject_id=draft.id, copy=copy.id)
    db.session.flush()
    return draft


def _numbers_here(
    draft: GroupDraft, copy: GroupDraft, moved: list[tuple[DraftSeat, int | None]]
) -> dict[int | None, int]:
    """Return other numbers for groups that are new in the copy, and taken in the draft since."""
    before = {seat.family_id: seat.group_number for seat in seats_of(copy)}
    before |= {seat.family_id: was for seat, was in moved}
    new = {seat.group_number for seat, _was in moved} - set(before.values()) - {None}
    taken = {seat.group_number for seat in seats_of(draft)}
    unused = max(unused_number(draft), unused_number(copy))
    return {
        number: unused + k
        for k, number in enumerate(sorted(n for n in new & taken if n is not None))
    }
