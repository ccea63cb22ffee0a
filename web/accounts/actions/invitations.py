"""Inviting colleagues, and what becomes of an invitation: taken, declined, taken back."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import uuid4

from chat.actions import add_person, join_family_rooms
from data import audit
from data.answers import has_consent
from data.clock import now, today
from data.db import db
from data.errors import Conflict, Invalid, NotAllowed
from data.i18n import _
from data.models import (
    Account,
    Consent,
    ConsentKind,
    Family,
    Institution,
    Invitation,
    Municipality,
    Role,
    RoleName,
)
from data.queries.access import may_open_family, not_found
from data.queries.accounts import (
    account_by_email,
    invitation_by_token_hash,
    rooms_of_family,
)
from web.accounts.actions.own import end_sign_ins, forget_feed
from web.shared.invitations import Link, free_address, make_invitation
from web.shared.sessions import hash_of

TERMS = "2026-11"  # the version of the promise and the consent that the page shows
GIVES = {
    RoleName.COORDINATOR: frozenset({RoleName.CONSULTANT, RoleName.FACILITATOR}),
    RoleName.ADMINISTRATOR: frozenset({RoleName.COORDINATOR, RoleName.ADMINISTRATOR}),
}


class LinkState(StrEnum):
    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    DECLINED = "declined"
    REVOKED = "revoked"


@dataclass(frozen=True, kw_only=True)
class Welcome:
    """What a person gave when taking an invitation."""

    name: str
    hashed_password: str | None = None
    promises_confidentiality: bool = False
    agrees_to_matching: bool = False


def roles_given_by(by: Account) -> frozenset[RoleName]:
    """Return the staff roles that this person may give and take."""
    return frozenset().union(*(given for role, given in GIVES.items() if by.is_a(role)))


def invite_staff(
    *,
    email: str,
    name: str,
    roles: Collection[RoleName],
    institution_ref: str | None,
    by: Account,
    link: Link,
) -> Invitation:
    """Invite someone who works here, in roles that the inviter may give."""
    if not roles:
        raise Invalid(_("Choose at least one role."), field="roles")
    if not set(roles) <= roles_given_by(by):
        raise NotAllowed(_("You cannot give that role. Ask an administrator."))
    institution = _institution(institution_ref, by=by)
    email = free_address(email, municipality_id=by.municipality_id, family_id=None)
    return make_invitation(
        Invitation(
            institution_id=institution.id if institution else None,
            role_names=sorted(role.value for role in roles),
            email=email,
            name=name,
        ),
        municipality_id=by.municipality_id,
        by=by,
        link=link,
    )


def invite_first_administrator(
    *, email: str, name: str, code: str, municipality_name: str
) -> tuple[Invitation, str]:
    """Open a municipality and return the link token of its first administrator."""
    municipality = db.session.query(Municipality).filter_by(code=code).one_or_none()
    if municipality is None:
        municipality = Municipality(code=code, name=municipality_name)
        db.session.add(municipality)
        db.session.flush()
    email = free_address(email, municipality_id=municipality.id, family_id=None)
    tokens: list[str] = []
    invitation = make_invitation(
        Invitation(role_names=[RoleName.ADMINISTRATOR.value], email=email, name=name),
        municipality_id=municipality.id,
        by=None,
        link=_to_print(tokens),
    )
    return invitation, tokens[0]


def _to_print(tokens: list[str]) -> Link:
    """Keep the token for the command line; no address means no mail."""

    def keep(token: str) -> str:
        tokens.append(token)
        return ""

    return keep


def state_of(invitation: Invitation) -> LinkState:
    """Return whether the link still works, and if not, why."""
    if invitation.used_at:
        return LinkState.USED
    if invitation.revoked_at:
        return LinkState.REVOKED
    if invitation.declined_at:
        return LinkState.DECLINED
    return LinkState.EXPIRED if invitation.expires_at <= now() else LinkState.OPEN


def invitation_of(token: str) -> Invitation:
    """Return the invitation of a link; one that was never made does not exist."""
    invitation = invitation_by_token_hash(hash_of(token))
    if invitation is None:
        raise not_found()
    return invitation


def accept_invitation(token: str, welcome: Welcome) -> Account:
    """Make the account, or open it again, and note what was promised and agreed to."""
    db.session.refresh(invitation_of(token), with_for_update=True)  # two clicks, one account
    invitation = _open(token)
    if invitation.family_id and not welcome.promises_confidentiality:
        raise Invalid(_("Say yes to the promise of confidentiality, or “No thank you”."),
                      field="promise")  # fmt: skip
    account = _account_for(invitation)
    account.name = welcome.name
    if welcome.hashed_password:
        account.password = welcome.hashed_password
    invitation.used_at = now()
    db.session.flush()
    if account.family_id:
        _note_consents(account, welcome)
        join_family_rooms(account)
        for room in rooms_of_family(account.family_id):  # also when its last adult had left
            add_person(room, account=account)
    audit.record("invitation_used", by=account, subject="account", subject_id=account.id)
    return account


def decline_invitation(token: str) -> None:
    """Say no thank you: the link is dead, nobody is reminded, nothing is lost."""
    _open(token).declined_at = now()


def revoke_invitation(ref: str, *, by: Account) -> Invitation:
    """Take an invitation back before it is used."""
    invitation = (
        db.session.query(Invitation)
        .filter_by(ref=ref, municipality_id=by.municipality_id)
        .one_or_none()
    )
    if invitation is None or not _may_manage(invitation, by=by):
        raise not_found()
    if state_of(invitation) is LinkState.USED:
        raise Conflict(_("The invitation has already been used."))
    invitation.revoked_at = now()
    audit.record("invitation_revoked", by=by, subject="invitation", subject_id=invitation.id)
    return invitation


def _open(token: str) -> Invitation:
    invitation = invitation_of(token)
    if state_of(invitation) is not LinkState.OPEN:
        raise Conflict(_("The invitation can no longer be used. Ask for a new one."))
    return invitation


def _may_manage(invitation: Invitation, *, by: Account) -> bool:
    if invitation.family:
        return may_open_family(invitation.family, by=by)
    return {RoleName(name) for name in invitation.role_names} <= roles_given_by(by)


def _institution(ref: str | None, *, by: Account) -> Institution | None:
    if not ref:
        return None
    found = (
        db.session.query(Institution)
        .filter_by(ref=ref, municipality_id=by.municipality_id)
        .one_or_none()
    )
    if found is None:
        raise not_found()
    return found


def _account_for(invitation: Invitation) -> Account:
    account = account_by_email(invitation.email)
    if account is None:
        account = Account(
            municipality_id=invitation.municipality_id,
            email=invitation.email,
            name=invitation.name,
            fs_uniquifier=uuid4().hex,
        )
        db.session.add(account)
    else:
        if not account.active:
            account.roles = []
        free_address(
            invitation.email,
            municipality_id=invitation.municipality_id,
            family_id=invitation.family_id,
        )
        forget_feed(account)
        account.password = None  # who had the old telephone may have had the password too
        end_sign_ins(account)
    account.active, account.left_at = True, None
    account.family_id = invitation.family_id
    account.institution_id = invitation.institution_id
    for name in invitation.role_names:
        if not account.is_a(RoleName(name)):
            account.roles.append(role_row(RoleName(name)))
    db.session.flush()
    return account


def role_row(name: RoleName) -> Role:
    """Return the row of a role, made on first use."""
    row = db.session.query(Role).filter_by(name=name.value).one_or_none()
    if row is None:
        row = Role(name=name.value)
        db.session.add(row)
        db.session.flush()
    return row


def _note_consents(account: Account, welcome: Welcome) -> None:
    kinds = [ConsentKind.CONFIDENTIALITY, ConsentKind.CHAT_RULES]
    family = db.session.get_one(Family, account.family_id)
    if welcome.agrees_to_matching and not has_consent(family, ConsentKind.MATCHING):
        kinds.append(ConsentKind.MATCHING)
    db.session.add_all(
        Consent(
            family_id=account.family_id,
            kind=kind,
            version=TERMS,
            given_on=today(),
            given_by_id=account.id,
        )
        for kind in kinds
    )
