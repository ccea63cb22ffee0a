"""Questions about rooms, who is in them, messages, what is unread, and reports."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from data.clock import now
from data.db import db
from data.models import (
    Account,
    Message,
    Room,
    RoomMember,
    SignIn,
)

PAGE = 50


def present_member(room_id: int, account_id: int) -> RoomMember | None:
    """Return the person's present membership of a room."""
    return db.session.scalar(
        select(RoomMember).where(
            RoomMember.room_id == room_id,
            RoomMember.account_id == account_id,
            RoomMember.left_at.is_(None),
        )
    )


def present_members(room_id: int) -> list[RoomMember]:
    """Return everyone who can read a room now, families first, in the order they came."""
    return list(
        db.session.scalars(
            select(RoomMember)
            .where(RoomMember.room_id == room_id, RoomMember.left_at.is_(None))
            .options(joinedload(RoomMember.account), joinedload(RoomMember.family))
            .order_by(RoomMember.is_facilitator, RoomMember.id)
        )
    )


def membership(room_ref: str, account_id: int, *, lock: bool = False) -> RoomMember | None:
    """Return the person's membership with its room; `lock` waits for those writing in it."""
    question = (
        select(RoomMember)
        .join(RoomMember.room)
        .where(
            Room.ref == room_ref,
            RoomMember.account_id == account_id,
            RoomMember.left_at.is_(None),
        )
        .options(joinedload(RoomMember.room, innerjoin=True))
    )
    if lock:
        question = question.with_for_update(of=Room, key_share=True)
    return db.session.scalar(question)


def listening(room_id: int, *, seq: int) -> list[int]:
    """Return the sign-ins that may hear message `seq`: of members since before it, still valid."""
    return list(
        db.session.scalars(
            select(SignIn.id)
            .join(RoomMember, RoomMember.account_id == SignIn.account_id)
            .join(Account, Account.id == SignIn.account_id)
            .where(
                RoomMember.room_id == room_id,
                RoomMember.left_at.is_(None),
                RoomMember.first_seq <= seq,
                Account.active.is_(True),
                SignIn.ended_at.is_(None),
                SignIn.expires_at > now(),
            )
        )
    )


def sent_before(sender_id: int, cid: str) -> Message | None:
    """Return the message that this sender's device has already sent under `cid`."""
    return db.session.scalar(
        select(Message).where(Message.sender_id == sender_id, Message.cid == cid)
    )
