"""What we know about a family's evenings: for the file that the family can take along."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from data.db import db
from data.models import (
    AgreementSignature,
    Attendance,
    Family,
    HostSwap,
    HostTurn,
    Meeting,
    MeetingState,
    NetworkGroup,
    PollAnswer,
)
from data.queries.meetings import seen_of_meetings
from data.queries.training import COUNTS


def evenings_of(family: Family, *, is_own: bool) -> dict[str, Any]:
    """Return each subject by name; what others said or were is theirs.

    Staff who fetch the file for a family see of its evenings what they saw while the group was led:
    not where it lives, and nothing of what only the members see or of a group of its own.
    """
    evenings = {
        "attended": _attended(family, is_own=is_own),
        "hosted": _hosted(family, is_own=is_own),
    }
    if not is_own:
        return evenings
    return {
        **evenings,
        "days": _days(family),
        "turns": _turns(family),
        "swaps": _swaps(family),
        "signed": _signed(family),
    }


def _attended(family: Family, *, is_own: bool) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        select(Attendance)
        .join(Meeting)
        .where(Attendance.family_id == family.id, seen_of_meetings(is_own=is_own))
        .options(joinedload(Attendance.meeting))
        .order_by(Meeting.starts_at)
    )
    return [
        {
            "meeting": row.meeting.starts_at.isoformat(),
            "kind": row.meeting.kind.value,
            "hours": _hours(row.meeting),
        }
        for row in rows
    ]


def _hours(meeting: Meeting) -> float:
    if meeting.kind not in COUNTS or meeting.state is not MeetingState.HELD:
        return 0.0
    return (meeting.ends_at - meeting.starts_at).total_seconds() / 3600


def _hosted(family: Family, *, is_own: bool) -> list[dict[str, Any]]:
    """Return the evenings it hosted, with what it wrote about where: the words are its own."""
    rows = db.session.scalars(
        select(Meeting)
        .where(Meeting.host_family_id == family.id, seen_of_meetings(is_own=is_own))
        .order_by(Meeting.starts_at)
    )
    return [
        {
            "meeting": row.starts_at.isoformat(),
            "place": row.place,
            "text": row.directions.text if row.directions and is_own else None,
        }
        for row in rows
    ]


def _days(family: Family) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        select(PollAnswer)
        .where(PollAnswer.family_id == family.id)
        .options(joinedload(PollAnswer.date))
        .order_by(PollAnswer.answered_at)
    )
    return [{"day": row.date.starts_at.isoformat(), "coming": row.coming.value} for row in rows]


def _turns(family: Family) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(NetworkGroup.name, HostTurn.position)
        .join(NetworkGroup, NetworkGroup.id == HostTurn.group_id)
        .where(HostTurn.family_id == family.id)
    )
    return [{"group": name, "number": position + 1} for name, position in rows]


def _swaps(family: Family) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        select(HostSwap).where(HostSwap.from_family_id == family.id).order_by(HostSwap.asked_at)
    )
    return [{"asked": row.asked_at.isoformat(), "state": row.state.value} for row in rows]


def _signed(family: Family) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        select(AgreementSignature)
        .where(AgreementSignature.family_id == family.id)
        .options(joinedload(AgreementSignature.agreement))
        .order_by(AgreementSignature.signed_at)
    )
    return [{"version": row.agreement.version, "given": row.signed_at.isoformat()} for row in rows]
