"""Questions about how groups live on: guests, what the families decide, rests, signs of life."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from data.clock import COPENHAGEN, today
from data.db import db
from data.models import (
    ALIVE,
    Account,
    GroupGuest,
    GroupLife,
    GroupMembership,
    GroupQuestion,
    GroupQuestionAnswer,
    Meeting,
    MeetingState,
    Message,
    MessageKind,
    NetworkGroup,
    Phase,
    QuestionState,
)
from data.queries.access import not_found

# Whose quiet is anyone's business: not of a group that rests, or decides about the hand-over.
WATCHED = frozenset({Phase.FORMED, Phase.FACILITATED, Phase.SELF_RUNNING})


def life_of(group: NetworkGroup, *, make: bool = False) -> GroupLife:
    """Return what the clock remembers about a group; `make` keeps it from now on."""
    found = db.session.get(GroupLife, group.id)
    if found is None:
        found = GroupLife(group_id=group.id)
        if make:
            db.session.add(found)
            db.session.flush()
    return found


def first_held_at(group: NetworkGroup) -> datetime | None:
    """Return when the group's first meeting began."""
    return db.session.scalar(
        select(func.min(Meeting.starts_at)).where(
            Meeting.group_id == group.id, Meeting.state == MeetingState.HELD
        )
    )


def ended_group_of(family_id: int | None, *, since: datetime) -> NetworkGroup | None:
    """Return the group that the family was in to its end, if it ended after this moment."""
    if family_id is None:
        return None
    return db.session.scalar(
        select(NetworkGroup)
        .join(GroupMembership)
        .where(
            GroupMembership.family_id == family_id,
            GroupMembership.joined_at.is_not(None),
            GroupMembership.left_at == NetworkGroup.ended_at,
            NetworkGroup.phase == Phase.ENDED,
            NetworkGroup.ended_at >= since,
        )
        .order_by(NetworkGroup.ended_at.desc())
        .limit(1)
    )


# Questions the families decide together


def open_questions_of(group: NetworkGroup) -> list[GroupQuestion]:
    """Return what the families are deciding now, the oldest first."""
    return list(
        db.session.scalars(
            select(GroupQuestion)
            .where(GroupQuestion.group_id == group.id, GroupQuestion.state == QuestionState.OPEN)
            .options(
                selectinload(GroupQuestion.answers),
                joinedload(GroupQuestion.asked_by),
                joinedload(GroupQuestion.account),
            )
            .order_by(GroupQuestion.asked_at)
        ).unique()
    )


def question_of(group: NetworkGroup, ref: str) -> GroupQuestion:
    """Return one of the group's questions; one of another group does not exist here."""
    found = db.session.scalar(
        select(GroupQuestion).where(GroupQuestion.ref == ref, GroupQuestion.group_id == group.id)
    )
    if found is None:
        raise not_found()
    return found


def said_yes(question: GroupQuestion) -> set[int]:
    """Return the families that have said yes."""
    return set(
        db.session.scalars(
            select(GroupQuestionAnswer.family_id).where(
                GroupQuestionAnswer.question_id == question.id
            )
        )
    )


def open_questions() -> list[tuple[int, str]]:
    """Return (group, ref) of every question that is open, in all groups."""
    rows = db.session.execute(
        select(GroupQuestion.group_id, GroupQuestion.ref)
        .where(GroupQuestion.state == QuestionState.OPEN)
        .order_by(GroupQuestion.id)
    )
    return [(group_id, ref) for group_id, ref in rows]


# Guests


def guests_of(group: NetworkGroup, *, past: bool = False) -> list[GroupGuest]:
    """Return who is a guest now, or who has been."""
    gone = GroupGuest.left_at.is_not(None) if past else GroupGuest.left_at.is_(None)
    return list(
        db.session.scalars(
            select(GroupGuest)
            .where(GroupGuest.group_id == group.id, gone)
            .options(joinedload(GroupGuest.account))
            .order_by(GroupGuest.joined_at)
        ).unique()
    )


def guests_in_room(room_id: int) -> dict[int, date]:
    """Return, by account, the last day of each guest in a room."""
    rows = db.session.execute(
        select(GroupGuest, Meeting)
        .join(NetworkGroup, NetworkGroup.id == GroupGuest.group_id)
        .outerjoin(Meeting, Meeting.id == GroupGuest.meeting_id)
        .where(NetworkGroup.room_id == room_id, GroupGuest.left_at.is_(None))
    )
    return {guest.account_id: last_day_of(guest, meeting) for guest, meeting in rows}


def last_day_of(guest: GroupGuest, meeting: Meeting | None) -> date:
    """Return a guest's last day: it follows the meeting they were asked to, if that is moved."""
    if meeting is None or meeting.state is MeetingState.CANCELLED:
        return guest.last_day
    return meeting.starts_at.astimezone(COPENHAGEN).date()


def guest_by_ref(ref: str, *, group: NetworkGroup) -> GroupGuest:
    """Return a guest who is in the group now."""
    found = db.session.scalar(
        select(GroupGuest).where(
            GroupGuest.ref == ref, GroupGuest.group_id == group.id, GroupGuest.left_at.is_(None)
        )
    )
    if found is None:
        raise not_found()
    return found


def visits_of(account: Account) -> list[GroupGuest]:
    """Return the groups in which a person is a guest now."""
    return list(
        db.session.scalars(
            select(GroupGuest)
            .where(GroupGuest.account_id == account.id, GroupGuest.left_at.is_(None))
            .options(joinedload(GroupGuest.group).joinedload(NetworkGroup.room))
            .order_by(GroupGuest.joined_at)
        ).unique()
    )


def guests_past_their_day() -> list[int]:
    """Return the ids of guests whose last day is over, or who no longer work here."""
    rows = db.session.execute(
        select(GroupGuest, Meeting, Account.active)
        .join(Account, Account.id == GroupGuest.account_id)
        .outerjoin(Meeting, Meeting.id == GroupGuest.meeting_id)
        .where(GroupGuest.left_at.is_(None))
        .order_by(GroupGuest.id)
    )
    return [
        guest.id
        for guest, meeting, active in rows
        if not active or last_day_of(guest, meeting) < today()
    ]


# What the clock looks for


def rests_that_are_over() -> list[int]:
    """Return the ids of groups whose rest has come to its day."""
    return list(
        db.session.scalars(
            select(NetworkGroup.id)
            .join(GroupLife, GroupLife.group_id == NetworkGroup.id)
            .where(NetworkGroup.phase == Phase.RESTING, GroupLife.resting_until <= today())
            .order_by(NetworkGroup.id)
        )
    )


def ended_and_not_forgotten(before: datetime) -> list[int]:
    """Return the ids of groups that ended before this moment and whose words are still kept."""
    return list(
        db.session.scalars(
            select(NetworkGroup.id)
            .outerjoin(GroupLife, GroupLife.group_id == NetworkGroup.id)
            .where(
                NetworkGroup.phase == Phase.ENDED,
                NetworkGroup.ended_at <= before,
                NetworkGroup.room_id.is_not(None),
                GroupLife.forgotten_at.is_(None),
            )
            .order_by(NetworkGroup.id)
        )
    )


def groups_without_members() -> list[int]:
    """Return the ids of open groups from which everyone has gone, by moving or being erased."""
    sits = select(GroupMembership.id).where(
        GroupMembership.group_id == NetworkGroup.id,
        GroupMembership.left_at.is_(None),
        GroupMembership.joined_at.is_not(None),
    )
    return list(
        db.session.scalars(
            select(NetworkGroup.id).where(NetworkGroup.phase.in_(ALIVE), ~sits.exists())
        )
    )


def signs_of_life(group_ids: Collection[int]) -> dict[int, datetime]:
    """Return each group's last sign of life: a word in the room, or a meeting held or planned.

    Times only: who wrote, and who did not, is not asked.
    """
    ids = list(group_ids)
    words = db.session.execute(
        select(NetworkGroup.id, func.max(Message.sent_at))
        .join(Message, Message.room_id == NetworkGroup.room_id)
        .where(NetworkGroup.id.in_(ids), Message.kind == MessageKind.TEXT)
        .group_by(NetworkGroup.id)
    )
    met = db.session.execute(
        select(Meeting.group_id, func.max(Meeting.starts_at))
        .where(Meeting.group_id.in_(ids), Meeting.state != MeetingState.CANCELLED)
        .group_by(Meeting.group_id)
    )
    latest: dict[int, datetime] = {}
    for rows in (words, met):
        for group_id, moment in rows:
            if moment is not None:
                latest[group_id] = max(latest.get(group_id, moment), moment)
    return latest


def groups_that_should_live() -> list[tuple[NetworkGroup, GroupLife | None]]:
    """Return the groups whose quiet is anyone's business: open, and not resting or ended."""
    rows = db.session.execute(
        select(NetworkGroup, GroupLife)
        .outerjoin(GroupLife, GroupLife.group_id == NetworkGroup.id)
        .where(NetworkGroup.phase.in_(WATCHED))
        .order_by(NetworkGroup.id)
    )
    return [(group, life) for group, life in rows]
