"""Whom a visitor may try the invented municipality as: one or two for each kind of person."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, exists, select

from data.clock import today
from data.db import db
from data.i18n import _
from data.models import (
    Account,
    Family,
    GroupMembership,
    Mentorship,
    Municipality,
    NetworkGroup,
    Phase,
    Placement,
    Role,
    RoleName,
)

_EACH = {RoleName.COORDINATOR: 1, RoleName.FACILITATOR: 2, RoleName.CONSULTANT: 1,
         RoleName.ADMINISTRATOR: 1}  # fmt: skip
_NEW = timedelta(days=210)  # seven months: a placement is noted by its month


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    """Someone worth being first, and what they are."""

    ref: str
    name: str
    email: str
    what: str


def demo_people() -> list[DemoPerson]:
    """Return staff by role, then families in different places of the story."""
    people = [
        DemoPerson(ref=account.ref, name=account.name, email=account.email, what=_words(role))
        for role, most in _EACH.items()
        for account in _staff(role, most)
    ]
    seen: set[int] = set()
    for what, condition in _family_kinds():
        account = db.session.scalar(
            select(Account)
            .join(Family, Account.family_id == Family.id)
            .join(Municipality, Account.municipality_id == Municipality.id)
            .where(Municipality.is_demo, Account.active, Account.id.not_in(seen), condition)
            .order_by(Account.id)
            .limit(1)
        )
        if account is not None:
            seen.add(account.id)
            people.append(
                DemoPerson(ref=account.ref, name=account.name, email=account.email, what=what)
            )
    return people


def _staff(role: RoleName, most: int) -> list[Account]:
    return list(
        db.session.scalars(
            select(Account)
            .join(Municipality, Account.municipality_id == Municipality.id)
            .where(Municipality.is_demo, Account.active, Account.roles.any(Role.name == role.value))
            .order_by(Account.id)
            .limit(most)
        )
    )


def _words(role: RoleName) -> str:
    return {
        RoleName.COORDINATOR: _("Coordinator in the municipality"),
        RoleName.FACILITATOR: _("Facilitator of network groups"),
        RoleName.CONSULTANT: _("Foster care consultant"),
        RoleName.ADMINISTRATOR: _("Administrator"),
    }[role]


def _family_kinds() -> list[tuple[str, ColumnElement[bool]]]:
    mentee = exists().where(Mentorship.family_id == Family.id)
    mentor = exists().where(Mentorship.mentor_id == Family.id)
    newly = Placement.month >= today() - _NEW
    placed = exists().where(Placement.family_id == Family.id, newly)
    no_mentor = ~mentee & ~mentor & Family.mentor_approved_on.is_(None)
    grouped = exists().where(
        GroupMembership.family_id == Family.id, GroupMembership.left_at.is_(None)
    )

    def in_phase(*phases: Phase) -> ColumnElement[bool]:
        return exists().where(
            GroupMembership.family_id == Family.id,
            GroupMembership.left_at.is_(None),
            GroupMembership.group_id == NetworkGroup.id,
            NetworkGroup.phase.in_(phases),
        )

    return [
        (_("Foster family with a new placement, no mentor yet"), placed & no_mentor),
        (_("Foster family with a mentor"), mentee),
        (_("Mentor family"), mentor),
        (_("Foster family in a group with a facilitator"), in_phase(Phase.FACILITATED)),
        (_("Foster family in a group that runs itself"), in_phase(Phase.SELF_RUNNING)),
        (_("Foster family invited to a group"), in_phase(Phase.INVITING)),
        (_("Foster family on its own"), ~grouped & no_mentor & ~placed),
    ]
