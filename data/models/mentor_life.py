"""What two families share in a mentorship: their agreement, and what the clock must remember."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.clock import now
from data.db import Base, HasRef
from data.models.mentoring import Mentorship
from data.sealed import Sealed, SealedText


class Rhythm(StrEnum):
    WEEKLY_FIRST = "weekly_first"  # a talk a week the first month, then every other week
    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    MONTHLY = "monthly"


class MentorAgreement(Base):
    """One version of what the two families have agreed on; the newest one holds."""

    __tablename__ = "mentor_agreements"
    __table_args__ = (UniqueConstraint("mentorship_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mentorship_id: Mapped[int] = mapped_column(ForeignKey("mentorships.id", ondelete="CASCADE"))
    version: Mapped[int]
    words: Mapped[Sealed | None] = mapped_column(SealedText())  # {"purpose", "confidence": [...]}
    rhythm: Mapped[Rhythm]
    until: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(default=now)

    mentorship: Mapped[Mentorship] = relationship()
    signatures: Mapped[list[MentorSignature]] = relationship(back_populates="agreement")


class MentorSignature(Base):
    """A family has said yes to a version."""

    __tablename__ = "mentor_signatures"

    agreement_id: Mapped[int] = mapped_column(
        ForeignKey("mentor_agreements.id", ondelete="CASCADE"), primary_key=True
    )
    family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    signed_at: Mapped[datetime] = mapped_column(default=now)

    agreement: Mapped[MentorAgreement] = relationship(back_populates="signatures")


class MentorLife(Base):
    """What the clock must remember about a mentorship: that they were in touch, who was asked."""

    __tablename__ = "mentor_lives"

    mentorship_id: Mapped[int] = mapped_column(
        ForeignKey("mentorships.id", ondelete="CASCADE"), primary_key=True
    )
    in_touch_at: Mapped[datetime | None]  # one of the two said so
    reminded_at: Mapped[datetime | None]  # both were reminded of the first contact,
    coordinator_told_at: Mapped[datetime | None]  # and then the coordinator was told


class TalkForm(StrEnum):
    VISIT = "visit"
    OUT = "out"  # a walk, a café
    PHONE = "phone"
    VIDEO = "video"


class MentorTalk(HasRef, Base):
    """That two families met or talked: when, how and how long, and a short note of theirs."""

    __tablename__ = "mentor_talks"
    __table_args__ = (UniqueConstraint("mentorship_id", "held_on"),)  # noted by both: kept once

    id: Mapped[int] = mapped_column(primary_key=True)
    mentorship_id: Mapped[int] = mapped_column(ForeignKey("mentorships.id", ondelete="CASCADE"))
    held_on: Mapped[date]
    form: Mapped[TalkForm]
    minutes: Mapped[int]
    counts: Mapped[bool]  # as hours of the mentorship
    note: Mapped[Sealed | None] = mapped_column(SealedText())
    noted_by_family_id: Mapped[int | None] = mapped_column(
        ForeignKey("families.id", ondelete="SET NULL"), index=True
    )
    noted_at: Mapped[datetime] = mapped_column(default=now)
