"""What two families share in a mentorship: their agreement, and what the clock must remember."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.clock import now
from data.db import Base, HasRef
from data.models.families import Family
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


class Occasion(StrEnum):
    START = "start"
    MONTH_1 = "month_1"
    MONTH_3 = "month_3"
    MONTH_6 = "month_6"
    END = "end"


class MentorLife(Base):
    """What the clock must remember about a mentorship: that they were in touch, who was asked."""

    __tablename__ = "mentor_lives"

    mentorship_id: Mapped[int] = mapped_column(
        ForeignKey("mentorships.id", ondelete="CASCADE"), primary_key=True
    )
    in_touch_at: Mapped[datetime | None]  # one of the two said so
    reminded_at: Mapped[datetime | None]  # both were reminded of the first contact,
    coordinator_told_at: Mapped[datetime | None]  # and then the coordinator was told
    asked_for: Mapped[Occasion | None]  # the latest questions that both were asked
    paused_until: Mapped[date | None]  # a break with a last day; the clock ends it
    resumed_at: Mapped[datetime | None]


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


class MentorCheckin(Base):
    """What one family answered about the mentorship: its own; others see averages in fives."""

    __tablename__ = "mentor_checkins"
    __table_args__ = (UniqueConstraint("mentorship_id", "family_id", "occasion"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mentorship_id: Mapped[int] = mapped_column(ForeignKey("mentorships.id", ondelete="CASCADE"))
    family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), index=True
    )
    occasion: Mapped[Occasion]
    answered_on: Mapped[date]
    answers: Mapped[Sealed | None] = mapped_column(SealedText())  # {question: 1 to 5}
    counted: Mapped[bool] = mapped_column(default=False)  # in a five; in which is not kept

    mentorship: Mapped[Mentorship] = relationship()


class MentorFive(Base):
    """The sums of what five families answered: no family is kept with it, so it stays as told."""

    __tablename__ = "mentor_fives"

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    occasion: Mapped[Occasion]
    sums: Mapped[dict[str, float]] = mapped_column(JSON)  # {question: sum of the five}


class CallKind(StrEnum):
    HELP = "help"
    COMPLAINT = "complaint"


class MentorCall(HasRef, Base):
    """A family asks the coordinator to call it about a mentorship; the other is told nothing."""

    __tablename__ = "mentor_calls"

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    mentorship_id: Mapped[int] = mapped_column(ForeignKey("mentorships.id", ondelete="CASCADE"))
    family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[CallKind]
    words: Mapped[Sealed | None] = mapped_column(SealedText())
    asked_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))

    mentorship: Mapped[Mentorship] = relationship()
    family: Mapped[Family] = relationship()
