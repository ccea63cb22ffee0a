"""Everything we know about one family, for the family itself."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from data.answers import seen_by
from data.db import db
from data.exchange.own_evenings import evenings_of
from data.exchange.own_life import decisions_of, moves_of, start_answers_of
from data.exchange.own_mentorship import mentor_life_of
from data.models import (
    Account,
    AuditEntry,
    Family,
    GroupMembership,
    Meeting,
    MeetingReply,
    MentorRequest,
    Mentorship,
    Message,
    Report,
    SignIn,
)
from data.queries.meetings import seen_of_meetings
from data.queries.safety import COORDINATORS_ALONE


def everything_about(family: Family, *, reader: Account) -> dict[str, Any]:
    """Return the family's own data as plain values; never what only the coordinator may see.

    What was written in confidence comes along for the family only. Staff who fetch the file for
    a family that asked do not get to read its conversations on the way, nor what its group does
    among its members or by itself.
    """
    is_own = reader.family_id == family.id
    return {
        "family": {"name": family.name, "id": family.external_id},
        "adults": [
            {"name": carer.name, "email": carer.email, "since": carer.created_at.isoformat()}
            for carer in family.carers
        ],
        "answers": seen_by("self", family),
        "placements": [f"{p.month:%Y-%m}" for p in family.placements],
        "consents": [
            {
                "to": consent.kind.value,
                "version": consent.version,
                "given": consent.given_on.isoformat(),
                "by_telephone": consent.by_phone,
                "taken_back": consent.withdrawn_at.isoformat() if consent.withdrawn_at else None,
            }
            for consent in family.consents
        ],
        "mentorships": _mentorships(family),
        "groups": _groups(family),
        "requests": _requests(family, reader),
        "decisions": decisions_of(family) if is_own else [],
        "start_survey": start_answers_of(family, reader=reader),
        "moves": moves_of(family),
        "meetings": _meetings(family, is_own=is_own),
        **mentor_life_of(family, is_own=is_own),
        **evenings_of(family, is_own=is_own),
        "messages": _messages(reader) if is_own else [],
        "answers_to_families": _answers_as_mentor(family),
        "reports": _reports(reader) if is_own else [],
        "devices": _devices(reader) if is_own else [],
        "looks": _looks(family),
    }


def _mentorships(family: Family) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        select(Mentorship).where(
            or_(Mentorship.family_id == family.id, Mentorship.mentor_id == family.id)
        )
    )
    return [
        {
            "as": "mentor" if row.mentor_id == family.id else "family",
            "state": row.state.value,
            "agreed": row.agreed_at.isoformat(),
        }
        for row in rows
    ]


def _groups(family: Family) -> list[dict[str, Any]]:
    rows = db.session.scalars(select(GroupMembership).where(GroupMembership.family_id == family.id))
    return [
        {
            "group": row.group.name,
            "answer": row.answer.value,
            "joined": row.joined_at.isoformat() if row.joined_at else None,
            "left": row.left_at.isoformat() if row.left_at else None,
        }
        for row in rows
    ]


def _messages(reader: Account) -> list[dict[str, Any]]:
    """Return what the person wrote; the family's other adult may have written before they came."""
    rows = db.session.scalars(
        select(Message).where(Message.sender_id == reader.id).order_by(Message.id)
    )
    return [
        {"at": row.sent_at.isoformat(), "text": row.body.text if row.body else None} for row in rows
    ]


def _requests(family: Family, reader: Account) -> list[dict[str, Any]]:
    """Return what the family asked mentors; whom it asked is the other family's own affair."""
    rows = db.session.scalars(
        select(MentorRequest)
        .where(MentorRequest.family_id == family.id)
        .order_by(MentorRequest.asked_at)
    )
    return [
        {
            "asked": row.asked_at.isoformat(),
            "state": row.state.value,
            "words": row.words.text if row.words and reader.family_id == family.id else None,
        }
        for row in rows
    ]


def _meetings(family: Family, *, is_own: bool) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        select(MeetingReply)
        .join(Meeting)
        .where(MeetingReply.family_id == family.id, seen_of_meetings(is_own=is_own))
        .options(joinedload(MeetingReply.meeting))
        .order_by(MeetingReply.replied_at)
    )
    return [
        {"meeting": row.meeting.starts_at.isoformat(), "coming": row.coming.value} for row in rows
    ]


def _answers_as_mentor(family: Family) -> list[dict[str, Any]]:
    """Return what the family answered those who asked; who asked and how is theirs."""
    rows = db.session.scalars(
        select(MentorRequest)
        .where(MentorRequest.mentor_id == family.id)
        .order_by(MentorRequest.asked_at)
    )
    return [
        {
            "asked": row.asked_at.isoformat(),
            "state": row.state.value,
            "reason": row.decline_reason.value if row.decline_reason else None,
        }
        for row in rows
    ]


def _reports(reader: Account) -> list[dict[str, Any]]:
    """Return what the person reported and wrote to the coordinator; the message is another's."""
    rows = db.session.scalars(
        select(Report).where(Report.reporter_id == reader.id).order_by(Report.id)
    )
    return [
        {
            "at": row.reported_at.isoformat(),
            "reason": row.reason.value,
            "note": row.note.text if row.note else None,
        }
        for row in rows
    ]


def _devices(reader: Account) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        select(SignIn).where(SignIn.account_id == reader.id).order_by(SignIn.id)
    )
    return [{"since": row.started_at.isoformat(), "seen": row.seen_at.isoformat()} for row in rows]


def _looks(family: Family) -> list[dict[str, Any]]:
    """Return who looked at or decided something about the family, and when."""
    rows = db.session.execute(
        select(AuditEntry.at, AuditEntry.event, Account.name)
        .join(Account, AuditEntry.actor_id == Account.id, isouter=True)
        .where(
            AuditEntry.subject == "family",
            AuditEntry.subject_id == family.id,
            AuditEntry.event.not_in(COORDINATORS_ALONE),
        )
        .order_by(AuditEntry.at)
    )
    return [{"at": at.isoformat(), "event": event, "by": name} for at, event, name in rows]
