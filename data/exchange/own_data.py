"""Everything we know about one family, for the family itself."""

from typing import Any

from sqlalchemy import or_, select

from data.answers import seen_by
from data.db import db
from data.models import Family, GroupMembership, Mentorship, Message


def everything_about(family: Family) -> dict[str, Any]:
    """Return the family's own data as plain values; never what only the coordinator may see."""
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
        "messages": _messages(family),
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


def _messages(family: Family) -> list[dict[str, Any]]:
    """Return what the family's adults wrote themselves; others' words are theirs."""
    rows = db.session.scalars(
        select(Message).where(Message.family_id == family.id).order_by(Message.id)
    )
    return [
        {"at": row.sent_at.isoformat(), "text": row.body.text if row.body else None} for row in rows
    ]
