"""Answers about mentorships become averages: five families at a time, in order of answering.

A five is kept as sums without its families. What is told therefore never changes when an answer is
deleted, and the difference of two looks is always a whole five of five different families.
"""

from collections.abc import Iterable

from sqlalchemy import select, update

from data.db import db
from data.models import MentorCheckin, MentorFive, Mentorship, Municipality, Occasion
from data.queries.pulse import FEWEST


def municipalities_with_answers() -> list[int]:
    """Return the municipalities that have answers in no five."""
    wanted = (
        select(Mentorship.municipality_id)
        .join(MentorCheckin, MentorCheckin.mentorship_id == Mentorship.id)
        .where(MentorCheckin.counted.is_(False))
    )
    return list(db.session.scalars(wanted.distinct().order_by(Mentorship.municipality_id)))


def close_fives(municipality_id: int) -> int:
    """Close the fives that are full; answers how many. A family counts once for an occasion."""
    one_at_a_time = select(Municipality.id).where(Municipality.id == municipality_id)
    db.session.execute(one_at_a_time.with_for_update(key_share=True))
    rows = db.session.scalars(
        select(MentorCheckin)
        .join(Mentorship, Mentorship.id == MentorCheckin.mentorship_id)
        .where(Mentorship.municipality_id == municipality_id)
        .order_by(MentorCheckin.id)
        .execution_options(populate_existing=True)
    ).all()
    return sum(
        _close(municipality_id, occasion, [row for row in rows if row.occasion is occasion])
        for occasion in Occasion
    )


def _close(municipality_id: int, occasion: Occasion, rows: list[MentorCheckin]) -> int:
    already = {row.family_id for row in rows if row.counted}
    waiting: dict[int, list[MentorCheckin]] = {}
    for row in rows:
        if row.family_id not in already and row.answers and row.answers.value:
            waiting.setdefault(row.family_id, []).append(row)
    families = list(waiting.values())
    whole = len(families) // FEWEST
    for first in range(0, whole * FEWEST, FEWEST):
        five = families[first : first + FEWEST]
        said = [_said(answers) for answers in five]
        codes = set.intersection(*(set(one) for one in said))
        sums = {code: sum(one[code] for one in said) for code in sorted(codes)}
        db.session.add(MentorFive(municipality_id=municipality_id, occasion=occasion, sums=sums))
        _mark(row.id for answers in five for row in answers)
    db.session.flush()
    return whole


def _said(answers: list[MentorCheckin]) -> dict[str, float]:
    """Return a family's own averages: one that helps many counts as one."""
    given: dict[str, list[int]] = {}
    for row in answers:
        for code, mark in ((row.answers.value if row.answers else None) or {}).items():
            given.setdefault(code, []).append(mark)
    return {code: sum(marks) / len(marks) for code, marks in given.items()}


def _mark(ids: Iterable[int]) -> None:
    changed = update(MentorCheckin).where(MentorCheckin.id.in_(list(ids)))
    db.session.execute(changed.values(counted=True))
