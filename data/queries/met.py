"""Which families have been members of a group at the same time."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from data.db import db
from data.models import GroupMembership


def pairs_met_in_groups(family_ids: Collection[int]) -> list[tuple[int, int]]:
    """Return pairs of these families that were members of one group at the same time, once each.

    Whoever was asked and never joined has met nobody.
    """
    one, other = aliased(GroupMembership), aliased(GroupMembership)
    wanted = (
        select(one.family_id, other.family_id)
        .join(other, one.group_id == other.group_id)
        .where(
            one.family_id.in_(family_ids),
            other.family_id.in_(family_ids),
            one.family_id < other.family_id,
            one.joined_at.is_not(None),
            other.joined_at.is_not(None),
            or_(one.left_at.is_(None), one.left_at > other.joined_at),
            or_(other.left_at.is_(None), other.left_at > one.joined_at),
        )
        .distinct()
        .order_by(one.family_id, other.family_id)
    )
    return [(a, b) for a, b in db.session.execute(wanted)]
