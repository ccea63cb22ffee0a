"""The demo's groups in every turn of their life: a rest, a guest, a question, how it goes."""

from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from data.clock import now, today
from data.db import db
from data.models import (
    Answer,
    Family,
    GroupGuest,
    GroupLife,
    GroupMembership,
    GroupQuestion,
    GroupQuestionAnswer,
    Message,
    MessageKind,
    Municipality,
    NetworkGroup,
    PulseRound,
    QuestionKind,
    RoomMember,
    StartSurvey,
)
from data.sealed import Sealed
from data.start_survey import START

_SEED = 7


def add_group_lives(municipality: Municipality) -> None:
    """Let something be going on in most of the demo's groups."""
    draw = Random(_SEED)  # noqa: S311  # invented answers, the same every time
    groups = {
        group.name: group
        for group in db.session.scalars(
            select(NetworkGroup).where(NetworkGroup.municipality_id == municipality.id)
        )
    }
    _rest(groups["Tirsbæk"])
    _guest(groups["Vingsted"])
    _question(groups["Skyttehuset"])
    _meets_seldom(groups["Skyttehuset"])
    _has_become_small(groups["Vingsted"])
    _ended_together(groups["Engelsholm"])
    _just_begun(groups["Jelling"])
    for name, months in (("Grejsdal", 2), ("Munkebjerg", 6), ("Rands Fjord", 3)):
        _pulse(groups[name], months, draw)
    for name in ("Grejsdal", "Randbøl Hede"):
        _start(groups[name], draw)
    db.session.flush()


def _rest(group: NetworkGroup) -> None:
    until = today() + timedelta(days=60)
    db.session.add(GroupLife(group_id=group.id, resting_until=until))
    for meeting in list(group.meetings):
        if meeting.starts_at > now():
            db.session.delete(meeting)


def _guest(group: NetworkGroup) -> None:
    """The facilitator asked back for a while, as the families agreed."""
    leader, room = group.facilitator, group.room
    if leader is None or room is None:
        return
    last = today() + timedelta(days=18)
    db.session.add(
        GroupGuest(
            group_id=group.id, account_id=leader.id, last_day=last,
            joined_at=now() - timedelta(days=3),
        )
    )  # fmt: skip
    room.last_seq += 1
    room.last_rev += 1
    db.session.add_all(
        [
            RoomMember(
                room_id=room.id, account_id=leader.id, is_facilitator=True,
                first_seq=room.last_seq, last_read_seq=room.last_seq,
            ),
            Message(
                room_id=room.id, seq=room.last_seq, rev=room.last_rev, cid=f"guest-{room.ref}",
                kind=MessageKind.NOTICE,
                body=Sealed.of(
                    {
                        "code": "guest_joined",
                        "facts": {
                            "name": leader.name, "day": f"{last.day}.{last.month}.{last.year}",
                        },
                    },
                    scope=f"room:{room.id}:author:0:{now():%Y-%m}",
                ),
            ),
        ]
    )  # fmt: skip


def _question(group: NetworkGroup) -> None:
    asking = _members(group)[0]
    question = GroupQuestion(
        group_id=group.id, kind=QuestionKind.REST, asked_by_family_id=asking.id,
        until=today() + timedelta(days=75), asked_at=now() - timedelta(days=2),
    )  # fmt: skip
    db.session.add(question)
    db.session.flush()
    db.session.add(GroupQuestionAnswer(question_id=question.id, family_id=asking.id))


def _meets_seldom(group: NetworkGroup) -> None:
    """Most of its meetings are more than a year ago, and so is its beginning."""
    group.opened_at = now() - timedelta(days=800)
    for meeting in [m for m in group.meetings if m.starts_at < now()][:-2]:
        meeting.starts_at -= timedelta(days=400)
        meeting.ends_at -= timedelta(days=400)


def _has_become_small(group: NetworkGroup) -> None:
    for family in _members(group)[4:]:
        for membership in group.memberships:
            if membership.family_id == family.id:
                membership.left_at = now() - timedelta(days=40)
        for member in db.session.scalars(
            select(RoomMember).where(
                RoomMember.room_id == group.room_id, RoomMember.family_id == family.id
            )
        ):
            member.left_at = now() - timedelta(days=40)


def _ended_together(group: NetworkGroup) -> None:
    for membership in group.memberships:
        membership.left_at = group.ended_at


def _just_begun(group: NetworkGroup) -> None:
    """In the first month, when families are asked how it is at the start."""
    group.opened_at = now() - timedelta(days=5)
    for membership in group.memberships:
        membership.joined_at = group.opened_at


def _pulse(group: NetworkGroup, months: int, draw: Random) -> None:
    """Closed rounds of the last months; the newest is open."""
    for back in range(months, -1, -1):
        month = _month(back)
        closed = None if back == 0 else month + timedelta(days=14)
        counts = {"n": 0, "marks": [0] * 5, "words": {}}
        if closed is not None:
            marks = [0] * 5
            for _family in range(6):
                marks[min(4, draw.choice([2, 3, 3, 4]) + (back == 1))] += 1
            counts = {"n": 6, "marks": marks, "words": {"heard": 3, "lighter": 2, "tired": 1}}
        db.session.add(
            PulseRound(
                group_id=group.id, month=month, closed_on=closed,
                closes_on=closed or today() + timedelta(days=9),
                counts=Sealed.of(counts, scope=f"pulse:{group.ref}:{month:%Y-%m}"),
            )
        )  # fmt: skip


def _start(group: NetworkGroup, draw: Random) -> None:
    for family in _members(group)[1:]:
        answers = {code: draw.randint(1, 4) for code in START}
        db.session.add(
            StartSurvey(
                group_id=group.id, family_id=family.id, answered_on=today() - timedelta(days=30),
                answers=Sealed.of(answers, scope=family.key_scope),
            )
        )  # fmt: skip


def _members(group: NetworkGroup) -> list[Family]:
    return list(
        db.session.scalars(
            select(Family)
            .join(GroupMembership)
            .where(GroupMembership.group_id == group.id, GroupMembership.answer == Answer.YES)
            .order_by(Family.id)
        )
    )


def _month(back: int) -> date:
    index = today().year * 12 + today().month - 1 - back
    return date(index // 12, index % 12 + 1, 1)
