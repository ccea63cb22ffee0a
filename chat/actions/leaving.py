"""What happens to the words of those who leave a room, and of a room that has ended."""

from sqlalchemy import select, update

from chat import payloads, telling
from chat.actions.erasing import empty, erase_reports, forget_writer
from chat.numbering import next_numbers
from chat.scopes import scope_of_the_nameless
from data.clock import now
from data.db import db
from data.models import Message, MessageKind, Room, RoomMember
from data.queries import messages as queries
from data.sealed import Sealed


def take_words_back(room: Room, *, family_id: int) -> set[str]:
    """Empty all that a family wrote in one room; return the key scopes to forget after commit.

    A copy that the coordinator has not decided on yet stays until then.
    """
    scopes: set[str] = set()
    for message in _words_of(room, family_id):
        if message.body is not None:
            scopes.add(message.body.scope)
        scopes |= erase_reports(message, but_open=True)
        empty(message)
    db.session.flush()
    return scopes


def take_name_off(room: Room, *, family_id: int) -> set[str]:
    """Let a family's words stay without its name; return the key scopes to forget after commit.

    The words are sealed anew: the old key's name says whose they were. From here on nobody can
    tell, so they cannot be found again either, for an export or to be erased.
    """
    scopes: set[str] = set()
    for message in _words_of(room, family_id):
        body = message.body
        if body is not None and body.text is not None:
            scopes.add(body.scope)
            message.body = Sealed(body.text, scope_of_the_nameless(room, sent_at=message.sent_at))
        forget_writer(message)
        message.sender_id = message.family_id = None
        message.sender = message.family = None
        message.rev, _seq = next_numbers(room, message=False)
        db.session.flush()
        browsers = [telling.browser(n) for n in queries.listening(room.id, seq=message.seq)]
        telling.tell("message:changed", payloads.change(message, room=room), to=browsers)
    return scopes


def forget_room(room: Room) -> set[str]:
    """Empty a closed room and let its last readers go; return the key scopes to forget."""
    scopes: set[str] = set()
    kept = select(Message).where(Message.room_id == room.id, Message.body.is_not(None))
    for message in db.session.scalars(kept):
        if message.body is not None:
            scopes.add(message.body.scope)
        scopes |= erase_reports(message)
        message.body, message.deleted_at = None, message.deleted_at or now()
    db.session.execute(
        update(RoomMember)
        .where(RoomMember.room_id == room.id, RoomMember.left_at.is_(None))
        .values(left_at=now())
    )
    db.session.flush()
    return scopes


def _words_of(room: Room, family_id: int) -> list[Message]:
    """Return what was written as this family, also by an adult who has since left it."""
    return list(
        db.session.scalars(
            select(Message)
            .where(
                Message.room_id == room.id,
                Message.kind == MessageKind.TEXT,
                Message.family_id == family_id,
            )
            .order_by(Message.seq)
        )
    )
