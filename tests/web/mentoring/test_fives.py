"""Averages of mentorships: each family once, and what was told stays when an answer goes."""

from datetime import timedelta

from data.clock import now, today
from data.db import db, transaction
from data.models import Family, MentorCheckin, MentorFive, Mentorship, MentorshipState, Occasion
from data.queries import mentor_checkins as checkins
from data.queries import mentor_fives
from data.sealed import Sealed
from tests.web.mentoring.pairs import make_mentor, make_waiting
from web.mentoring import checkin_words, tasks
from web.safety.actions.erasure import erase
from web.safety.tasks import keep_retention_promises


def pair(cast, mentor: Family | None = None) -> Mentorship:
    mentor = mentor or make_mentor(cast.municipality)
    made = Mentorship(
        municipality_id=cast.municipality.id, family_id=make_waiting(cast.municipality).id,
        mentor_id=mentor.id, state=MentorshipState.ACTIVE, started_at=now() - timedelta(days=40),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def answered(mentorship: Mentorship, family_id: int, mark: int, occasion=Occasion.MONTH_1) -> None:
    family = db.session.get_one(Family, family_id)
    given = dict.fromkeys(checkin_words.CODES[occasion], mark)
    row = MentorCheckin(
        mentorship_id=mentorship.id, family_id=family.id, occasion=occasion, answered_on=today(),
        answers=Sealed.of(given, scope=family.key_scope),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()


def told(cast) -> dict[Occasion, dict[str, checkins.Average]]:
    tasks.close_mentor_fives()
    return checkins.averages(cast.municipality.id, checkin_words.CODES)


def test_one_family_that_helps_five_is_not_five(cast, as_):
    with transaction():
        mentor = db.session.merge(cast.mentor_family)
        for mark in (1, 1, 1, 1, 1):
            answered(pair(cast, mentor), mentor.id, mark)
    assert told(cast) == {}
    assert "1,0" not in as_(cast.consultant).get("/staff/mentorships").text


def test_a_family_counts_once_with_its_own_average_also_later(cast):
    with transaction():
        mentor = db.session.merge(cast.mentor_family)
        for mark in (1, 1, 4):
            answered(pair(cast, mentor), mentor.id, mark)  # 2 on average
        for _ in range(4):
            answered(one := pair(cast), one.family_id, 2)
    first = told(cast)
    assert first[Occasion.MONTH_1]["helps"] == checkins.Average(mean=2, n=5)
    with transaction():
        answered(pair(cast, db.session.merge(cast.mentor_family)), cast.mentor_family.id, 5)
        for _ in range(4):
            answered(one := pair(cast), one.family_id, 5)
    assert told(cast) == first  # four new families are no five


def test_what_was_told_stays_when_an_answer_is_erased_or_too_old(cast):
    with transaction():
        pairs = [pair(cast) for _ in range(6)]
        for one, mark in zip(pairs, (1, 3, 3, 3, 3, 5), strict=True):
            answered(one, one.family_id, mark)
    first = told(cast)
    assert first[Occasion.MONTH_1]["helps"] == checkins.Average(mean=2.6, n=5)
    with transaction():
        erase(db.session.get_one(Family, pairs[0].family_id), actor_id=None)
    assert told(cast) == first
    with transaction():
        for row in db.session.query(MentorCheckin).filter_by(counted=True):
            row.answered_on = today() - timedelta(days=740)
    keep_retention_promises()
    assert db.session.query(MentorCheckin).count() == 1
    assert told(cast) == first


def test_other_municipalities_and_occasions_have_their_own_fives(cast):
    with transaction():
        for number in range(5):
            one = pair(cast)
            answered(one, one.family_id, 4)
            if number:
                answered(one, one.family_id, 4, Occasion.MONTH_3)
    assert list(told(cast)) == [Occasion.MONTH_1]
    there = cast.other_coordinator.municipality_id
    assert checkins.averages(there, checkin_words.CODES) == {}
    with transaction():
        assert mentor_fives.close_fives(cast.municipality.id) == 0  # closed once
    assert db.session.query(MentorFive).count() == 1
