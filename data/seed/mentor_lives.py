"""The demo's mentorships lived with: agreements, talks, and how families say it is."""

from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from data.clock import COPENHAGEN, today
from data.db import db, new_ref
from data.models import (
    Family,
    MentorAgreement,
    MentorCheckin,
    Mentorship,
    MentorshipState,
    MentorSignature,
    MentorTalk,
    Municipality,
    Occasion,
    Rhythm,
    TalkForm,
)
from data.queries.mentor_fives import close_fives
from data.sealed import Sealed
from data.start_survey import START

_SEED = 17
_PURPOSES = (
    "Vi vil gerne have nogen at ringe til, når hverdagen driller.",
    "Vi vil gerne tale om samværet, og om at passe på os selv imens.",
    "Vi vil gerne finde ro i de første måneder.",
)
_CONFIDENCE = ["Det, vi fortæller hinanden, bliver mellem os.", "Vi siger ”den yngste”."]
_AFTER = {Occasion.MONTH_1: 31, Occasion.MONTH_3: 92, Occasion.MONTH_6: 183}
_ON_THE_WAY, _AT_THE_END = ("helps", "time", "safe"), ("worth", "stronger", "again")


def add_mentor_lives(municipality: Municipality) -> None:
    """Let most of the mentorships have come somewhere; the first is left as it begins."""
    draw = Random(_SEED)  # noqa: S311  # invented answers, the same every time
    found = db.session.scalars(
        select(Mentorship)
        .where(Mentorship.municipality_id == municipality.id)
        .order_by(Mentorship.id)
    ).all()
    for number, mentorship in enumerate(found):
        if number == 0 or mentorship.started_at is None:
            continue
        begun = mentorship.started_at.astimezone(COPENHAGEN).date()
        if number % 5:
            _agreement(mentorship, begun, number)
        _talks(mentorship, begun, draw)
        _checkins(mentorship, begun, draw)
    db.session.flush()
    close_fives(municipality.id)


def _agreement(mentorship: Mentorship, begun: date, number: int) -> None:
    words = {"purpose": _PURPOSES[number % len(_PURPOSES)], "confidence": _CONFIDENCE}
    agreement = MentorAgreement(
        mentorship_id=mentorship.id,
        version=1,
        words=Sealed.of(words, scope=f"mentorship:{mentorship.ref}:agreement:1"),
        rhythm=Rhythm.WEEKLY_FIRST,
        until=begun + timedelta(days=365),
    )
    db.session.add(agreement)
    db.session.flush()
    signing = [mentorship.mentor_id] if number % 4 == 1 else [mentorship.family_id,
                                                              mentorship.mentor_id]  # fmt: skip
    db.session.add_all(
        MentorSignature(agreement_id=agreement.id, family_id=family_id) for family_id in signing
    )


def _talks(mentorship: Mentorship, begun: date, draw: Random) -> None:
    day = begun + timedelta(days=draw.randint(3, 9))
    while day <= _last_day(mentorship):
        talk = MentorTalk(
            ref=new_ref(),
            mentorship_id=mentorship.id,
            held_on=day,
            form=draw.choice(list(TalkForm)),
            minutes=draw.choice((30, 45, 60, 90)),
            counts=True,
            noted_by_family_id=draw.choice((mentorship.family_id, mentorship.mentor_id)),
        )
        db.session.add(talk)
        day += timedelta(days=draw.randint(10, 24))


def _checkins(mentorship: Mentorship, begun: date, draw: Random) -> None:
    _answers(mentorship, Occasion.START, begun + timedelta(days=5), draw, mentorship.family)
    for occasion, days in _AFTER.items():
        day, both = begun + timedelta(days=days), (mentorship.family, mentorship.mentor)
        _answers(mentorship, occasion, day, draw, *both)
    if mentorship.state is MentorshipState.ENDED:
        _answers(mentorship, Occasion.END, _last_day(mentorship), draw, mentorship.mentor)


def _answers(
    mentorship: Mentorship, occasion: Occasion, day: date, draw: Random, *families: Family
) -> None:
    if day > _last_day(mentorship):
        return
    codes = {Occasion.START: START, Occasion.END: _AT_THE_END}.get(occasion, _ON_THE_WAY)
    for family in families:
        answers = {code: draw.randint(2, 4 if occasion is Occasion.START else 5) for code in codes}
        db.session.add(
            MentorCheckin(
                mentorship_id=mentorship.id,
                family_id=family.id,
                occasion=occasion,
                answered_on=day,
                answers=Sealed.of(answers, scope=family.key_scope),
            )
        )


def _last_day(mentorship: Mentorship) -> date:
    if mentorship.ended_at is None:
        return today()
    return mentorship.ended_at.astimezone(COPENHAGEN).date()
