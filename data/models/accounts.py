"""Who can sign in: municipalities, institutions, people, their roles, invitations and sessions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.clock import now
from data.db import Base, HasRef
from data.sealed import Sealed, SealedText

if TYPE_CHECKING:
    from data.models.families import Family


class RoleName(StrEnum):
    """What a person is here as. One person may hold several staff roles."""

    FAMILY = "family"
    CONSULTANT = "consultant"
    FACILITATOR = "facilitator"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


STAFF = frozenset(RoleName) - {RoleName.FAMILY}

# What a municipality may decide for itself; absent means the default here.
MUNICIPAL_DEFAULTS: dict[str, Any] = {
    "mentor_min_years": 5,
    "coordinator_approves_mentorships": False,
    "coordinator_approves_groups": False,
    "request_days": 7,
    "planned_meetings": 4,
    "quiet_days": 30,  # without a word or a meeting, before anyone is asked how the group is
    "winter_holiday_week": 7,  # of the year; most municipalities keep this one
    "children_gender_reason": None,
    "acute_fallback": None,  # {"label", "phone"}: who answers where the weekly table has a gap
}


class Municipality(HasRef, Base):
    """The tenant: nothing is ever shared between two of these."""

    __tablename__ = "municipalities"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(4), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    service_name: Mapped[str] = mapped_column(String(80), default="Familieplejen")
    is_demo: Mapped[bool] = mapped_column(default=False)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    def setting(self, name: str) -> Any:
        """Return what this municipality decided, or the default."""
        return self.settings.get(name, MUNICIPAL_DEFAULTS[name])


class Institution(HasRef, Base):
    """A residential institution that lends facilitators to groups."""

    __tablename__ = "institutions"

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    postcode: Mapped[str | None] = mapped_column(String(4))


account_roles = Table(
    "account_roles",
    Base.metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("roles.id"), primary_key=True),
)


class Role(RoleMixin, Base):
    __tablename__ = "roles"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    description: Mapped[str | None] = mapped_column(String(200))


class Account(UserMixin, HasRef, Base):
    """One person who signs in: an adult of a family, or staff."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id"))
    # Families point back at their consultant: one of the two is added after both tables stand.
    family_id: Mapped[int | None] = mapped_column(
        ForeignKey("families.id", use_alter=True), index=True
    )
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(120))
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    locale: Mapped[str | None] = mapped_column(String(5))
    theme: Mapped[str | None] = mapped_column(String(5))
    created_at: Mapped[datetime] = mapped_column(default=now)
    left_at: Mapped[datetime | None]

    roles: Mapped[list[Role]] = relationship(secondary=account_roles, lazy="selectin")
    municipality: Mapped[Municipality] = relationship(lazy="joined", innerjoin=True)
    institution: Mapped[Institution | None] = relationship()
    family: Mapped[Family | None] = relationship(
        back_populates="carers", foreign_keys="Account.family_id"
    )

    def is_a(self, *names: RoleName) -> bool:
        """Answer whether the person holds any of these roles."""
        return any(role.name in names for role in self.roles)

    @property
    def is_staff(self) -> bool:
        """Answer whether the person works for a municipality or an institution."""
        return self.is_a(*STAFF)


class Invitation(HasRef, Base):
    """A link by e-mail that lets one person make their account; used once."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    family_id: Mapped[int | None] = mapped_column(ForeignKey("families.id"), index=True)
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id"))
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(String(120))
    role_names: Mapped[list[str]] = mapped_column(JSON)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL")
    )
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]  # "Nej tak": no cost, and no reminder
    revoked_at: Mapped[datetime | None]

    municipality: Mapped[Municipality] = relationship()
    family: Mapped[Family | None] = relationship()


class SignInCode(HasRef, Base):
    """Six digits sent by e-mail: ten minutes, five tries, once.

    An unknown address gets a row too, without an account, so that it is answered alike. The row
    belongs to the browser that asked (its ref is in the cookie): nobody else can use up its tries.
    """

    __tablename__ = "sign_in_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    code_hash: Mapped[str | None] = mapped_column(String(64))  # None until the mail is written
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    tries_left: Mapped[int] = mapped_column(default=5)
    used_at: Mapped[datetime | None]


class TryKind(StrEnum):
    CODE_ASKED = "code_asked"
    PASSWORD = "password"  # noqa: S105  # a kind of try, counted before it is checked
    SIGNED_IN = "signed_in"


class SignInTry(Base):
    """One try to sign in, for counting: address and network only as keyed hashes."""

    __tablename__ = "sign_in_tries"
    __table_args__ = (
        Index("ix_sign_in_tries_address", "address_hash", "kind", "at"),
        Index("ix_sign_in_tries_network", "network_hash", "kind", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TryKind]
    address_hash: Mapped[str] = mapped_column(String(64))
    network_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(default=now)


class SignIn(Base):
    """One signed-in browser. The cookie holds a random sid; we keep only its hash."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    sid_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    idle_minutes: Mapped[int | None]  # None: a family's session has no idle limit
    ended_at: Mapped[datetime | None]


class OutgoingMail(Base):
    """A mail that must leave: written with the change it tells of, sent by the worker."""

    __tablename__ = "outgoing_mails"

    id: Mapped[int] = mapped_column(primary_key=True)
    to_email: Mapped[str] = mapped_column(String(254))
    kind: Mapped[str] = mapped_column(String(40))
    content: Mapped[Sealed | None] = mapped_column(SealedText())  # {"subject", "text"}
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
