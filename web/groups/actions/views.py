"""To look at a draft in one of its views: who may, and what there is to see."""

from data.models import Account, DraftState, GroupDraft
from data.queries.access import not_found
from data.queries.groups import draft_by_ref


def draft_to_look_at(ref: str, *, by: Account) -> GroupDraft:
    """Return a draft of a pool that `by` may use; one that was thrown away does not exist."""
    draft = draft_by_ref(ref, by=by)
    if draft.state is DraftState.DISCARDED:
        raise not_found()
    return draft


def has_groups(draft: GroupDraft) -> bool:
    """Answer whether the groups are formed; until then one waits at the draft's own page."""
    return draft.outcome is not None and draft.state is not DraftState.WORKING
