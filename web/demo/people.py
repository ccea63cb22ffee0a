"""Who can sign in to the demo, for the terminal and the sign-in page."""

from sqlalchemy import select

from data.db import db
from data.models import (
    Account,
    Family,
    GroupMembership,
    Mentorship,
    Municipality,
    NetworkGroup,
    Phase,
)


def demo_people() -> list[tuple[str, str]]:
    """Return (what they are, e-mail) of the people worth being first; empty without a demo."""
    municipality = db.session.scalar(select(Municipality).where(Municipality.is_demo))
    if municipality is None:
        return []
    people = [
        (", ".join(role.name for role in account.roles), account)
        for account in db.session.scalars(
            select(Account)
            .where(Account.municipality_id == municipality.id, Account.family_id.is_(None))
            .order_by(Account.id)
        )
    ]
    for what, family_id in _families(municipality.id):
        account = db.session.scalar(
            select(Account).where(Account.family_id == family_id).order_by(Account.id)
        )
        if account is not None:
            people.append((what, account))
    return [(what, account.email) for what, account in people]


def _families(municipality_id: int) -> list[tuple[str, int]]:
    """Pick a family in a group, one with a mentor, a mentor family and one that still waits."""
    group = db.session.scalar(
        select(GroupMembership.family_id)
        .join(NetworkGroup)
        .where(
            NetworkGroup.municipality_id == municipality_id,
            NetworkGroup.phase == Phase.FACILITATED,
        )
    )
    mentorship = db.session.scalar(
        select(Mentorship).where(Mentorship.municipality_id == municipality_id)
    )
    taken = select(Mentorship.family_id).union(select(GroupMembership.family_id))
    waiting = db.session.scalar(
        select(Family.id)
        .where(Family.municipality_id == municipality_id, Family.id.not_in(taken))
        .where(Family.mentor_approved_on.is_(None))
        .order_by(Family.id)
    )
    found = [("family in a group", group), ("family that waits", waiting)]
    if mentorship is not None:
        found += [
            ("family with a mentor", mentorship.family_id),
            ("mentor family", mentorship.mentor_id),
        ]
    return [(what, family_id) for what, family_id in found if family_id is not None]
