"""Questions about check-ins of mentorships, and about families who ask for a call."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from data.db import db
from data.models import (
    MentorCall,
    MentorCheckin,
    MentorFive,
    MentorLife,
    Mentorship,
    MentorshipState,
    Occasion,
)
from data.queries.pulse import FEWEST


@dataclass(frozen=True, kw_only=True)
class Average:
    """What families of a municipality answered to one sentence; n of them, each once."""

    mean: float
    n: int


def checkins_of(mentorship: Mentorship, family_id: int | None) -> dict[Occasion, MentorCheckin]:
    """Return what one family has answered, by occasion."""
    rows = db.session.scalars(
        select(MentorCheckin).where(
            MentorCheckin.mentorship_id == mentorship.id, MentorCheckin.family_id == family_id
        )
    )
    return {row.occasion: row for row in rows}


def averages(
    municipality_id: int, codes: Mapping[Occasion, Iterable[str]]
) -> dict[Occasion, dict[str, Average]]:
    """Return the averages of the closed fives (`data.queries.mentor_fives`), as they were told."""
    rows = db.session.scalars(
        select(MentorFive).where(MentorFive.municipality_id == municipality_id)
    )
    fives: dict[Occasion, list[dict[str, float]]] = {}
    for row in rows:
        fives.setdefault(row.occasion, []).append(row.sums)
    return {
        occasion: {code: found for code in wanted if (found := _mean(fives[occasion], code))}
        for occasion, wanted in codes.items()
        if occasion in fives
    }


def _mean(fives: list[dict[str, float]], code: str) -> Average | None:
    told = [sums[code] for sums in fives if code in sums]
    n = len(told) * FEWEST
    return Average(mean=sum(told) / n, n=n) if told else None


def running_since(before: datetime) -> list[tuple[int, datetime, Occasion | None]]:
    """Return (id, when it began, what was asked last) of active mentorships begun before then."""
    rows = db.session.execute(
        select(Mentorship.id, Mentorship.started_at, MentorLife.asked_for)
        .join(MentorLife, MentorLife.mentorship_id == Mentorship.id, isouter=True)
        .where(Mentorship.state == MentorshipState.ACTIVE, Mentorship.started_at < before)
        .order_by(Mentorship.id)
    )
    return [(row[0], row[1], row[2]) for row in rows if row[1] is not None]


def open_calls(municipality_id: int) -> list[MentorCall]:
    """Return the families who wait for a call, those who have waited longest first."""
    rows = db.session.scalars(
        select(MentorCall)
        .where(MentorCall.municipality_id == municipality_id, MentorCall.closed_at.is_(None))
        .order_by(MentorCall.asked_at)
        .options(selectinload(MentorCall.family))
    )
    return list(rows)


def open_call_of(mentorship: Mentorship, family_id: int | None) -> MentorCall | None:
    """Return the call that this family waits for."""
    return db.session.scalars(
        select(MentorCall).where(
            MentorCall.mentorship_id == mentorship.id,
            MentorCall.family_id == family_id,
            MentorCall.closed_at.is_(None),
        )
    ).first()


def call_by_ref(ref: str, *, municipality_id: int) -> MentorCall | None:
    """Return a call of one municipality."""
    return db.session.scalar(
        select(MentorCall).where(
            MentorCall.ref == ref, MentorCall.municipality_id == municipality_id
        )
    )
