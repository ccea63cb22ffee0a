"""What a member does in a room: send, catch up, mark read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, update

from chat import guard, payloads, telling
from chat.numbering import next_numbers
from chat.refusals import RoomClosed, Sensitive, TooLong
from chat.scopes import scope_of
from data.clock import now
from data.db import db
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import Account, Message, RoomMember
from data.queries import messages as queries
from data.queries.access import not_found
from data.sealed import Sealed

PAGE_OF_CHANGES = 200
PAGE_CHARS = 24_000  # so that a page stays under 64 kB on the wire, also in three-byte letters


@dataclass(frozen=True)
class Posted:
    """A stored message; `again` when this device had already sent it."""

    message: Message
    again: bool


def member_of(room_ref: str, *, by: Account, lock: bool = False) -> RoomMember:
    """Return the person's membership; to anyone else the room does not exist."""
    member = queries.membership(room_ref, by.id, lock=lock)
    if member is None:
        raise not_found()
    return member


def send_message(
    room_ref: str,
    *,
    by: Account,
    cid: str,
    body: str,
    max_chars: int,
    confirmed: Iterable[str] = (),
    reply_to: int | None = None,
) -> Posted:
    """Store a message once, however often the device sends it, and tell those who may hear it."""
    member = member_of(room_ref, by=by, lock=True)
    room = member.room
    earlier = queries.sent_before(by.id, cid)
    if earlier is not None:
        if earlier.room_id != room.id:
            raise Conflict(_("This message was already sent somewhere else."))
        return Posted(earlier, again=True)
    if room.closed_at is not None:
        raise RoomClosed(_("The conversation is closed. It can still be read."))
    text = checked_text(body, max_chars=max_chars, confirmed=confirmed)
    rev, seq = next_numbers(room, message=True)
    message = Message(
        room_id=room.id,
        seq=seq,
        rev=rev,
        cid=cid,
        sender=by,
        family=by.family if member.family_id else None,
        body=Sealed(text, scope=scope_of(room, author=by.id)),
        reply_to_seq=reply_to if _can_see(member, reply_to) else None,
    )
    db.session.add(message)
    db.session.flush()
    browsers = [telling.browser(n) for n in queries.listening(room.id, seq=seq)]
    telling.tell("message:new", payloads.change(message, room=room), to=browsers)
    return Posted(message, again=False)


def checked_text(body: str, *, max_chars: int, confirmed: Iterable[str] = ()) -> str:
    """Return the text as it will be stored, or refuse it; a refused text is kept nowhere."""
    text = body.replace("\x00", "").strip()
    if not text:
        raise Invalid(_("Write something first."), field="body")
    if len(text) > max_chars:
        raise TooLong(
            _("A message can have at most %(most)s characters.", most=max_chars), field="body"
        )
    if found := guard.refused(text, confirmed=confirmed):
        raise Sensitive(found)
    return text


def catch_up(
    room_ref: str, *, by: Account, since_rev: int, limit: int = PAGE_OF_CHANGES
) -> dict[str, Any]:
    """Return what changed in a room after `since_rev`, oldest change first, a page at a time."""
    member = member_of(room_ref, by=by)
    head_rev = member.room.last_rev  # read first: what is stored after it comes with the next page
    wanted = min(limit, PAGE_OF_CHANGES)
    changed = queries.changes_after(member, rev=since_rev, limit=wanted + 1)
    changes: list[dict[str, Any]] = []
    chars = 0
    for message in changed[:wanted]:
        told = payloads.change(message, room=member.room)
        chars += len(told["body"] or "")
        if changes and chars > PAGE_CHARS:
            break
        changes.append(told)
    return {"changes": changes, "head_rev": head_rev, "more": len(changes) < len(changed)}


def mark_read(room_ref: str, *, by: Account, seq: int) -> dict[str, Any]:
    """Move the person's read mark forward, never back; tell their other browsers."""
    member = member_of(room_ref, by=by)
    upto = min(seq, member.room.last_seq)
    mark = RoomMember.last_read_seq
    # The larger one is chosen in the database: two tabs may say so at the same moment.
    db.session.execute(
        update(RoomMember)
        .where(RoomMember.id == member.id)
        .values(last_read_seq=case((mark < upto, upto), else_=mark))
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(member, ["last_read_seq"])
    told = {
        "room": room_ref,
        "seq": member.last_read_seq,
        "unread": queries.unread_in(member),
    }
    telling.tell("room:read", told, to=[telling.person(by.id)])
    return told


def heads(*, by: Account) -> dict[str, int]:
    """Return the number of the latest change in each of the person's rooms."""
    return queries.heads_of([by.id]).get(by.id, {})


def hello(*, by: Account) -> dict[str, Any]:
    """Return what a browser needs to know when it connects."""
    rooms = [
        {
            "room": line.room.ref,
            "head_rev": line.room.last_rev,
            "head_seq": line.room.last_seq,
            "last_read_seq": line.member.last_read_seq,
            "unread": line.unread,
            "muted": False,
            "can": "read" if line.room.closed_at else "write",
        }
        for line in queries.rooms_of(by.id)
    ]
    me = payloads.sender(by, by.family)
    return {"me": dict(me), "rooms": rooms, "server_time": now().isoformat()}


def _can_see(member: RoomMember, seq: int | None) -> bool:
    return seq is not None and member.first_seq <= seq <= member.room.last_seq
