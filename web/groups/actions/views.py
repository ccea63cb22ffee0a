"""To look at a draft, at its board, in a view or as a file: who may, and what there is to see."""

from data.audit import record
from data.errors import NotFound
from data.i18n import _
from data.models import Account, DraftState, GroupDraft
from data.queries.desk import seat_rows
from data.queries.groups import draft_by_ref, may_look_at_board
from web.groups.actions.board import outcome_kept


class LookEnded(NotFound):
    """One could look at this draft, and its work is over: a page leads back to the groups."""


def draft_to_look_at(ref: str, *, by: Account) -> GroupDraft:
    """Return a draft whose families `by` may see, formed or not."""
    draft = draft_by_ref(ref, by=by)
    if draft.state is DraftState.DISCARDED:
        raise LookEnded(_("The draft has been thrown away."))
    if not may_look_at_board(draft, by=by):
        raise LookEnded(_("The groups are already published."))
    return draft


def has_groups(draft: GroupDraft) -> bool:
    """Answer whether there are groups to look at, or were until someone took them apart."""
    if draft.outcome is None or draft.state is DraftState.WORKING:
        return False
    outcome = outcome_kept(draft)
    return bool(outcome.groups) or not outcome.untouched


def note_export(ref: str, *, fmt: str, by: Account) -> None:
    """Write into the trail that a draft left the house as a file, and whose names are in it."""
    draft = draft_to_look_at(ref, by=by)
    families = [seat.family_id for seat in seat_rows(draft)]
    record(
        "draft_exported",
        by=by,
        subject="draft",
        subject_id=draft.id,
        format=fmt,
        families=families,
    )
