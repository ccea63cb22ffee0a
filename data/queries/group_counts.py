"""Counts of what happens in a group that is led: how many, how often; never what or by whom alone.

Read for the health page while the group has a facilitator. Messages are counted by week, and not at
all where fewer than five families write in the room; no text is opened.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations

from sqlalchemy import select

from data.clock import COPENHAGEN, today
from data.db import db
from data.models import Attendance as Noted
from data.models import Coming, Meeting, MeetingReply, MeetingState, Message, MessageKind
from data.models import NetworkGroup as Group

FEWEST_FAMILIES = 5
WEEKS = 8
SOON = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True)
class Week:
    """One ISO week: how many messages, from how many families."""

    monday: date
    messages: int
    families: int

    @property
    def number(self) -> int:
        """Return the week's number."""
        return self.monday.isocalendar().week


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """Who came to the meetings that were held: {meeting id: families}, in the order of time."""

    meetings: list[tuple[int, datetime]]
    came: dict[int, frozenset[int]]

    def times(self, family_id: int) -> int:
        """Return to how many meetings a family came."""
        return sum(family_id in families for families in self.came.values())


def attendance_of(group: Group) -> Attendance:
    """Return who was at each meeting that was held; where nobody noted it, who said they'd come."""
    held = db.session.execute(
        select(Meeting.id, Meeting.starts_at, Meeting.all_spoke)
        .where(Meeting.group_id == group.id, Meeting.state == MeetingState.HELD)
        .order_by(Meeting.starts_at)
    ).all()
    came: dict[int, set[int]] = {meeting_id: set() for meeting_id, _at, _spoke in held}
    noted = {meeting_id for meeting_id, _at, all_spoke in held if all_spoke is not None}
    there = select(Noted.meeting_id, Noted.family_id).where(Noted.meeting_id.in_(came))
    said = select(MeetingReply.meeting_id, MeetingReply.family_id).where(
        MeetingReply.meeting_id.in_(set(came) - noted), MeetingReply.coming == Coming.YES
    )
    for meeting_id, family_id in [*db.session.execute(there), *db.session.execute(said)]:
        came[meeting_id].add(family_id)
    return Attendance(
        meetings=[(meeting_id, at) for meeting_id, at, _spoke in held],
        came={meeting_id: frozenset(families) for meeting_id, families in came.items()},
    )


def weeks_of(group: Group, *, families: int) -> list[Week] | None:
    """Return the last eight weeks of the room; None where too few families are in the group."""
    if families < FEWEST_FAMILIES or group.room_id is None:
        return None
    first = today() - timedelta(days=today().weekday(), weeks=WEEKS - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=COPENHAGEN)
    rows = db.session.execute(
        select(Message.sent_at, Message.family_id).where(
            Message.room_id == group.room_id,
            Message.kind == MessageKind.TEXT,
            Message.family_id.is_not(None),
            Message.sent_at >= since,
        )
    )
    messages: Counter[date] = Counter()
    writers: defaultdict[date, set[int]] = defaultdict(set)
    for sent_at, family_id in rows:
        if family_id is None:
            continue
        day = sent_at.astimezone(COPENHAGEN).date()
        monday = day - timedelta(days=day.weekday())
        messages[monday] += 1
        writers[monday].add(family_id)
    mondays = [first + timedelta(weeks=n) for n in range(WEEKS)]
    return [Week(monday=m, messages=messages[m], families=len(writers[m])) for m in mondays]


def ties_of(group: Group, attendance: Attendance) -> dict[tuple[int, int], int]:
    """Return how strong the tie between two families is, by pair in the order of ids.

    There is one when they have been at the same meeting and have answered each other in the room:
    either alone says little, since at a meeting everyone is with everyone. Its strength is how
    often they did both.
    """
    met: Counter[tuple[int, int]] = Counter()
    for families in attendance.came.values():
        met.update(combinations(sorted(families), 2))
    answered = _answers_in(group)
    return {pair: met[pair] + answered[pair] for pair in met if pair in answered}


def _answers_in(group: Group) -> Counter[tuple[int, int]]:
    """Count who answered whom: by a reply, or as the next to write within half a day."""
    rows = db.session.execute(
        select(Message.seq, Message.sent_at, Message.family_id, Message.reply_to_seq)
        .where(
            Message.room_id == group.room_id,
            Message.kind == MessageKind.TEXT,
            Message.family_id.is_not(None),
        )
        .order_by(Message.seq)
    )
    answers: Counter[tuple[int, int]] = Counter()
    wrote: dict[int, int] = {}
    last: tuple[int, datetime] | None = None
    for seq, sent_at, family_id, reply_to in rows:
        if family_id is None:
            continue
        other = wrote.get(reply_to or 0)
        if other is None and last is not None and sent_at - last[1] <= SOON:
            other = last[0]
        if other is not None and other != family_id:
            answers[min(other, family_id), max(other, family_id)] += 1
        wrote[seq], last = family_id, (family_id, sent_at)
    return answers
