"""What a family agreed on and noted in its mentorships, for the file that it can take along."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from data.db import db
from data.models import (
    Family,
    MentorAgreement,
    MentorCall,
    MentorCheckin,
    Mentorship,
    MentorSignature,
    MentorTalk,
)
from data.start_survey import checkin_labels, start_labels


def mentor_life_of(family: Family, *, is_own: bool) -> dict[str, Any]:
    """Return each subject by name; what the two share in confidence is not for staff."""
    if not is_own:
        return {}
    return {
        "mentor_agreements": _agreements(family),
        "mentor_talks": _talks(family),
        "mentor_checkins": _checkins(family),
        "mentor_calls": _calls(family),
    }


def _agreements(family: Family) -> list[dict[str, Any]]:
    """Return the versions that the family said yes to: the words are as much its own."""
    rows = db.session.execute(
        select(MentorAgreement, MentorSignature.signed_at)
        .join(MentorSignature, MentorSignature.agreement_id == MentorAgreement.id)
        .where(MentorSignature.family_id == family.id)
        .options(joinedload(MentorAgreement.mentorship))
        .order_by(MentorSignature.signed_at)
    )
    return [
        {
            "version": row.version,
            "given": signed_at.isoformat(),
            "until": row.until.isoformat(),
            **_words(row),
        }
        for row, signed_at in rows
    ]


def _words(row: MentorAgreement) -> dict[str, Any]:
    words = (row.words.value if row.words else None) or {}
    return {"purpose": words.get("purpose"), "confidence": words.get("confidence", [])}


def _talks(family: Family) -> list[dict[str, Any]]:
    """Return the talks it was part of; the note of one that the other family noted is theirs."""
    rows = db.session.scalars(
        select(MentorTalk)
        .join(Mentorship, Mentorship.id == MentorTalk.mentorship_id)
        .where(or_(Mentorship.family_id == family.id, Mentorship.mentor_id == family.id))
        .order_by(MentorTalk.held_on)
    )
    return [
        {
            "day": row.held_on.isoformat(),
            "kind": row.form.value,
            "hours": row.minutes / 60 if row.counts else 0.0,
            "note": row.note.text if row.note and row.noted_by_family_id == family.id else None,
        }
        for row in rows
    ]


def _checkins(family: Family) -> list[dict[str, Any]]:
    """Return what the family answered about its mentorships, one line for each answer."""
    rows = db.session.scalars(
        select(MentorCheckin)
        .where(MentorCheckin.family_id == family.id)
        .order_by(MentorCheckin.answered_on, MentorCheckin.id)
    )
    labels = {**start_labels(), **checkin_labels()}
    return [
        {"at": row.answered_on.isoformat(), "about": labels[code], "answer": mark}
        for row in rows
        for code, mark in ((row.answers.value if row.answers else None) or {}).items()
    ]


def _calls(family: Family) -> list[dict[str, Any]]:
    """Return when the family asked for a call, and what it wrote."""
    rows = db.session.scalars(
        select(MentorCall).where(MentorCall.family_id == family.id).order_by(MentorCall.asked_at)
    )
    return [
        {
            "asked": row.asked_at.isoformat(),
            "kind": row.kind.value,
            "words": row.words.text if row.words else None,
        }
        for row in rows
    ]
