"""Open and close rooms, and say who is in them. Called by other capabilities' actions."""

from typing import Any
from uuid import uuid4

from sqlalchemy import select

from chat import notices, payloads, telling
from chat.numbering import next_numbers
from chat.scopes import NOBODY, scope_of
from data.clock import now
from data.db import db
from data.models import Account, Family, Message, MessageKind, Room, RoomKind, RoomMember
from data.queries import messages as queries
from data.sealed import Sealed


def open_room(*, kind: RoomKind, municipality_id: int, title: str | None) -> Room:
    """Open an empty room; a mentorship's room has no title."""
    room = Room(kind=kind, municipality_id=municipality_id, title=title)
    db.session.add(room)
    db.session.flush()
    return room


def add_person(room: Room, *, account: Account, is_facilitator: bool = False) -> RoomMember:
    """Let a person read and write from now on; what was said before stays unseen."""
    _lock(room)
    member = queries.present_member(room.id, account.id)
    if member is not None:
        member.is_facilitator = is_facilitator
        return member
    member = RoomMember(
        room_id=room.id,
        account_id=account.id,
        family_id=account.family_id,
        is_facilitator=is_facilitator,
        first_seq=room.last_seq + 1,
        last_read_seq=room.last_seq,
    )
    db.session.add(member)
    db.session.flush()
    telling.tell("room:added", {"room": room.ref}, to=[telling.person(account.id)])
    return member


def add_family(room: Room, *, family: Family) -> list[RoomMember]:
    """Let all adults of a family in."""
    adults = db.session.scalars(
        select(Account).where(Account.family_id == family.id, Account.active.is_(True))
    )
    return [add_person(room, account=adult) for adult in list(adults)]


def remove_person(room: Room, *, account: Account) -> None:
    """End a person's right to read and write, at once and with the history."""
    member = queries.present_member(room.id, account.id)
    if member is not None:
        _end(member, room)


def remove_family(room: Room, *, family: Family) -> None:
    """End the right of all adults of a family."""
    for member in queries.present_members(room.id):
        if member.family_id == family.id:
            _end(member, room)


def join_family_rooms(account: Account) -> None:
    """Let a new adult of a family into the rooms the family is in."""
    rooms = db.session.scalars(
        select(Room)
        .join(RoomMember)
        .where(
            RoomMember.family_id == account.family_id,
            RoomMember.left_at.is_(None),
            Room.closed_at.is_(None),
        )
        .distinct()
    )
    for room in list(rooms):
        add_person(room, account=account)


def leave_all_rooms(account: Account) -> None:
    """Take a person out of every room: they left, or must not be here any more."""
    members = db.session.scalars(
        select(RoomMember).where(RoomMember.account_id == account.id, RoomMember.left_at.is_(None))
    )
    for member in list(members):
        _end(member, member.room)


def close_room(room: Room) -> None:
    """Stop all writing; members can still read."""
    _lock(room)
    if room.closed_at is None:
        room.closed_at = now()
        db.session.flush()
        members = [telling.person(m.account_id) for m in queries.present_members(room.id)]
        telling.tell("room:closed", {"room": room.ref}, to=members)


def post_notice(room: Room, *, code: str, **facts: Any) -> Message:
    """Write one of the room's own lines (chat.notices) for all members to read."""
    notices.sentence(
        code, facts
    )  # an unknown code or a missing fact is found here, not by a reader
    rev, seq = next_numbers(room, message=True)
    content = {"code": code, "facts": facts}
    message = Message(
        room_id=room.id,
        seq=seq,
        rev=rev,
        cid=str(uuid4()),
        kind=MessageKind.NOTICE,
        body=Sealed.of(content, scope=scope_of(room, author=NOBODY)),
    )
    db.session.add(message)
    db.session.flush()
    browsers = [telling.browser(n) for n in queries.listening(room.id, seq=seq)]
    telling.tell("message:new", payloads.change(message, room=room), to=browsers)
    return message


def _lock(room: Room) -> None:
    """Wait for those who are writing, so that joining falls between two messages."""
    db.session.flush()
    db.session.refresh(
        room, ["last_seq", "last_rev", "closed_at", "key_turn"], with_for_update={"key_share": True}
    )


def _end(member: RoomMember, room: Room) -> None:
    """Take someone out and turn the room's keys: what comes now, theirs never opened."""
    _lock(room)
    member.left_at = now()
    room.key_turn += 1
    db.session.flush()
    telling.tell(
        "session:end",
        {"reason": "removed", "room": room.ref},
        to=[telling.person(member.account_id)],
    )
