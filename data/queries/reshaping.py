"""Questions asked when a draft's groups are merged or split, or a family comes to it late."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from data.db import db
from data.models import DraftMove, DraftSeat, Family, FamilyStatus, GroupDraft, PoolFamily


def seats_of_families(draft: GroupDraft, family_ids: Collection[int]) -> list[DraftSeat]:
    """Return these families' seats in a draft, in the order of names."""
    return list(
        db.session.scalars(
            select(DraftSeat)
            .join(Family)
            .where(DraftSeat.draft_id == draft.id, DraftSeat.family_id.in_(family_ids))
            .options(selectinload(DraftSeat.family))
            .order_by(Family.name, Family.id)
        )
    )


def unused_number(draft: GroupDraft) -> int:
    """Return a number that no group of the draft has or had: what is undone finds its own again."""
    seats = select(func.max(DraftSeat.group_number)).where(DraftSeat.draft_id == draft.id)
    moves = select(func.max(DraftMove.from_group), func.max(DraftMove.to_group)).where(
        DraftMove.draft_id == draft.id
    )
    known = [db.session.scalar(seats), *db.session.execute(moves).one()]
    return 1 + max((number for number in known if number is not None), default=-1)


def ids_not_seated(draft: GroupDraft) -> list[int]:
    """Return the families of the draft's pool that have no seat in it, not even the tray."""
    seated = select(DraftSeat.family_id).where(DraftSeat.draft_id == draft.id)
    return list(
        db.session.scalars(
            select(PoolFamily.family_id)
            .where(PoolFamily.pool_id == draft.pool_id, PoolFamily.family_id.not_in(seated))
            .order_by(PoolFamily.family_id)
        )
    )


def active_family_ids(municipality_id: int) -> list[int]:
    """Return the ids of a municipality's active families."""
    return list(
        db.session.scalars(
            select(Family.id).where(
                Family.municipality_id == municipality_id, Family.status == FamilyStatus.ACTIVE
            )
        )
    )
