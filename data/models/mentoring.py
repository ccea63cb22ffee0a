"""From a suggestion to a mentorship: suggestions, requests, mentorships and rounds."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.clock import now
from data.db import Base, HasRef
from data.models.families import Family
from data.models.messages import Room
from data.sealed import Sealed, SealedText


class SuggestionState(StrEnum):
    SHOWN = "shown"
    HIDDEN = "hidden"  # "Not for us"
    ASKED = "asked"
    GONE = "gone"  # the place was taken, or the answer was no


class Suggestion(HasRef, Base):
    """One mentor family that a family may ask; three are shown at a time."""

    __tablename__ = "suggestions"
    __table_args__ = (UniqueConstraint("family_id", "mentor_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("families.id", ondelete="CASCADE"))
    mentor_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), index=True
    )
    score: Mapped[float]
    state: Mapped[SuggestionState] = mapped_column(default=SuggestionState.SHOWN)
    facts: Mapped[Sealed | None] = mapped_column(SealedText())  # the reasons, as they were found
    round_id: Mapped[int | None] = mapped_column(  # the coordinator proposed it
        ForeignKey("mentor_rounds.id", ondelete="SET NULL")
    )
    made_at: Mapped[datetime] = mapped_column(default=now)

    family: Mapped[Family] = relationship(foreign_keys=[family_id])
    mentor: Mapped[Family] = relationship(foreign_keys=[mentor_id])


class SuggestionLook(Base):
    """When we last looked for mentors for a family, and what it wrote but could not send."""

    __tablename__ = "suggestion_looks"

    family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), primary_key=True
    )
    looked_at: Mapped[datetime] = mapped_column(default=now)
    profile_version: Mapped[int]
    # How many mentor families each rule stood in the way of: says why fewer than three are shown.
    hindered: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    draft: Mapped[Sealed | None] = mapped_column(SealedText())


class RequestState(StrEnum):
    OPEN = "open"  # the mentor family has not answered
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"  # the mentor family said yes to another and has no place left


class DeclineReason(StrEnum):
    UNSAID = "unsaid"
    BUSY = "busy"
    OWN_PLACEMENT = "own_placement"
    THEME = "theme"
    DISTANCE = "distance"
    KNOWN = "known"


class MentorRequest(HasRef, Base):
    """A family asks one mentor family. One open request at a time."""

    __tablename__ = "mentor_requests"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_when_not_open"),
        Index(
            "uq_mentor_requests_one_open",
            "family_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), index=True
    )
    mentor_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), index=True
    )
    words: Mapped[Sealed | None] = mapped_column(SealedText())
    shown_themes: Mapped[list[str]] = mapped_column(JSON, default=list)  # what the family let show
    facts: Mapped[Sealed | None] = mapped_column(SealedText())  # the reasons told to the mentor
    state: Mapped[RequestState] = mapped_column(default=RequestState.OPEN)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    decline_reason: Mapped[DeclineReason | None]
    round_id: Mapped[int | None] = mapped_column(ForeignKey("mentor_rounds.id"))

    family: Mapped[Family] = relationship(foreign_keys=[family_id])
    mentor: Mapped[Family] = relationship(foreign_keys=[mentor_id])

    @property
    def is_open(self) -> bool:
        """Answer whether the mentor family may still answer."""
        return self.state is RequestState.OPEN


class MentorshipState(StrEnum):
    AWAITING_APPROVAL = "awaiting_approval"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class Mentorship(HasRef, Base):
    """Two families who both said yes. Takes one of the mentor's places until it ends."""

    __tablename__ = "mentorships"
    __table_args__ = (
        Index(
            "uq_mentorships_one_running",
            "family_id",
            unique=True,
            sqlite_where=text("state <> 'ended'"),
            postgresql_where=text("state <> 'ended'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("families.id"), index=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("families.id"), index=True)
    request_id: Mapped[int | None] = mapped_column(
        ForeignKey("mentor_requests.id", ondelete="SET NULL"), unique=True
    )
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))
    state: Mapped[MentorshipState]
    agreed_at: Mapped[datetime] = mapped_column(default=now)
    approved_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL")
    )
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    refusal: Mapped[Sealed | None] = mapped_column(SealedText())  # why staff did not approve it

    family: Mapped[Family] = relationship(foreign_keys=[family_id])
    mentor: Mapped[Family] = relationship(foreign_keys=[mentor_id])
    room: Mapped[Room | None] = relationship()


class RoundState(StrEnum):
    WORKING = "working"
    READY = "ready"
    DECIDED = "decided"
    SUPERSEDED = "superseded"


class MentorRound(HasRef, Base):
    """The coordinator's look over everyone waiting: a proposal that a person decides on."""

    __tablename__ = "mentor_rounds"

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    started_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL")
    )
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"))
    state: Mapped[RoundState] = mapped_column(default=RoundState.WORKING)
    goal: Mapped[str] = mapped_column(default="most_families")
    pins: Mapped[list[list[int]]] = mapped_column(JSON, default=list)  # [[family_id, mentor_id]]
    bans: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    approved: Mapped[list[list[int]]] = mapped_column(JSON, default=list)  # told to the family
    # Per goal: pairs with score and reasons, who is left out and why, and the totals.
    proposal: Mapped[Sealed | None] = mapped_column(SealedText())
    version: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}

    @property
    def proposed(self) -> dict[str, Any]:
        """Return the proposal as plain values, empty while the solver works."""
        return dict(self.proposal.value or {}) if self.proposal else {}
