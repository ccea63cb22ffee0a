"""Network groups from pool to self-running: pools, drafts, groups, meetings, hand-over."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.clock import now
from data.db import Base, HasRef, new_ref
from data.models.accounts import Account
from data.models.families import Family
from data.models.messages import Room
from data.sealed import Sealed, SealedText


class Pool(HasRef, Base):
    """Families that the coordinator released to one facilitator to form groups from."""

    __tablename__ = "pools"

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    # What was asked for: area, support level, themes, ages, waiting since.
    chosen_by: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    facilitator_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL"), index=True
    )
    released_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL")
    )
    released_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]

    facilitator: Mapped[Account | None] = relationship(foreign_keys=[facilitator_id])
    families: Mapped[list[PoolFamily]] = relationship(back_populates="pool")


class PoolFamily(Base):
    __tablename__ = "pool_families"

    pool_id: Mapped[int] = mapped_column(
        ForeignKey("pools.id", ondelete="CASCADE"), primary_key=True
    )
    family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    pool: Mapped[Pool] = relationship(back_populates="families")
    family: Mapped[Family] = relationship()


class DraftState(StrEnum):
    WORKING = "working"
    READY = "ready"
    SUBMITTED = "submitted"  # waits for the coordinator, where the municipality wants that
    PUBLISHED = "published"
    DISCARDED = "discarded"


class GroupDraft(HasRef, Base):
    """A proposal that a facilitator works on; no family has heard of it."""

    __tablename__ = "group_drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    state: Mapped[DraftState] = mapped_column(default=DraftState.WORKING)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # sizes, criteria, places
    # Scores, bars, slots, remarks and who is unplaced and why, as the matcher returned them.
    outcome: Mapped[Sealed | None] = mapped_column(SealedText())
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    pool: Mapped[Pool] = relationship()
    seats: Mapped[list[DraftSeat]] = relationship(back_populates="draft")

    __mapper_args__ = {"version_id_col": version}


class DraftSeat(Base):
    """Where a family sits in a draft; group_number None is the tray."""

    __tablename__ = "draft_seats"

    draft_id: Mapped[int] = mapped_column(
        ForeignKey("group_drafts.id", ondelete="CASCADE"), primary_key=True
    )
    family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    group_number: Mapped[int | None]
    locked: Mapped[bool] = mapped_column(default=False)

    draft: Mapped[GroupDraft] = relationship(back_populates="seats")
    family: Mapped[Family] = relationship()

    @property
    def protected(self) -> bool:
        """Whether the family's address is protected."""
        return self.family.protected_address


NOT_IN_DRAFT = -1  # where a family was moved from that came to the pool's draft late


class DraftMove(Base):
    """One family moved at the board: who, when, from, to. Moves of one step are undone together."""

    __tablename__ = "draft_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(
        ForeignKey("group_drafts.id", ondelete="CASCADE"), index=True
    )
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    family_id: Mapped[int] = mapped_column(ForeignKey("families.id", ondelete="CASCADE"))
    from_group: Mapped[int | None]
    to_group: Mapped[int | None]
    step: Mapped[int]  # a swap is one step of two moves, a recalculation one of many
    undone_at: Mapped[datetime | None]

    family: Mapped[Family] = relationship()
    made_by: Mapped[Account | None] = relationship()


class Phase(StrEnum):
    INVITING = "inviting"  # published; families are answering
    FORMED = "formed"  # open, no meeting held yet
    FACILITATED = "facilitated"  # n of the planned meetings held
    HANDING_OVER = "handing_over"  # the families are deciding
    SELF_RUNNING = "self_running"
    RESTING = "resting"
    ENDED = "ended"


LED = frozenset({Phase.FORMED, Phase.FACILITATED, Phase.HANDING_OVER})  # open, with a facilitator
WITH_FACILITATOR = LED | {Phase.INVITING}
ITS_OWN = frozenset({Phase.SELF_RUNNING, Phase.RESTING})
MEETS = LED | {Phase.SELF_RUNNING}
ALIVE = LED | ITS_OWN


class NetworkGroup(HasRef, Base):
    """A fixed group of foster families."""

    __tablename__ = "network_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    facilitator_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL"), index=True
    )
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("group_drafts.id", ondelete="SET NULL"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"), unique=True)
    phase: Mapped[Phase] = mapped_column(default=Phase.INVITING)
    planned_meetings: Mapped[int] = mapped_column(default=4)
    min_families: Mapped[int] = mapped_column(default=5)  # with fewer it does not open by itself
    slot: Mapped[str | None] = mapped_column(String(20))  # "thu_evening"
    place: Mapped[str | None] = mapped_column(String(120))
    published_at: Mapped[datetime] = mapped_column(default=now)
    answer_by: Mapped[datetime]
    told_too_few_at: Mapped[datetime | None]  # the facilitator was told that it cannot open
    opened_at: Mapped[datetime | None]
    handover_proposed_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    facilitator_left_reason: Mapped[Sealed | None] = mapped_column(SealedText())
    ended_at: Mapped[datetime | None]

    facilitator: Mapped[Account | None] = relationship(foreign_keys=[facilitator_id])
    room: Mapped[Room | None] = relationship()
    memberships: Mapped[list[GroupMembership]] = relationship(back_populates="group")
    meetings: Mapped[list[Meeting]] = relationship(
        back_populates="group", order_by="Meeting.starts_at"
    )


class Answer(StrEnum):
    WAITING = "waiting"
    YES = "yes"
    NO = "no"


class GroupMembership(Base):
    """A family's place in a group: invited, then a member, then perhaps gone."""

    __tablename__ = "group_memberships"
    __table_args__ = (
        UniqueConstraint("group_id", "family_id"),
        # A family belongs to one group at a time, and is asked by one at a time.
        Index(
            "uq_group_memberships_one_group",
            "family_id",
            unique=True,
            sqlite_where=text("left_at IS NULL AND answer <> 'no'"),
            postgresql_where=text("left_at IS NULL AND answer <> 'no'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(
        ForeignKey("network_groups.id", ondelete="CASCADE"), index=True
    )
    family_id: Mapped[int] = mapped_column(ForeignKey("families.id"), index=True)
    answer: Mapped[Answer] = mapped_column(default=Answer.WAITING)
    invited_at: Mapped[datetime] = mapped_column(default=now)
    answered_at: Mapped[datetime | None]
    joined_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]

    group: Mapped[NetworkGroup] = relationship(back_populates="memberships")
    family: Mapped[Family] = relationship()


class MeetingState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class MeetingKind(StrEnum):
    """What an evening is for; supervision and theme sessions count as training."""

    NETWORK = "network"
    SUPERVISION = "supervision"
    THEME = "theme"


class Meeting(HasRef, Base):
    __tablename__ = "meetings"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(
        ForeignKey("network_groups.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    kind: Mapped[MeetingKind] = mapped_column(
        default=MeetingKind.NETWORK, server_default=MeetingKind.NETWORK.value
    )
    theme: Mapped[str | None] = mapped_column(String(40))  # a theme code of the profile
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    host_family_id: Mapped[int | None] = mapped_column(
        ForeignKey("families.id", ondelete="SET NULL")
    )
    # {"place", "title", "agenda"}: people write them, so they are sealed like their messages.
    words: Mapped[Sealed | None] = mapped_column(SealedText())
    # How to find the host's home: for those who come, and forgotten when the evening is over.
    directions: Mapped[Sealed | None] = mapped_column(SealedText())
    agreed: Mapped[Sealed | None] = mapped_column(SealedText())  # what was agreed, a list
    all_spoke: Mapped[bool | None]  # the round: everyone had the word
    reminded_at: Mapped[datetime | None]
    state: Mapped[MeetingState] = mapped_column(default=MeetingState.PLANNED)
    held_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    group: Mapped[NetworkGroup] = relationship(back_populates="meetings")
    host: Mapped[Family | None] = relationship()
    replies: Mapped[list[MeetingReply]] = relationship(back_populates="meeting")

    __mapper_args__ = {"version_id_col": version}

    @property
    def place(self) -> str:
        """Return where the group meets."""
        return str(self._written().get("place", ""))

    @place.setter
    def place(self, text: str) -> None:
        self._write(place=text)

    @property
    def title(self) -> str:
        """Return the heading; empty where the theme says it."""
        return str(self._written().get("title", ""))

    @title.setter
    def title(self, text: str) -> None:
        self._write(title=text)

    @property
    def agenda(self) -> list[str]:
        """Return the points of the evening."""
        return list(self._written().get("agenda", ()))

    @agenda.setter
    def agenda(self, points: list[str]) -> None:
        self._write(agenda=list(points))

    def seal_anew(self) -> set[str]:
        """Seal what is written with a new key; return the scope of the old one, to be forgotten."""
        if self.words is None:
            return set()
        written, old = self._written(), self.words.scope
        self.words = None
        self._write(**written)
        return {old}

    def _written(self) -> dict[str, Any]:
        return (self.words.value if self.words else None) or {}

    def _write(self, **words: Any) -> None:
        self.ref = self.ref or new_ref()
        known = self.words.scope if self.words else f"meeting:{self.ref}:words:{new_ref()}"
        self.words = Sealed.of({**self._written(), **words}, scope=known)


class Coming(StrEnum):
    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class MeetingReply(Base):
    __tablename__ = "meeting_replies"

    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True
    )
    family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), primary_key=True
    )
    coming: Mapped[Coming]
    replied_at: Mapped[datetime] = mapped_column(default=now)

    meeting: Mapped[Meeting] = relationship(back_populates="replies")


class HandoverAnswer(StrEnum):
    YES = "yes"
    TALK_FIRST = "talk_first"


class HandoverVote(Base):
    __tablename__ = "handover_votes"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("network_groups.id", ondelete="CASCADE"), primary_key=True
    )
    family_id: Mapped[int] = mapped_column(
        ForeignKey("families.id", ondelete="CASCADE"), primary_key=True
    )
    answer: Mapped[HandoverAnswer]
    answered_at: Mapped[datetime] = mapped_column(default=now)


class CalendarFeed(Base):
    """A private address from which a person's own calendar reads the group's meetings."""

    __tablename__ = "calendar_feeds"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    token: Mapped[Sealed | None] = mapped_column(SealedText())  # shown again to its owner
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(default=now)
