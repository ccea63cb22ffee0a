"""The page of running mentorships asks as much of the database for one as for many."""

from datetime import timedelta

from sqlalchemy import event

from data.clock import now
from data.db import db, transaction
from data.models import Family, Mentorship, MentorshipState
from tests.web.mentoring.pairs import A_TALK, begin, make_mentor, make_waiting
from tests.web.mentoring.test_agreeing import terms
from web.mentoring import life_status
from web.mentoring.actions import agreeing, talks


def more(cast, count: int) -> None:
    with transaction():
        for _ in range(count):
            mentor = make_mentor(cast.municipality)
            family = make_waiting(cast.municipality)
            made = Mentorship(
                municipality_id=cast.municipality.id, family_id=family.id, mentor_id=mentor.id,
                state=MentorshipState.ACTIVE, started_at=now() - timedelta(days=3),
            )  # fmt: skip
            db.session.add(made)
            db.session.flush()
            agreeing.write(made.ref, terms(), seen_version=0, by=mentor.carers[0])
            talks.note_talk(made.ref, A_TALK, by=family.carers[0])


def questions(cast) -> int:
    asked = []

    def count(*_facts) -> None:
        asked.append(1)

    db.session.expire_all()
    by = db.session.merge(cast.coordinator)
    assert by.municipality.name  # loaded before we count
    event.listen(db.engine, "before_cursor_execute", count)
    try:
        lines = life_status.lines(by)
        life_status.loads(lines, by=by)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return len(asked)


def test_one_and_many_take_the_same_number_of_questions(cast):
    begin(cast)
    few = questions(cast)
    more(cast, 12)
    db.session.expunge_all()
    assert questions(cast) == few


def test_who_needs_a_call_stands_first(cast):
    mentorship = begin(cast)
    with transaction():
        db.session.get_one(Mentorship, mentorship.id).started_at = now() - timedelta(days=30)
    more(cast, 2)
    lines = life_status.lines(cast.coordinator)
    assert [line.state_tone for line in lines] == ["warn", "ok", "ok"]
    assert lines[0].family.name == "Skov"


def test_a_consultant_sees_the_hours_of_the_families_shown_and_a_coordinator_all(cast, as_):
    mentorship = begin(cast)
    with transaction():
        db.session.get_one(Family, cast.new_family.id).consultant_id = cast.consultant.id
        db.session.get_one(Family, cast.mentor_family.id).consultant_id = None
        other = make_waiting(cast.municipality)
        two = Mentorship(
            municipality_id=cast.municipality.id, family_id=other.id,
            mentor_id=cast.mentor_family.id, state=MentorshipState.ACTIVE,
            started_at=now() - timedelta(days=3),
        )  # fmt: skip
        db.session.add(two)
        db.session.flush()
        for one in (mentorship, two):
            talks.note_talk(one.ref, A_TALK, by=cast.mentor_parent)
    db.session.expire_all()
    for by, families, minutes in ((cast.consultant, 1, 90), (cast.coordinator, 2, 180)):
        [load] = life_status.loads(life_status.lines(by), by=by)
        assert (load.families, load.tally.minutes) == (families, minutes)
    assert as_(cast.consultant).get("/staff/mentorships").status_code == 200
