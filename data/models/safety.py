"""What keeps people safe and us honest: acute numbers, the audit trail, jobs and uploads."""

from __future__ import annotations

from datetime import datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from data.clock import now
from data.db import Base, HasRef
from data.sealed import Sealed, SealedText


class AcuteNumber(HasRef, Base):
    """Who answers the acute line on one weekday between two clock times."""

    __tablename__ = "acute_numbers"
    __table_args__ = (CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    weekday: Mapped[int]  # 0 is Monday
    from_time: Mapped[time]
    to_time: Mapped[time]  # 00:00 is the end of the day
    label: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(20))


class AuditEntry(Base):
    """One look at something sensitive, or one decision. Only ever added."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipalities.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    event: Mapped[str] = mapped_column(String(60))  # "family_viewed", "mentorship_approved"
    subject: Mapped[str] = mapped_column(String(30))  # "family"
    subject_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # ids and codes, never text


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class Job(HasRef, Base):
    """Long work: its progress is here so that any page can show it, and stop it."""

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipalities.id"), index=True)
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    progress: Mapped[float] = mapped_column(default=0.0)
    stop_wanted: Mapped[bool] = mapped_column(default=False)
    request: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    result: Mapped[Sealed | None] = mapped_column(SealedText())
    problem: Mapped[str | None] = mapped_column(Text)  # a sentence for the person, or None
    queued_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Upload(HasRef, Base):
    """A file someone brought, sealed, until what it was for is done."""

    __tablename__ = "uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL"), index=True
    )
    filename: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(
        LargeBinary
    )  # sealed by data.exchange, not by the column
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"))
    mended: Mapped[Sealed | None] = mapped_column(SealedText())  # put right on the page
    uploaded_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]
