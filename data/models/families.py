"""Foster families: what they answered, their placements, consents and exclusions."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.clock import now
from data.db import Base, HasRef
from data.models.accounts import Account, Municipality
from data.sealed import Sealed, SealedText


class FamilyStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"


class Family(HasRef, Base):
    """One household. Never a child: only bands and themes, as the schema says."""

    __tablename__ = "families"
    __table_args__ = (UniqueConstraint("municipality_id", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    external_id: Mapped[str] = mapped_column(
        String(64)
    )  # the municipality's own key: records.md `id`
    name: Mapped[str] = mapped_column(String(120))  # family name, "Skov"
    status: Mapped[FamilyStatus] = mapped_column(default=FamilyStatus.DRAFT)
    consultant_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL"), index=True
    )
    protected_address: Mapped[bool] = mapped_column(default=False)
    mentor_approved_on: Mapped[date | None]
    mentor_approved_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL")
    )
    mentor_vouched_on: Mapped[date | None]  # by the consultant who knows the family
    mentor_vouched_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL")
    )
    # Answers by field code. `open_answers`: what the schema calls low; `sealed_answers`: the rest.
    open_answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sealed_answers: Mapped[Sealed | None] = mapped_column(SealedText())
    wizard_done: Mapped[list[str]] = mapped_column(JSON, default=list)  # steps that were saved
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    paused_until: Mapped[date | None]

    municipality: Mapped[Municipality] = relationship()
    consultant: Mapped[Account | None] = relationship(foreign_keys=[consultant_id])
    carers: Mapped[list[Account]] = relationship(
        back_populates="family", foreign_keys=[Account.family_id]
    )
    placements: Mapped[list[Placement]] = relationship(back_populates="family")
    consents: Mapped[list[Consent]] = relationship(back_populates="family")

    __mapper_args__ = {"version_id_col": version}

    @property
    def key_scope(self) -> str:
        """Return the scope of the key that seals this family's answers."""
        return f"family:{self.ref}"


class Placement(Base):
    """A new placement, by month only: what opens the way to a mentor and a group."""

    __tablename__ = "placements"

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), index=True
    )
    month: Mapped[date]  # always the first of the month
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    noted_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]  # when we were told that the child has moved on

    family: Mapped[Family] = relationship(back_populates="placements")


class ConsentKind(StrEnum):
    MATCHING = "matching"
    CONFIDENTIALITY = "confidentiality"
    CHAT_RULES = "chat_rules"


class Consent(Base):
    """What a family agreed to, in which version, how, and when it was taken back."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[ConsentKind]
    version: Mapped[str] = mapped_column(String(20))
    given_on: Mapped[date]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    by_phone: Mapped[bool] = mapped_column(default=False)  # noted by staff for a family that rang
    withdrawn_at: Mapped[datetime | None]

    family: Mapped[Family] = relationship(back_populates="consents")


class Exclusion(Base):
    """Two families that must never be put together. The coordinator's alone; works both ways."""

    __tablename__ = "exclusions"
    __table_args__ = (
        CheckConstraint("family_id < other_id", name="ordered"),
        Index("uq_exclusions_pair", "family_id", "other_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("families.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("families.id", ondelete="CASCADE"), index=True)
    reason: Mapped[Sealed | None] = mapped_column(SealedText())
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    noted_at: Mapped[datetime] = mapped_column(default=now)
