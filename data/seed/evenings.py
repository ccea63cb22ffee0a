"""Around the demo's meetings: a date poll, turns as host, agreements, and hours of training."""

from datetime import datetime, time, timedelta
from random import Random

from data.clock import COPENHAGEN, now, today
from data.db import db
from data.models import (
    AgreementSignature,
    Attendance,
    Coming,
    DatePoll,
    Family,
    GroupAgreement,
    HostSwap,
    HostTick,
    HostTurn,
    Meeting,
    MeetingKind,
    MeetingState,
    NetworkGroup,
    Phase,
    PollAnswer,
    PollDate,
)
from data.sealed import Sealed

_AGREEMENT = [
    "Det, vi hører her, bliver her.",
    "Vi siger ”den yngste” og bruger aldrig navne.",
    "Billeder af børn deler vi ikke.",
    "Vi melder afbud senest dagen før.",
    "Vi siger stop, når noget bliver for meget, og det respekterer vi.",
]
_AGREED = ["Vi prøver en fridag efter samvær.", "Vi tager artiklen om søvn med næste gang."]
_POLLS = {"Grejsdal", "Skyttehuset", "Jelling"}
_OLD_AGREEMENT = "Munkebjerg"
_ONE_SWAPS = "Munkebjerg"


def fill_evenings(group: NetworkGroup, members: list[Family]) -> None:
    """Give one group what it has agreed on, noted and asked."""
    if group.phase in {Phase.INVITING, Phase.ENDED}:
        return
    db.session.flush()
    draw = Random(group.name)  # noqa: S311  # the same every time, whoever else draws
    meetings = db.session.query(Meeting).filter_by(group_id=group.id).order_by(Meeting.number).all()
    for meeting in meetings:
        _note(meeting, members, draw)
    _turns(group, members, meetings)
    if group.phase is not Phase.FORMED:
        _agreement(group, members)
    if group.name in _POLLS:
        _poll(group, members)
    db.session.flush()


def _note(meeting: Meeting, members: list[Family], draw: Random) -> None:
    """Every third evening is supervision, every third a theme session; most were there."""
    kinds = [MeetingKind.NETWORK, MeetingKind.SUPERVISION, MeetingKind.THEME]
    if meeting.state is not MeetingState.HELD:
        return
    meeting.kind = kinds[meeting.number % 3]
    meeting.all_spoke = True
    if meeting.number % 2:
        meeting.agreed = Sealed.of(_AGREED, scope=f"meeting:{meeting.ref}")
    for family in members:
        if draw.random() < 0.85:
            db.session.add(Attendance(meeting_id=meeting.id, family_id=family.id))


def _turns(group: NetworkGroup, members: list[Family], meetings: list[Meeting]) -> None:
    order = sorted(members, key=lambda family: family.name)
    for position, family in enumerate(order):
        db.session.add(HostTurn(group_id=group.id, family_id=family.id, position=position))
    coming = [m for m in meetings if m.state is MeetingState.PLANNED]
    if coming and order:
        coming[0].host_family_id = order[0].id
        db.session.add(HostTick(meeting_id=coming[0].id, code="place"))
    if group.name == _ONE_SWAPS and len(order) > 2:
        db.session.add(
            HostSwap(
                group_id=group.id, from_family_id=order[1].id, to_family_id=order[2].id,
                asked_at=now() - timedelta(days=1),
            )
        )  # fmt: skip


def _agreement(group: NetworkGroup, members: list[Family]) -> None:
    age = 190 if group.name == _OLD_AGREEMENT else 40
    agreement = GroupAgreement(
        group_id=group.id,
        version=1,
        points=Sealed.of(_AGREEMENT, scope=f"group:{group.ref}"),
        made_at=now() - timedelta(days=age),
    )
    db.session.add(agreement)
    db.session.flush()
    signed = members if group.phase is not Phase.FACILITATED else members[1:]
    for family in signed:
        db.session.add(AgreementSignature(agreement_id=agreement.id, family_id=family.id))


def _poll(group: NetworkGroup, members: list[Family]) -> None:
    poll = DatePoll(
        group_id=group.id,
        family_id=members[1].id if group.phase is not Phase.FORMED else None,
        asked_at=now() - timedelta(days=2),
        answer_by=datetime.combine(today() + timedelta(days=5), time(23, 59), tzinfo=COPENHAGEN),
    )
    db.session.add(poll)
    db.session.flush()
    first = today() + timedelta(days=(7 - today().weekday()) + 35)
    said = [[Coming.YES, Coming.MAYBE, Coming.NO], [Coming.YES] * 3, [Coming.NO, Coming.YES,
            Coming.MAYBE]]  # fmt: skip
    for number, (days, hour) in enumerate(((1, 19), (3, 19), (6, 14))):
        starts = datetime.combine(first + timedelta(days=days), time(hour), tzinfo=COPENHAGEN)
        date = PollDate(poll_id=poll.id, starts_at=starts, ends_at=starts + timedelta(hours=2))
        db.session.add(date)
        db.session.flush()
        for family, coming in zip(members[1:4], said[number], strict=False):
            db.session.add(PollAnswer(date_id=date.id, family_id=family.id, coming=coming))
