"""Take away everything a person wrote, and their names, for good: they asked for it."""

import json
from collections.abc import Collection

from sqlalchemy import select

from chat import payloads, telling
from chat.numbering import next_numbers
from data.clock import now
from data.db import db
from data.models import Account, Message, MessageKind, Report, ReportState, RoomMember
from data.queries import messages as queries
from data.sealed import Sealed

_NOBODY = "–"  # what a notice says where it named someone


def erase_messages_of(account: Account) -> set[str]:
    """Empty every message of a person and return the key scopes to forget after the commit.

    Forgetting the keys makes the texts unreadable in every backup too.
    """
    scopes: set[str] = set()
    for message in db.session.scalars(select(Message).where(Message.sender_id == account.id)):
        if message.body is not None:
            scopes.add(message.body.scope)
        scopes |= erase_reports(message)
        empty(message)
    for report in db.session.scalars(select(Report).where(Report.reporter_id == account.id)):
        report.note = None
    db.session.flush()
    return scopes


def erase_from_notices(account: Account, *, names: Collection[str]) -> None:
    """Take names out of the lines that rooms wrote by themselves: "Skov has joined."."""
    rooms = select(RoomMember.room_id).where(RoomMember.account_id == account.id)
    notices = select(Message).where(
        Message.room_id.in_(rooms), Message.kind == MessageKind.NOTICE, Message.body.is_not(None)
    )
    for notice in db.session.scalars(notices):
        content = notice.body.value if notice.body else None
        cleaned = _without(content, names)
        if notice.body and cleaned != content:
            notice.body = Sealed(json.dumps(cleaned, ensure_ascii=False), notice.body.scope)
    db.session.flush()


def _without(content: object, names: Collection[str]) -> object:
    if isinstance(content, dict):
        return {key: _without(value, names) for key, value in content.items()}
    return _NOBODY if isinstance(content, str) and content in names else content


def erase_reports(message: Message, *, but_open: bool = False) -> set[str]:
    """A report keeps the message as it read when reported: that copy goes too.

    `but_open` leaves what the coordinator has not decided on: nobody gets out of that by leaving.
    """
    scopes: set[str] = set()
    for report in db.session.scalars(select(Report).where(Report.message_id == message.id)):
        if but_open and report.state is ReportState.OPEN:
            continue
        copies = (report.snapshot, report.note, report.decision_note)
        scopes |= {kept.scope for kept in copies if kept is not None}
        report.snapshot = report.note = report.decision_note = None
    return scopes


def forget_writer(message: Message) -> None:
    """Take the writer's name out of the copies that reports keep, once they are decided on."""
    for report in db.session.scalars(select(Report).where(Report.message_id == message.id)):
        seen = report.snapshot.value if report.snapshot else None
        if report.snapshot and seen and report.state is not ReportState.OPEN:
            report.snapshot = Sealed.of({**seen, "writer": None}, scope=report.snapshot.scope)


def empty(message: Message) -> None:
    """Take a message's words away for everyone who has the room open, too."""
    room = message.room
    message.rev, _seq = next_numbers(room, message=False)
    message.body, message.deleted_at = None, message.deleted_at or now()
    db.session.flush()
    browsers = [telling.browser(n) for n in queries.listening(room.id, seq=message.seq)]
    telling.tell("message:changed", payloads.change(message, room=room), to=browsers)
