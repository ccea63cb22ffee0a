"""What is not kept about a group's evenings, and what goes with a family that leaves for good."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update

from data.clock import now
from data.db import after_commit, db
from data.models import (
    AgreementSignature,
    Attendance,
    DatePoll,
    Family,
    GroupAgreement,
    HostSwap,
    HostTick,
    HostTurn,
    Meeting,
    MeetingState,
    NetworkGroup,
    PollAnswer,
    SwapState,
)
from data.sealed import store

SETTLED = timedelta(days=30)  # polls, swaps and checklists that are done with
AGREED = timedelta(days=365)  # what was agreed at a meeting, as long as messages
OLD_AGREEMENT = timedelta(days=365)
HOURS = timedelta(days=731)  # two years: this one and the last can be shown


def forget_evenings() -> None:
    """Let each go when its time is up; how to find a home goes with the evening itself."""
    moment = now()
    _forget_words(moment - AGREED)
    _forget_ways(Meeting.ends_at < moment)
    settled = moment - SETTLED
    db.session.execute(delete(DatePoll).where(DatePoll.closed_at < settled))
    db.session.execute(
        delete(HostSwap).where(HostSwap.state != SwapState.OPEN, HostSwap.answered_at < settled)
    )
    done = select(Meeting.id).where(Meeting.ends_at < settled)
    db.session.execute(delete(HostTick).where(HostTick.meeting_id.in_(done)))
    old = select(Meeting.id).where(Meeting.ends_at < moment - HOURS)
    db.session.execute(delete(Attendance).where(Attendance.meeting_id.in_(old)))
    _forget_agreements(moment - OLD_AGREEMENT)


def _forget_ways(which: ColumnElement[bool]) -> None:
    """Forget how to find a home, and the keys, so that no backup tells."""
    found = db.session.scalars(select(Meeting).where(which, Meeting.directions.is_not(None))).all()
    scopes = {meeting.directions.scope for meeting in found if meeting.directions}
    db.session.execute(
        update(Meeting).where(Meeting.id.in_([m.id for m in found])).values(directions=None)
    )
    if scopes:
        after_commit(lambda: store().forget(scopes))


def _forget_words(before: datetime) -> None:
    """Forget what was agreed and the keys with it, so that no backup can be read either."""
    old = db.session.scalars(
        select(Meeting).where(Meeting.ends_at < before, Meeting.agreed.is_not(None))
    ).all()
    scopes = {meeting.agreed.scope for meeting in old if meeting.agreed}
    db.session.execute(
        update(Meeting).where(Meeting.id.in_([m.id for m in old])).values(agreed=None)
    )
    if scopes:
        after_commit(lambda: store().forget(scopes))


def _forget_agreements(before: datetime) -> None:
    """Delete versions that no longer hold, and those of groups that have ended."""
    newer = select(GroupAgreement.group_id, GroupAgreement.version).subquery()
    replaced = (
        select(GroupAgreement.id)
        .join(newer, newer.c.group_id == GroupAgreement.group_id)
        .where(newer.c.version > GroupAgreement.version, GroupAgreement.made_at < before)
    )
    ended = select(NetworkGroup.id).where(NetworkGroup.ended_at < before)
    db.session.execute(
        delete(GroupAgreement).where(
            or_(GroupAgreement.id.in_(replaced), GroupAgreement.group_id.in_(ended))
        )
    )


def leave_evenings_of(family: Family) -> None:
    """Take a family out of the turns, questions and yeses of a group that it is not in any more.

    Nobody is led to its home, and who was at an evening that has been stays noted.
    """
    for table in (PollAnswer, HostTurn, AgreementSignature):
        db.session.execute(delete(table).where(table.family_id == family.id))
    swaps = or_(HostSwap.from_family_id == family.id, HostSwap.to_family_id == family.id)
    db.session.execute(delete(HostSwap).where(swaps))
    db.session.execute(
        update(DatePoll).where(DatePoll.family_id == family.id).values(family_id=None)
    )
    hosted = select(Meeting.id).where(Meeting.host_family_id == family.id)
    db.session.execute(delete(HostTick).where(HostTick.meeting_id.in_(hosted)))
    _forget_ways(Meeting.host_family_id == family.id)
    coming = select(Meeting).where(
        Meeting.host_family_id == family.id, Meeting.state == MeetingState.PLANNED
    )
    for meeting in db.session.scalars(coming).all():
        _forget_home(meeting, place=meeting.group.place or "")
    db.session.flush()


def _forget_home(meeting: Meeting, *, place: str) -> None:
    """The place that was written is perhaps a home: it goes with its key, and so does the host."""
    meeting.place, meeting.host_family_id = place, None
    scopes = meeting.seal_anew()
    after_commit(lambda: store().forget(scopes))


def erase_evenings_of(family: Family) -> None:
    """Delete all that is only this family's; its home goes from the meetings that it hosted."""
    leave_evenings_of(family)
    db.session.execute(delete(Attendance).where(Attendance.family_id == family.id))
    hosted = select(Meeting).where(Meeting.host_family_id == family.id)
    for meeting in db.session.scalars(hosted).all():
        _forget_home(meeting, place="")
    db.session.flush()
