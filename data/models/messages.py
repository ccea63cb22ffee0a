"""Conversations: rooms, who may read them, messages and reports."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.clock import now
from data.db import Base, HasRef
from data.models.accounts import Account
from data.models.families import Family
from data.sealed import Sealed, SealedText


class RoomKind(StrEnum):
    GROUP = "group"
    MENTORSHIP = "mentorship"


class Room(HasRef, Base):
    """A private conversation. `last_rev` counts every change, `last_seq` every message."""

    __tablename__ = "rooms"

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    kind: Mapped[RoomKind]
    title: Mapped[str | None] = mapped_column(String(80))  # a group's name; a mentorship has none
    last_rev: Mapped[int] = mapped_column(default=0)
    last_seq: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
    # Counts those who left: what is written afterwards is sealed with new keys.
    key_turn: Mapped[int] = mapped_column(default=0)

    members: Mapped[list[RoomMember]] = relationship(back_populates="room")


class RoomMember(Base):
    """One person's right to read and write in a room, from `first_seq` on."""

    __tablename__ = "room_members"
    __table_args__ = (
        Index(
            "uq_room_members_once",
            "room_id",
            "account_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    family_id: Mapped[int | None] = mapped_column(ForeignKey("families.id"), index=True)
    is_facilitator: Mapped[bool] = mapped_column(default=False)
    first_seq: Mapped[int] = mapped_column(default=1)  # messages from before joining stay unseen
    last_read_seq: Mapped[int] = mapped_column(default=0)
    joined_at: Mapped[datetime] = mapped_column(default=now)
    left_at: Mapped[datetime | None]

    room: Mapped[Room] = relationship(back_populates="members")
    account: Mapped[Account] = relationship()
    family: Mapped[Family | None] = relationship()


class MessageKind(StrEnum):
    TEXT = "text"
    NOTICE = "notice"  # "Karin Bech has left": written by the system, told by `body` as a code


class Message(Base):
    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("room_id", "seq"),
        UniqueConstraint("sender_id", "cid"),
        Index("ix_messages_room_rev", "room_id", "rev"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), index=True)
    seq: Mapped[int]
    rev: Mapped[int]  # of the latest change to this message
    cid: Mapped[str] = mapped_column(
        String(36)
    )  # made by the sender's device: sent twice, kept once
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    family_id: Mapped[int | None] = mapped_column(ForeignKey("families.id", ondelete="SET NULL"))
    kind: Mapped[MessageKind] = mapped_column(default=MessageKind.TEXT)
    body: Mapped[Sealed | None] = mapped_column(SealedText())
    reply_to_seq: Mapped[int | None]
    sent_at: Mapped[datetime] = mapped_column(default=now)
    deleted_at: Mapped[datetime | None]

    room: Mapped[Room] = relationship()
    sender: Mapped[Account | None] = relationship()
    family: Mapped[Family | None] = relationship()


class ReportReason(StrEnum):
    CHILD_IDENTIFIED = "child_identified"
    HARSH = "harsh"
    WORRY = "worry"
    OTHER = "other"


class ReportState(StrEnum):
    OPEN = "open"
    KEPT = "kept"  # looked at, the message stays
    REMOVED = "removed"


class Report(HasRef, Base):
    """A message that a member asked the coordinator to look at; only this message is shown."""

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("message_id", "reporter_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    message_id: Mapped[int] = mapped_column(
        ForeignKey("messages.id", ondelete="CASCADE"), index=True
    )
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    reason: Mapped[ReportReason]
    note: Mapped[Sealed | None] = mapped_column(SealedText())
    snapshot: Mapped[Sealed | None] = mapped_column(SealedText())  # as it read when reported
    state: Mapped[ReportState] = mapped_column(default=ReportState.OPEN)
    reported_at: Mapped[datetime] = mapped_column(default=now)
    decided_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL")
    )
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[Sealed | None] = mapped_column(SealedText())

    message: Mapped[Message] = relationship()
    room: Mapped[Room] = relationship()
