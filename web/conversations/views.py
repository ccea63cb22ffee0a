"""What the pages of conversations show, worked out before a template sees it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from chat import payloads
from data.clock import now
from data.models import (
    WITH_FACILITATOR,
    Account,
    DatePoll,
    Message,
    MessageKind,
    Room,
    RoomKind,
    RoomMember,
)
from data.queries import messages as queries
from data.queries.group_life import guests_in_room
from data.queries.groups import may_lead, next_meeting_of
from data.queries.meetings import open_poll_of
from web.conversations import words
from web.shared.dates import day_by


@dataclass(frozen=True)
class RoomLine:
    """One room in the list."""

    ref: str
    kind: RoomKind
    title: str
    disc: str  # whose colour it has
    text: str
    at: datetime
    when: str
    unread: int
    closed: bool


@dataclass(frozen=True)
class Bubble:
    """One message as it is drawn."""

    seq: int
    rev: int
    cid: str
    kind: str
    text: str
    at: datetime
    time: str
    mine: bool = False
    removed: bool = False
    name: str = ""
    disc: str = ""
    role: str = ""
    quote: tuple[int, str, str] | None = None


@dataclass
class Day:
    """The messages of one day."""

    day: date
    heading: str
    bubbles: list[Bubble] = field(default_factory=list)


@dataclass(frozen=True)
class Readers:
    """Who can read the room, in a long and a short sentence."""

    long: str
    short: str


@dataclass(frozen=True)
class Pinned:
    """The group's next meeting, at the top of its room."""

    name: str
    when: str
    agenda: list[str]


def room_lines(account: Account) -> list[RoomLine]:
    """Return the person's rooms, the one written in last first."""
    lines = queries.rooms_of(account.id)
    latest = queries.latest_of(line.member for line in lines)
    people = queries.people_in(line.room.id for line in lines)
    drawn = []
    for line in lines:
        message = latest.get(line.room.id)
        at = message.sent_at if message else line.member.joined_at
        title, disc = title_of(line.room, people[line.room.id], seen_by=line.member)
        drawn.append(
            RoomLine(
                ref=line.room.ref,
                kind=line.room.kind,
                title=title,
                disc=disc,
                text=_last_words(message, reader=account),
                at=at,
                when=words.short_moment(at),
                unread=line.unread,
                closed=line.room.closed_at is not None,
            )
        )
    return sorted(drawn, key=lambda line: line.at, reverse=True)


def title_of(room: Room, people: Iterable[RoomMember], *, seen_by: RoomMember) -> tuple[str, str]:
    """Return a room's name for one member, and the ref that gives its disc a colour."""
    if room.title:
        return room.title, room.ref
    others = {
        m.family.name: m.family.ref for m in people if m.family and m.family_id != seen_by.family_id
    }
    if not others:
        return _("Mentorship"), room.ref
    return " · ".join(others), next(iter(others.values()))


def readers_of(room: Room, people: list[RoomMember]) -> Readers:
    """Say who can read: the families, and the facilitator by name for as long as there is one."""
    families = len({m.family_id for m in people if m.family_id})
    staff = [m for m in people if m.family_id is None]
    count = ngettext("%(num)s family", "%(num)s families", families)
    if staff:
        return _staff_reads(room, staff, count)
    if room.kind is RoomKind.MENTORSHIP:
        only = _("Only your two families can read along")
        return Readers(only, only)
    nobody = _("Nobody from the municipality reads along")
    return Readers(f"{count} · {nobody}", nobody)


def _staff_reads(room: Room, staff: list[RoomMember], count: str) -> Readers:
    guests = guests_in_room(room.id)
    if guests:
        return _guests_read(staff, guests, count)
    names = " · ".join(m.account.name for m in staff)
    named = " · ".join(
        f"{m.account.name}, {words.role_word(payloads.staff_role(m.account))}" for m in staff
    )
    group = queries.group_of(room.id)
    if group is not None and group.phase in WITH_FACILITATOR:
        last = group.planned_meetings
        return Readers(
            _(
                "%(families)s · %(names)s, reads along until meeting %(last)s",
                families=count, names=named, last=last,
            ),
            _("%(names)s reads along until meeting %(last)s", names=names, last=last),
        )  # fmt: skip
    return Readers(
        _("%(families)s · %(names)s, reads along", families=count, names=named),
        _("%(names)s reads along", names=names),
    )


def _guests_read(staff: list[RoomMember], guests: dict[int, date], count: str) -> Readers:
    """Name everyone from the municipality, each guest with the day on which they leave."""
    named = []
    for member in staff:
        name, until = member.account.name, guests.get(member.account_id)
        named.append(
            _("%(name)s, guest until %(day)s", name=name, day=day_by(until, "d. MMMM"))
            if until
            else name
        )
    names = " · ".join(named)
    return Readers(
        _("%(families)s · %(names)s, reads along", families=count, names=names),
        _("%(names)s reads along", names=names),
    )


def poll_of(member: RoomMember) -> DatePoll | None:
    """Return the question about a day that the group is answering; a guest has no page about it."""
    group = queries.group_of(member.room_id)
    if group is None:
        return None
    leads = group.handed_over_at is None and may_lead(group, by=member.account)
    return open_poll_of(group) if member.family_id is not None or leads else None


def pinned_of(room: Room) -> Pinned | None:
    """Return the group's next meeting."""
    group = queries.group_of(room.id)
    meeting = next_meeting_of(group, at=now()) if group else None
    if meeting is None:
        return None
    return Pinned(
        name=_("Meeting %(number)s", number=meeting.number),
        when=words.meeting_moment(meeting.starts_at),
        agenda=list(meeting.agenda),
    )


def days_of(messages: Iterable[Message], *, member: RoomMember) -> list[Day]:
    """Return messages by day, oldest first."""
    days: list[Day] = []
    messages = list(messages)
    by_seq = {message.seq: message for message in messages}
    for message in messages:
        day = words.local_day(message.sent_at)
        if not days or days[-1].day != day:
            days.append(Day(day, words.day_heading(day)))
        days[-1].bubbles.append(_bubble(message, member=member, by_seq=by_seq))
    return days


def first_unread(messages: Iterable[Message], *, member: RoomMember) -> int | None:
    """Return the number of the first message that counts as unread."""
    return next(
        (
            m.seq
            for m in messages
            if m.seq > member.last_read_seq
            and m.kind is MessageKind.TEXT
            and m.sender_id != member.account_id
            and not m.deleted_at
        ),
        None,
    )


def _bubble(message: Message, *, member: RoomMember, by_seq: dict[int, Message]) -> Bubble:
    family = message.family
    staff = message.sender if message.sender and family is None else None
    return Bubble(
        seq=message.seq,
        rev=message.rev,
        cid=message.cid,
        kind=message.kind.value,
        text=words.text_of(message),
        at=message.sent_at,
        time=words.clock(message.sent_at),
        mine=message.sender_id == member.account_id,
        removed=message.deleted_at is not None,
        name=_name_for(message, member=member),
        disc=family.ref if family else "",
        role=words.role_word(payloads.staff_role(staff)) if staff else "",
        quote=_quote(by_seq.get(message.reply_to_seq or 0)),
    )


def _name_for(message: Message, *, member: RoomMember) -> str:
    """Within one's own family people go by their own name."""
    if message.sender and message.family_id and message.family_id == member.family_id:
        return message.sender.name
    return words.name_of(message.sender, message.family)


def _quote(message: Message | None) -> tuple[int, str, str] | None:
    if message is None or message.kind is not MessageKind.TEXT:
        return None
    text = words.text_of(message)
    short = text if len(text) <= 80 else text[:79].rstrip() + "…"
    return message.seq, words.name_of(message.sender, message.family), short


def _last_words(message: Message | None, *, reader: Account) -> str:
    if message is None:
        return _("Nothing has been written yet.")
    text = " ".join(words.text_of(message).split())
    if message.kind is MessageKind.NOTICE or message.deleted_at:
        return text
    if message.sender_id == reader.id:
        return _("You: %(text)s", text=text)
    name = words.name_of(message.sender, message.family)
    return _("%(name)s: %(text)s", name=name, text=text)
