"""Questions about rooms, who is in them, messages, what is unread, and reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from data.clock import now
from data.db import Moment, db
from data.models import (
    Account,
    Message,
    MessageKind,
    NetworkGroup,
    Report,
    ReportState,
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
    question = _MEMBERSHIP_LOCKED if lock else _MEMBERSHIP
    return db.session.scalar(question, {"room_ref": room_ref, "account_id": account_id})


def listening(room_id: int, *, seq: int) -> list[int]:
    """Return the sign-ins that may hear message `seq`: of members since before it, still valid."""
    facts = {"room_id": room_id, "seq": seq, "moment": now()}
    return list(db.session.connection().execute(_LISTENING, facts).scalars())


def sent_before(sender_id: int, cid: str) -> Message | None:
    """Return the message that this sender's device has already sent under `cid`."""
    facts = {"sender_id": sender_id, "cid": cid}
    found = db.session.connection().execute(_SENT_BEFORE, facts).scalar()
    return db.session.get(Message, found) if found else None


# Asked for every message, so they are put together once and not each time.
_MEMBERSHIP = (
    select(RoomMember)
    .join(RoomMember.room)
    .where(
        Room.ref == bindparam("room_ref"),
        RoomMember.account_id == bindparam("account_id"),
        RoomMember.left_at.is_(None),
    )
    .options(contains_eager(RoomMember.room))
)
_MEMBERSHIP_LOCKED = _MEMBERSHIP.with_for_update(of=Room, key_share=True)
_SENT_BEFORE = select(Message.id).where(
    Message.sender_id == bindparam("sender_id"), Message.cid == bindparam("cid")
)
_LISTENING = (
    select(SignIn.id)
    .join(RoomMember, RoomMember.account_id == SignIn.account_id)
    .join(Account, Account.id == SignIn.account_id)
    .where(
        RoomMember.room_id == bindparam("room_id"),
        RoomMember.left_at.is_(None),
        RoomMember.first_seq <= bindparam("seq"),
        Account.active.is_(True),
        SignIn.ended_at.is_(None),
        SignIn.expires_at > bindparam("moment", type_=Moment()),
    )
)


@dataclass(frozen=True)
class RoomLine:
    """A room as one person sees it in the list: their membership, and how much is unread."""

    room: Room
    member: RoomMember
    unread: int


def rooms_of(account_id: int) -> list[RoomLine]:
    """Return the rooms a person is in, with what is unread; the newest room first."""
    members = db.session.scalars(
        select(RoomMember)
        .join(RoomMember.room)
        .where(RoomMember.account_id == account_id, RoomMember.left_at.is_(None))
        .options(joinedload(RoomMember.room, innerjoin=True))
        .order_by(Room.opened_at.desc())
    )
    unread = unread_by_room(account_id)
    return [RoomLine(m.room, m, unread.get(m.room_id, 0)) for m in members]


def unread_by_room(account_id: int) -> dict[int, int]:
    """Return how many messages in each room wait for the person; none is left out."""
    rows = db.session.execute(
        select(Message.room_id, func.count().label("waiting"))
        .join(RoomMember, RoomMember.room_id == Message.room_id)
        .where(
            RoomMember.account_id == account_id,
            RoomMember.left_at.is_(None),
            _counts_as_unread(account_id),
        )
        .group_by(Message.room_id)
    )
    return {row.room_id: row.waiting for row in rows}


def unread_total(account_id: int) -> int:
    """Return how many messages wait for the person in all their rooms."""
    return sum(unread_by_room(account_id).values())


def unread_in(member: RoomMember) -> int:
    """Return how many messages in one room the member has not read."""
    return db.session.execute(
        select(func.count())
        .select_from(Message)
        .join(RoomMember, RoomMember.room_id == Message.room_id)
        .where(RoomMember.id == member.id, _counts_as_unread(member.account_id))
    ).scalar_one()


def _counts_as_unread(account_id: int) -> ColumnElement[bool]:
    """Other people's words that are still there; the room's own lines are not counted."""
    return and_(
        Message.seq > RoomMember.last_read_seq,
        Message.seq >= RoomMember.first_seq,
        Message.kind == MessageKind.TEXT,
        Message.deleted_at.is_(None),
        or_(Message.sender_id.is_(None), Message.sender_id != account_id),
    )


def heads_of(account_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Return, for each person, the number of the latest change in each of their rooms."""
    heads: dict[int, dict[str, int]] = defaultdict(dict)
    rows = db.session.execute(
        select(RoomMember.account_id, Room.ref, Room.last_rev)
        .join(RoomMember.room)
        .where(RoomMember.account_id.in_(list(account_ids)), RoomMember.left_at.is_(None))
    )
    for account_id, ref, last_rev in rows:
        heads[account_id][ref] = last_rev
    return heads


def page_of(member: RoomMember, *, before: int | None = None) -> list[Message]:
    """Return a page of what the member may see, oldest first, ending before message `before`."""
    question = _seen_by(member).order_by(Message.seq.desc()).limit(PAGE)
    if before is not None:
        question = question.where(Message.seq < before)
    return list(reversed(db.session.scalars(question).all()))


def changes_after(member: RoomMember, *, rev: int, limit: int) -> list[Message]:
    """Return messages the member may see that changed after `rev`, in the order of the changes."""
    question = _seen_by(member).where(Message.rev > rev).order_by(Message.rev).limit(limit)
    return list(db.session.scalars(question))


def message_for(member: RoomMember, seq: int) -> Message | None:
    """Return one message of the room if the member may see it."""
    return db.session.scalar(_seen_by(member).where(Message.seq == seq))


def latest_of(members: Iterable[RoomMember]) -> dict[int, Message]:
    """Return the latest message that each of these members may see, by room."""
    wanted = [
        and_(
            Message.room_id == m.room_id,
            Message.seq == m.room.last_seq,
            Message.seq >= m.first_seq,
        )
        for m in members
    ]
    if not wanted:
        return {}
    found = db.session.scalars(select(Message).where(or_(*wanted)).options(*_WITH_SENDER))
    return {message.room_id: message for message in found}


_WITH_SENDER = (joinedload(Message.sender), joinedload(Message.family))


def _seen_by(member: RoomMember) -> Select[Message]:
    return (
        select(Message)
        .where(Message.room_id == member.room_id, Message.seq >= member.first_seq)
        .options(*_WITH_SENDER)
    )


def people_in(room_ids: Iterable[int]) -> dict[int, list[RoomMember]]:
    """Return who can read each of these rooms now."""
    people: dict[int, list[RoomMember]] = defaultdict(list)
    members = db.session.scalars(
        select(RoomMember)
        .where(RoomMember.room_id.in_(list(room_ids)), RoomMember.left_at.is_(None))
        .options(joinedload(RoomMember.account), joinedload(RoomMember.family))
        .order_by(RoomMember.is_facilitator, RoomMember.id)
    )
    for member in members:
        people[member.room_id].append(member)
    return people


def group_of(room_id: int) -> NetworkGroup | None:
    """Return the network group that talks in this room."""
    return db.session.scalar(select(NetworkGroup).where(NetworkGroup.room_id == room_id))


def report_by(message_id: int, reporter_id: int) -> Report | None:
    """Return the report this person has already made of this message."""
    return db.session.scalar(
        select(Report).where(Report.message_id == message_id, Report.reporter_id == reporter_id)
    )


def report_by_ref(ref: str, *, municipality_id: int) -> Report | None:
    """Return a report of this municipality."""
    return db.session.scalar(
        select(Report)
        .where(Report.ref == ref, Report.municipality_id == municipality_id)
        .options(joinedload(Report.room))
    )


def open_reports_of(message_id: int) -> list[Report]:
    """Return all reports of one message that nobody has decided on."""
    return list(
        db.session.scalars(
            select(Report).where(Report.message_id == message_id, Report.state == ReportState.OPEN)
        )
    )


def reports_in(municipality_id: int, *, decided: bool, limit: int = 50) -> list[Report]:
    """Return a municipality's reports: those that wait, oldest first, or the latest decided."""
    question = (
        select(Report)
        .where(Report.municipality_id == municipality_id)
        .options(joinedload(Report.room))
        .limit(limit)
    )
    if decided:
        question = question.where(Report.state != ReportState.OPEN).order_by(
            Report.decided_at.desc()
        )
    else:
        question = question.where(Report.state == ReportState.OPEN).order_by(Report.reported_at)
    return list(db.session.scalars(question))


def open_report_count(municipality_id: int) -> int:
    """Return how many reports wait for the coordinator."""
    return db.session.execute(
        select(func.count())
        .select_from(Report)
        .where(Report.municipality_id == municipality_id, Report.state == ReportState.OPEN)
    ).scalar_one()
