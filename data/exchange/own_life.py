"""What a family answered and suggested in its group's life, for the family's own file."""

from typing import Any

from sqlalchemy import or_, select

from data.db import db
from data.models import (
    Account,
    Family,
    FamilyMove,
    GroupQuestion,
    GroupQuestionAnswer,
    Municipality,
    StartSurvey,
)


def start_answers_of(family: Family, *, reader: Account) -> list[dict[str, Any]]:
    """Return the start survey; staff who fetch the file do not get to see it.

    What was answered to "how does it go?" is in nobody's file: it is a number among others.
    """
    if reader.family_id != family.id:
        return []
    rows = db.session.scalars(
        select(StartSurvey).where(StartSurvey.family_id == family.id).order_by(StartSurvey.id)
    )
    return [
        {"at": row.answered_on.isoformat(), **((row.answers.value if row.answers else None) or {})}
        for row in rows
    ]


def decisions_of(family: Family) -> list[dict[str, Any]]:
    """Return what the family suggested to its group, or said yes to."""
    own = select(GroupQuestionAnswer.question_id).where(GroupQuestionAnswer.family_id == family.id)
    rows = db.session.scalars(
        select(GroupQuestion)
        .where(or_(GroupQuestion.asked_by_family_id == family.id, GroupQuestion.id.in_(own)))
        .order_by(GroupQuestion.asked_at)
    )
    return [
        {
            "asked": row.asked_at.isoformat(),
            "about": row.kind.value,
            "state": row.state.value,
            "suggested": row.asked_by_family_id == family.id,
        }
        for row in rows
    ]


def moves_of(family: Family) -> list[dict[str, Any]]:
    """Return the family's moves between municipalities."""
    names = {row.id: row.name for row in db.session.scalars(select(Municipality))}
    rows = db.session.scalars(
        select(FamilyMove).where(FamilyMove.family_id == family.id).order_by(FamilyMove.id)
    )
    return [
        {
            "asked": row.asked_at.isoformat(),
            "from": names.get(row.from_id),
            "to": names.get(row.to_id),
            "state": row.state.value,
        }
        for row in rows
    ]
