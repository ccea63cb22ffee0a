"""What a group agrees on between its evenings: date polls, turns as host, attendance, agreement."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.clock import now
from data.db import Base, HasRef
from data.models.families import Family
from data.models.groups import Coming, Meeting, MeetingKind, NetworkGroup
from data.sealed import Sealed, SealedText


class DatePoll(HasRef, Base):
    """A few days to choose from; the group has one open at a time."""

    __tablename__ = "date_polls"
    __table_args__ = (
        Index(
            "uq_date_polls_one_open",
            "group_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(
        ForeignKey("network_groups.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[MeetingKind] = mapped_column(default=MeetingKind.NETWORK)
    # Whose question it is: a family's, or (None) the facilitator's.
    family_id: Mapped[int | None] = mapped_column(ForeignKey("families.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    answer_by: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id", ondelete="SET NULL"))

    group: Mapped[NetworkGroup] = relationship()
    family: Mapped[Family | None] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    dates: Mapped[list[PollDate]] = relationship(
        back_populates="poll", order_by="PollDate.starts_at"
    )


class PollDate(HasRef, Base):
    """One of the days of a poll."""

    __tablename__ = "poll_dates"
    __table_args__ = (UniqueConstraint("poll_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("date_polls.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    poll: Mapped[DatePoll] = relationship(back_populates="dates")
    answers: Mapped[list[PollAnswer]] = relationship(back_populates="date")


class PollAnswer(Base):
    """What a family says about one day."""

    __tablename__ = "poll_answers"

    date_id: Mapped[int] = mapped_column(
        ForeignKey("poll_dates.id", ondelete="CASCADE"), primary_key=True
    )
    family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    coming: Mapped[Coming]
    answered_at: Mapped[datetime] = mapped_column(default=now)

    date: Mapped[PollDate] = relationship(back_populates="answers")


class HostTurn(HasRef, Base):
    """A family's place in the order of hosting; after its evening it goes to the end."""

    __tablename__ = "host_turns"
    __table_args__ = (UniqueConstraint("group_id", "family_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("network_groups.id", ondelete="CASCADE"))
    family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    # The meeting that sent it to the end, so that this happens once.
    hosted_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id", ondelete="SET NULL"))

    family: Mapped[Family] = relationship()


class SwapState(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class HostSwap(HasRef, Base):
    """A family asks another to take its turn, or (to_family None) whoever can."""

    __tablename__ = "host_swaps"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(
        ForeignKey("network_groups.id", ondelete="CASCADE"), index=True
    )
    from_family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), index=True
    )
    to_family_id: Mapped[int | None] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[SwapState] = mapped_column(default=SwapState.OPEN)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    answered_at: Mapped[datetime | None]

    from_family: Mapped[Family] = relationship(foreign_keys=[from_family_id])
    to_family: Mapped[Family | None] = relationship(foreign_keys=[to_family_id])


class HostTick(Base):
    """Something the host has thought of before a meeting."""

    __tablename__ = "host_ticks"

    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    ticked_at: Mapped[datetime] = mapped_column(default=now)


class Attendance(Base):
    """A family that was at a meeting: what its hours of training are counted from."""

    __tablename__ = "attendances"

    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True
    )
    family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    noted_at: Mapped[datetime] = mapped_column(default=now)

    meeting: Mapped[Meeting] = relationship()


class GroupAgreement(HasRef, Base):
    """One version of what a group has agreed on; the newest one holds."""

    __tablename__ = "group_agreements"
    __table_args__ = (UniqueConstraint("group_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("network_groups.id", ondelete="CASCADE"))
    version: Mapped[int]
    points: Mapped[Sealed | None] = mapped_column(SealedText())  # a list of sentences
    made_at: Mapped[datetime] = mapped_column(default=now)
    reminded_at: Mapped[datetime | None]  # that half a year has passed

    group: Mapped[NetworkGroup] = relationship()
    signatures: Mapped[list[AgreementSignature]] = relationship(back_populates="agreement")


class AgreementSignature(Base):
    """A family has said yes to a version."""

    __tablename__ = "agreement_signatures"

    agreement_id: Mapped[int] = mapped_column(
        ForeignKey("group_agreements.id", ondelete="CASCADE"), primary_key=True
    )
    family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    signed_at: Mapped[datetime] = mapped_column(default=now)

    agreement: Mapped[GroupAgreement] = relationship(back_populates="signatures")
