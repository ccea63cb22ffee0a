"""Inviting people by a link that works once, for fourteen days, for one address.

Shared because families are invited from two doors: one by one, and from an imported table.
Taking an invitation is `web/accounts`.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta

from flask import current_app

from data import audit
from data.clock import now
from data.db import db
from data.errors import Invalid
from data.i18n import _
from data.models import Account, Family, Invitation, RoleName
from data.queries.access import may_open_family, not_found
from data.queries.accounts import account_by_email, open_invitations
from web.shared.mail import queue_mail
from web.shared.sessions import hash_of

DAYS = 14
Link = Callable[[str], str]  # from a token to the address in the mail; "" sends no mail


def own_link(token: str) -> str:
    """Return the address that goes into the mail; never built from what a request claims."""
    return f"{current_app.config['BASE_URL']}/invitation/{token}"


def invite_adult(
    family: Family, *, email: str, name: str, by: Account, link: Link = own_link
) -> Invitation:
    """Invite an adult of a family: by another adult of it, its consultant or the coordinator."""
    if not may_open_family(family, by=by):
        raise not_found()
    email = email.strip().lower()
    if by.is_staff:
        # A family is not told: "taken" would say that some other family is here. Whoever has
        # the address hears it when they take the invitation.
        free_address(email, municipality_id=family.municipality_id, family_id=family.id)
    return make_invitation(
        Invitation(family_id=family.id, role_names=[RoleName.FAMILY.value], email=email, name=name),
        municipality_id=family.municipality_id,
        by=by,
        link=link,
    )


def free_address(email: str, *, municipality_id: int, family_id: int | None) -> str:
    """Refuse an address that is somebody else's; one's own may be invited anew."""
    email = email.strip().lower()
    account = account_by_email(email)
    if account is None:
        return email
    same_place = account.municipality_id == municipality_id
    same_kind = account.family_id == family_id if account.active else True
    if not (same_place and same_kind):
        raise Invalid(
            _("This address already belongs to someone here. Use another one."), field="email"
        )
    return email


def make_invitation(
    invitation: Invitation, *, municipality_id: int, by: Account | None, link: Link
) -> Invitation:
    """Store the invitation, end older ones to the same place, and mail the link."""
    for older in open_invitations(email=invitation.email, municipality_id=municipality_id):
        if older.family_id == invitation.family_id:  # another family's is not ours to end
            older.revoked_at = now()
    token = secrets.token_urlsafe(32)
    invitation.municipality_id = municipality_id
    invitation.token_hash = hash_of(token)
    invitation.expires_at = now() + timedelta(days=DAYS)
    invitation.invited_by_id = by.id if by else None
    db.session.add(invitation)
    db.session.flush()
    audit.record(
        "invitation_made", by=by, subject="invitation", subject_id=invitation.id,
        municipality_id=municipality_id, family=invitation.family_id, roles=invitation.role_names,
    )  # fmt: skip
    address = link(token)
    if address:
        _mail(invitation, address, by=by)
    return invitation


def _mail(invitation: Invitation, address: str, *, by: Account | None) -> None:
    queue_mail(
        to=invitation.email,
        kind="invitation",
        subject=_("Invitation to Makkerskab"),
        text=_(
            "Hello %(name)s\n\n%(inviter)s invites you to Makkerskab, where foster families share"
            " the everyday life with each other.\n\nRead what it is and say yes or no here:\n"
            "%(address)s\n\nThe link is for you alone. It works once, and for %(days)s days.",
            name=invitation.name,
            inviter=by.name if by else invitation.municipality.name,
            address=address,
            days=DAYS,
        ),
    )
