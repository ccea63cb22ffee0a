"""Questions about the drafts of one pool, beside each other."""

from sqlalchemy import select

from data.db import db
from data.models import DraftState, GroupDraft


def drafts_beside(draft: GroupDraft) -> list[GroupDraft]:
    """Return the other drafts of the pool that hold a proposal, newest first."""
    return list(
        db.session.scalars(
            select(GroupDraft)
            .where(
                GroupDraft.pool_id == draft.pool_id,
                GroupDraft.id != draft.id,
                GroupDraft.outcome.is_not(None),
                GroupDraft.state.in_(
                    [DraftState.READY, DraftState.SUBMITTED, DraftState.PUBLISHED]
                ),
            )
            .order_by(GroupDraft.made_at.desc(), GroupDraft.id.desc())
        )
    )
