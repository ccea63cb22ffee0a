"""Questions about people: who signs in by an address, how often it was tried, who was invited."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select

from data.clock import now
from data.db import db
from data.models import (
    STAFF,
    WITH_FACILITATOR,
    Account,
    Family,
    FamilyStatus,
    GroupMembership,
    Institution,
    Invitation,
    Mentorship,
    MentorshipState,
    NetworkGroup,
    Pool,
    Role,
    RoleName,
    Room,
    SignInCode,
    SignInTry,
    TryKind,
)

_REMEMBERED = timedelta(days=60)  # a network one has signed in from counts as one's own this long
_STAFF_NAMES = sorted(role.value for role in STAFF)


def account_by_email(email: str) -> Account | None:
    """Return the person who signs in with this address, also one who has left."""
    return db.session.scalar(select(Account).where(Account.email == email.strip().lower()))


def active_account_by_email(email: str) -> Account | None:
    """Return the person who may sign in with this address."""
    account = account_by_email(email)
    return account if account is not None and account.active else None


def code_by_ref(ref: str, *, lock: bool = False) -> SignInCode | None:
    """Return the code that a browser asked for; locked, so that two tries are two tries."""
    asked = select(SignInCode).where(SignInCode.ref == ref)
    return db.session.scalar(asked.with_for_update() if lock else asked)


def tries(
    kind: TryKind,
    *,
    since: datetime,
    address_hash: str | None = None,
    network_hash: str | None = None,
) -> tuple[int, datetime | None]:
    """Return how many tries there were for an address, from a network or both, and the latest."""
    asked = select(func.count(), func.max(SignInTry.at)).where(
        SignInTry.kind == kind, SignInTry.at > since
    )
    if address_hash is not None:
        asked = asked.where(SignInTry.address_hash == address_hash)
    if network_hash is not None:
        asked = asked.where(SignInTry.network_hash == network_hash)
    count, latest = db.session.execute(asked).one()
    return count, latest


def signed_in_from(address_hash: str, network_hash: str) -> datetime | None:
    """Return when this person last signed in from this network, if lately."""
    return tries(
        TryKind.SIGNED_IN,
        since=now() - _REMEMBERED,
        address_hash=address_hash,
        network_hash=network_hash,
    )[1]


def invitation_by_token_hash(token_hash: str) -> Invitation | None:
    """Return the invitation that this link belongs to, whatever became of it."""
    return db.session.scalar(select(Invitation).where(Invitation.token_hash == token_hash))


def open_invitations(*, email: str, municipality_id: int) -> list[Invitation]:
    """Return the invitations to this address that can still be used."""
    return list(
        db.session.scalars(
            select(Invitation).where(
                Invitation.email == email,
                Invitation.municipality_id == municipality_id,
                still_open(),
            )
        )
    )


def open_invitations_of(account: Account) -> list[Invitation]:
    """Return what a person could still come in by, or let others in by: sent to or made by them."""
    theirs = or_(Invitation.email == account.email, Invitation.invited_by_id == account.id)
    return list(
        db.session.scalars(
            select(Invitation).where(
                theirs, Invitation.municipality_id == account.municipality_id, still_open()
            )
        )
    )


def still_open() -> ColumnElement[bool]:
    """Return the condition that an invitation can still be used."""
    return (
        Invitation.used_at.is_(None)
        & Invitation.revoked_at.is_(None)
        & Invitation.declined_at.is_(None)
        & (Invitation.expires_at > now())
    )


def groups_to_hand_over(account_id: int) -> list[NetworkGroup]:
    """Return the groups that someone facilitates now; self-running ones have no facilitator."""
    return list(
        db.session.scalars(
            select(NetworkGroup)
            .where(
                NetworkGroup.facilitator_id == account_id, NetworkGroup.phase.in_(WITH_FACILITATOR)
            )
            .order_by(NetworkGroup.id)
        )
    )


def open_pools_of(account_id: int) -> list[Pool]:
    """Return the pools that someone forms groups from."""
    return list(
        db.session.scalars(
            select(Pool).where(Pool.facilitator_id == account_id, Pool.closed_at.is_(None))
        )
    )


def families_of_consultant(account_id: int) -> list[Family]:
    """Return the families that someone is the consultant of."""
    return list(
        db.session.scalars(
            select(Family)
            .where(Family.consultant_id == account_id, Family.status != FamilyStatus.LEFT)
            .order_by(Family.name)
        )
    )


@dataclass(frozen=True, kw_only=True)
class PeopleFilter:
    """What the list of people shows: a part of a name or address, a role, left ones too."""

    words: str = ""
    role: RoleName | None = None
    left: bool = False


def staff_page(
    municipality_id: int, wanted: PeopleFilter, *, page: int, per_page: int
) -> tuple[list[Account], int]:
    """Return one page of the people who work here, by name, and how many there are in all."""
    asked = select(Account).where(
        Account.municipality_id == municipality_id,
        Account.active.is_(not wanted.left),
        Account.roles.any(Role.name.in_([wanted.role.value] if wanted.role else _STAFF_NAMES)),
    )
    if wanted.words:
        like = f"%{_escaped(wanted.words.lower())}%"
        asked = asked.where(
            func.lower(Account.name).like(like, escape="\\") | Account.email.like(like, escape="\\")
        )
    count = db.session.scalar(select(func.count()).select_from(asked.subquery())) or 0
    rows = asked.order_by(Account.name, Account.id).limit(per_page).offset((page - 1) * per_page)
    return list(db.session.scalars(rows)), count


def waiting_invitations(municipality_id: int, *, most: int = 50) -> list[Invitation]:
    """Return staff invitations that nobody has used, the latest first."""
    return list(
        db.session.scalars(
            select(Invitation)
            .where(
                Invitation.municipality_id == municipality_id,
                Invitation.family_id.is_(None),
                Invitation.used_at.is_(None),
                Invitation.revoked_at.is_(None),
            )
            .order_by(Invitation.created_at.desc())
            .limit(most)
        )
    )


def family_invitations(family_id: int) -> list[Invitation]:
    """Return a family's invitations that nobody has used."""
    return list(
        db.session.scalars(
            select(Invitation)
            .where(
                Invitation.family_id == family_id,
                Invitation.used_at.is_(None),
                Invitation.revoked_at.is_(None),
            )
            .order_by(Invitation.created_at.desc())
        )
    )


def colleagues(municipality_id: int, *roles: RoleName) -> list[Account]:
    """Return the people who work here in any of these roles, by name."""
    return list(
        db.session.scalars(
            select(Account)
            .where(
                Account.municipality_id == municipality_id,
                Account.active,
                Account.roles.any(Role.name.in_([role.value for role in roles])),
            )
            .order_by(Account.name, Account.id)
        )
    )


def institutions(municipality_id: int) -> list[Institution]:
    """Return the institutions that lend facilitators, by name."""
    return list(
        db.session.scalars(
            select(Institution)
            .where(Institution.municipality_id == municipality_id)
            .order_by(Institution.name)
        )
    )


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def rooms_of_family(family_id: int) -> list[Room]:
    """Return the open rooms of a family's group and mentorships."""
    group = (
        select(NetworkGroup.room_id)
        .join(GroupMembership)
        .where(
            GroupMembership.family_id == family_id,
            GroupMembership.left_at.is_(None),
            GroupMembership.joined_at.is_not(None),
        )
    )
    mentorships = select(Mentorship.room_id).where(
        or_(Mentorship.family_id == family_id, Mentorship.mentor_id == family_id),
        Mentorship.state != MentorshipState.ENDED,
    )
    return list(
        db.session.scalars(
            select(Room).where(
                or_(Room.id.in_(group), Room.id.in_(mentorships)), Room.closed_at.is_(None)
            )
        )
    )
