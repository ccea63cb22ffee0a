"""How a group lives on: what its families decide together, guests, rests, how it goes."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.clock import now
from data.db import Base, HasRef
from data.models.accounts import Account
from data.models.families import Family
from data.models.groups import Meeting, NetworkGroup
from data.sealed import Sealed, SealedText


class QuestionKind(StrEnum):
    GUEST = "guest"  # let someone from the municipality in for a while
    REST = "rest"
    END = "end"


class QuestionState(StrEnum):
    OPEN = "open"
    YES = "yes"
    NO = "no"
    LAPSED = "lapsed"  # taken back, or nobody answered in time


class GroupQuestion(HasRef, Base):
    """Something one family suggests to the whole group, which the families decide."""

    __tablename__ = "group_questions"
    __table_args__ = (
        Index(
            "uq_group_questions_one_open",
            "group_id",
            "kind",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(
        ForeignKey("network_groups.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[QuestionKind]
    state: Mapped[QuestionState] = mapped_column(default=QuestionState.OPEN)
    asked_by_family_id: Mapped[int | None] = mapped_column(
        ForeignKey("families.id", ondelete="SET NULL")
    )
    asked_at: Mapped[datetime] = mapped_column(default=now)
    settled_at: Mapped[datetime | None]
    # Of a guest: who, and for one meeting or until a day. Of a rest: until a day.
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id", ondelete="SET NULL"))
    until: Mapped[date | None]

    asked_by: Mapped[Family | None] = relationship()
    account: Mapped[Account | None] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    answers: Mapped[list[GroupQuestionAnswer]] = relationship(back_populates="question")


class GroupQuestionAnswer(Base):
    """One family's yes. A no ends the question and is kept nowhere: nobody is to be asked why."""

    __tablename__ = "group_question_answers"

    question_id: Mapped[int] = mapped_column(
        ForeignKey("group_questions.id", ondelete="CASCADE"), primary_key=True
    )
    family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    question: Mapped[GroupQuestion] = relationship(back_populates="answers")


class GroupGuest(HasRef, Base):
    """Someone from the municipality who is in a group for a while; all members see until when."""

    __tablename__ = "group_guests"
    __table_args__ = (
        Index(
            "uq_group_guests_once",
            "group_id",
            "account_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(
        ForeignKey("network_groups.id", ondelete="CASCADE"), index=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id", ondelete="SET NULL"))
    last_day: Mapped[date]
    joined_at: Mapped[datetime] = mapped_column(default=now)
    left_at: Mapped[datetime | None]

    group: Mapped[NetworkGroup] = relationship()
    account: Mapped[Account] = relationship()


class GroupLife(Base):
    """What the clock must remember about a group: its rest, and what was asked when."""

    __tablename__ = "group_lives"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("network_groups.id", ondelete="CASCADE"), primary_key=True
    )
    resting_until: Mapped[date | None]
    woke_at: Mapped[datetime | None]
    handover_asked_again_at: Mapped[datetime | None]  # nobody at all had answered
    host_asked_at: Mapped[datetime | None]  # the group is quiet: first the next host is asked,
    group_asked_at: Mapped[datetime | None]  # a week later everyone,
    coordinator_told_at: Mapped[datetime | None]  # and a week later the coordinator is told
    forgotten_at: Mapped[datetime | None]  # an ended group's words are gone


class PulseRound(HasRef, Base):
    """One month's question how it goes. Answers are counts only, never a row of their own."""

    __tablename__ = "pulse_rounds"
    __table_args__ = (UniqueConstraint("group_id", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(
        ForeignKey("network_groups.id", ondelete="CASCADE"), index=True
    )
    month: Mapped[date]  # the first of the month
    closes_on: Mapped[date]
    closed_on: Mapped[date | None]
    # {"n": 6, "marks": [0, 1, 0, 3, 2], "words": {"heard": 4}}; None when too few answered.
    counts: Mapped[Sealed | None] = mapped_column(SealedText())

    marks: Mapped[list[PulseMark]] = relationship(back_populates="round")


class PulseMark(Base):
    """That a family has answered this month; what it answered is not here and not beside it."""

    __tablename__ = "pulse_marks"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("pulse_rounds.id", ondelete="CASCADE"), primary_key=True
    )
    family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    round: Mapped[PulseRound] = relationship(back_populates="marks")


class StartSurvey(Base):
    """How it was when a family joined: asked once, since it cannot be asked afterwards."""

    __tablename__ = "start_surveys"
    __table_args__ = (UniqueConstraint("group_id", "family_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("network_groups.id", ondelete="CASCADE"))
    family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), index=True
    )
    answered_on: Mapped[date]
    answers: Mapped[Sealed | None] = mapped_column(SealedText())


class MoveState(StrEnum):
    ASKED = "asked"  # the family has not said yes
    AGREED = "agreed"  # the other municipality has not answered
    DONE = "done"
    STOPPED = "stopped"


class FamilyMove(HasRef, Base):
    """A family on its way to another municipality: proposed, agreed to, taken in."""

    __tablename__ = "family_moves"
    __table_args__ = (
        Index(
            "uq_family_moves_one_open",
            "family_id",
            unique=True,
            sqlite_where=text("state IN ('asked', 'agreed')"),
            postgresql_where=text("state IN ('asked', 'agreed')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), index=True
    )
    from_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    state: Mapped[MoveState] = mapped_column(default=MoveState.ASKED)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    agreed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]

    family: Mapped[Family] = relationship()
