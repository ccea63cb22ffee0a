"""Questions about date polls, the order of hosts, who was at a meeting, and a group's agreement."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select, true
from sqlalchemy.orm import selectinload

from data.db import db
from data.models import (
    MEETS,
    Attendance,
    DatePoll,
    GroupAgreement,
    GroupMembership,
    HostSwap,
    HostTick,
    HostTurn,
    Meeting,
    MeetingState,
    NetworkGroup,
    Phase,
    PollAnswer,
    PollDate,
    SwapState,
)
from data.queries.access import not_found

# What a group does after the hand-over is its own to tell, to nobody but its members.
WHILE_LED = exists().where(
    NetworkGroup.id == Meeting.group_id,
    or_(NetworkGroup.handed_over_at.is_(None), Meeting.starts_at < NetworkGroup.handed_over_at),
)


def seen_of_meetings(*, is_own: bool) -> ColumnElement[bool]:
    """Return which meetings of a family its file shows: to staff those of the time it was led."""
    return true() if is_own else WHILE_LED


# Polls


def open_poll_of(group: NetworkGroup) -> DatePoll | None:
    """Return the poll that the group is answering now, with its days and answers."""
    return db.session.scalar(
        select(DatePoll)
        .where(DatePoll.group_id == group.id, DatePoll.closed_at.is_(None))
        .options(
            selectinload(DatePoll.dates).selectinload(PollDate.answers),
            selectinload(DatePoll.family),
        )
    )


def poll_of(group: NetworkGroup, ref: str, *, for_change: bool = False) -> DatePoll:
    """Return one of the group's polls; one of another group does not exist here."""
    wanted = (
        select(DatePoll)
        .where(DatePoll.ref == ref, DatePoll.group_id == group.id)
        .options(
            selectinload(DatePoll.dates).selectinload(PollDate.answers),
            selectinload(DatePoll.family),
            selectinload(DatePoll.meeting),
        )
    )
    if for_change:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    poll = db.session.scalar(wanted)
    if poll is None:
        raise not_found()
    return poll


def polls_past_their_days(at: datetime) -> list[int]:
    """Return the ids of open polls whose every day has begun."""
    return list(
        db.session.scalars(
            select(DatePoll.id)
            .join(PollDate)
            .where(DatePoll.closed_at.is_(None))
            .group_by(DatePoll.id)
            .having(func.max(PollDate.starts_at) <= at)
        )
    )


def poll_answer(date: PollDate, family_id: int) -> PollAnswer | None:
    """Return what a family said about a day."""
    return db.session.get(PollAnswer, (date.id, family_id), populate_existing=True)


# Hosts


def turns_of(group: NetworkGroup) -> list[HostTurn]:
    """Return the order that was written down, first in turn first."""
    return list(
        db.session.scalars(
            select(HostTurn)
            .where(HostTurn.group_id == group.id)
            .order_by(HostTurn.position, HostTurn.id)
        )
    )


def evenings_hosted(group: NetworkGroup, *, at: datetime) -> dict[int, list[int]]:
    """Return, by family, the meetings that it was the host of and that are over, oldest first."""
    rows = db.session.execute(
        select(Meeting.host_family_id, Meeting.id)
        .where(
            Meeting.group_id == group.id,
            Meeting.state != MeetingState.CANCELLED,
            Meeting.host_family_id.is_not(None),
            Meeting.ends_at <= at,
        )
        .order_by(Meeting.ends_at, Meeting.id)
    )
    hosted: dict[int, list[int]] = {}
    for family_id, meeting_id in rows:
        if family_id is not None:
            hosted.setdefault(family_id, []).append(meeting_id)
    return hosted


def hosted_meetings(group: NetworkGroup, *, at: datetime) -> list[Meeting]:
    """Return the planned meetings that are not over and have a host, soonest first."""
    return list(
        db.session.scalars(
            select(Meeting)
            .where(
                Meeting.group_id == group.id,
                Meeting.state == MeetingState.PLANNED,
                Meeting.ends_at > at,
                Meeting.host_family_id.is_not(None),
            )
            .options(selectinload(Meeting.host))
            .order_by(Meeting.starts_at, Meeting.id)
        )
    )


def hosted_and_over(at: datetime, *, since: datetime) -> list[Meeting]:
    """Return the meetings with a host that ended since then, oldest first."""
    return list(
        db.session.scalars(
            select(Meeting)
            .where(
                Meeting.state != MeetingState.CANCELLED,
                Meeting.host_family_id.is_not(None),
                Meeting.ends_at <= at,
                Meeting.ends_at > since,
            )
            .order_by(Meeting.ends_at, Meeting.id)
        )
    )


def open_swaps_of(group: NetworkGroup) -> list[HostSwap]:
    """Return the questions about swapping turns that nobody has answered."""
    return list(
        db.session.scalars(
            select(HostSwap)
            .where(HostSwap.group_id == group.id, HostSwap.state == SwapState.OPEN)
            .options(selectinload(HostSwap.from_family), selectinload(HostSwap.to_family))
            .order_by(HostSwap.asked_at, HostSwap.id)
        )
    )


def swap_of(group: NetworkGroup, ref: str) -> HostSwap:
    """Return one question about swapping; one of another group does not exist here."""
    swap = db.session.scalar(
        select(HostSwap)
        .where(HostSwap.ref == ref, HostSwap.group_id == group.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if swap is None:
        raise not_found()
    return swap


def ticks_of(meeting: Meeting) -> set[str]:
    """Return what the host has ticked."""
    return set(db.session.scalars(select(HostTick.code).where(HostTick.meeting_id == meeting.id)))


# Held, and to be held


def present_at(meeting: Meeting) -> set[int]:
    """Return the ids of the families that were there."""
    return set(
        db.session.scalars(select(Attendance.family_id).where(Attendance.meeting_id == meeting.id))
    )


def meeting_by_id(meeting_id: int) -> Meeting:
    """Return a meeting for work that the clock does, waiting for whoever changes it."""
    return db.session.scalars(
        select(Meeting)
        .where(Meeting.id == meeting_id)
        .options(selectinload(Meeting.replies), selectinload(Meeting.host))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def meetings_to_remind_of(at: datetime, *, until: datetime) -> list[int]:
    """Return the ids of planned meetings that begin before `until` and were not reminded of."""
    return list(
        db.session.scalars(
            select(Meeting.id)
            .join(NetworkGroup)
            .where(
                Meeting.state == MeetingState.PLANNED,
                Meeting.reminded_at.is_(None),
                Meeting.starts_at > at,
                Meeting.starts_at < until,
                NetworkGroup.phase.in_(MEETS),
            )
            .order_by(Meeting.id)
        )
    )


# The agreement


def agreement_of(group: NetworkGroup) -> GroupAgreement | None:
    """Return the version that holds now, with who has said yes to it."""
    return db.session.scalar(
        select(GroupAgreement)
        .where(GroupAgreement.group_id == group.id)
        .options(selectinload(GroupAgreement.signatures))
        .order_by(GroupAgreement.version.desc())
        .limit(1)
    )


def agreements_to_look_at_again(before: datetime) -> list[int]:
    """Return the ids of versions in force since before then, where nobody was reminded."""
    newest = select(func.max(GroupAgreement.id)).group_by(GroupAgreement.group_id)
    return list(
        db.session.scalars(
            select(GroupAgreement.id)
            .join(NetworkGroup)
            .where(
                GroupAgreement.id.in_(newest),
                GroupAgreement.made_at <= before,
                GroupAgreement.reminded_at.is_(None),
                NetworkGroup.phase.in_(MEETS),
            )
            .order_by(GroupAgreement.id)
        )
    )


# Joining


def closed_to(family_id: int) -> NetworkGroup | None:
    """Return the group that asked this family and has since met too often to take it in."""
    return db.session.scalar(
        select(NetworkGroup)
        .join(GroupMembership)
        .where(
            GroupMembership.family_id == family_id,
            GroupMembership.joined_at.is_(None),
            GroupMembership.left_at.is_(None),
            NetworkGroup.phase.not_in([Phase.INVITING, Phase.FORMED, Phase.ENDED]),
        )
        .order_by(GroupMembership.invited_at.desc(), GroupMembership.id.desc())
        .limit(1)
    )
