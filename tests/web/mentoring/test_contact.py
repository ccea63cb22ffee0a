"""The first contact within a week: both reminded, then the coordinator told, nobody blamed."""

from datetime import timedelta

import pytest

from chat.actions import send_message
from data.clock import now
from data.db import db, transaction
from data.errors import Conflict, NotFound
from data.models import Account, Mentorship, OutgoingMail
from data.queries import mentor_life as life
from tests.web.forms import post
from tests.web.mentoring.pairs import ask as ask_mentor
from tests.web.mentoring.pairs import begin, make_mentor, make_waiting, say_yes
from web.mentoring import tasks
from web.mentoring.actions import contact, living


def began(cast, *, days: int) -> Mentorship:
    mentorship = begin(cast)
    back(mentorship, days=days)
    return mentorship


def back(mentorship, *, days: int) -> None:
    with transaction():
        db.session.get_one(Mentorship, mentorship.id).started_at = now() - timedelta(days=days)


def reminded_two_days_ago(mentorship) -> None:
    with transaction():
        memory = life.life_of(db.session.get_one(Mentorship, mentorship.id))
        memory.reminded_at = now() - timedelta(days=2, minutes=1)


def mailed(kind: str) -> list[str]:
    db.session.rollback()
    return sorted(m.to_email for m in db.session.query(OutgoingMail).filter_by(kind=kind))


def tick():
    for _ in range(2):  # the clock comes by more than once
        tasks.ask_for_first_contact()


def write(mentorship, by: Account) -> None:
    with transaction():
        send_message(mentorship.room.ref, by=by, cid=f"c{by.id}", body="Hej", max_chars=100)


def test_both_are_reminded_after_five_days_and_the_coordinator_told_after_seven(cast, as_):
    mentorship = began(cast, days=4)
    tick()
    assert mailed("mentor_first_contact") == []
    back(mentorship, days=6)
    tick()
    both = sorted((cast.new_parent.email, cast.mentor_parent.email))
    assert mailed("mentor_first_contact") == both
    assert mailed("mentor_without_contact") == []
    assert "uden første kontakt" not in as_(cast.coordinator).get("/staff").text
    back(mentorship, days=8)
    tick()
    assert mailed("mentor_without_contact") == []  # they get two days from the reminder
    reminded_two_days_ago(mentorship)
    tick()
    assert mailed("mentor_first_contact") == both
    assert mailed("mentor_without_contact") == [cast.coordinator.email]
    assert "/staff/mentorships" in as_(cast.coordinator).get("/staff").text
    assert "ingen første kontakt" in as_(cast.coordinator).get("/staff/mentorships").text


def test_saying_so_is_enough_and_nobody_asks_again(cast, as_):
    mentorship = began(cast, days=6)
    client, url = as_(cast.mentor_parent), f"/mentor/{mentorship.ref}"
    assert "Vi har haft kontakt" in client.get(url).text
    for _ in range(2):
        post(client, f"{url}/in-touch")
    assert "Vi har haft kontakt" not in client.get(url).text
    back(mentorship, days=8)
    tick()
    assert mailed("mentor_first_contact") == mailed("mentor_without_contact") == []
    assert "i kontakt" in as_(cast.coordinator).get("/staff/mentorships").text


def test_one_who_writes_unanswered_is_not_in_touch_and_an_answer_is(cast):
    mentorship = began(cast, days=8)
    write(mentorship, cast.new_parent)
    assert not life.in_touch(mentorship)
    write(mentorship, cast.mentor_parent)
    assert life.in_touch(mentorship)
    tick()
    assert mailed("mentor_without_contact") == []


def test_a_break_is_left_alone_and_an_ended_mentorship_too(cast):
    mentorship = began(cast, days=8)
    with transaction():
        living.pause_mentorship(mentorship.ref, by=cast.new_parent)
    tick()
    with transaction():
        living.end_mentorship(mentorship.ref, by=cast.new_parent)
    tick()
    assert mailed("mentor_first_contact") == []
    with pytest.raises(Conflict), transaction():
        contact.say_in_touch(mentorship.ref, by=cast.new_parent)


def test_nobody_else_says_it_and_others_see_none_of_it(cast, as_):
    mentorship = began(cast, days=8)
    for other in (cast.outsider, cast.stranger, cast.coordinator):
        with pytest.raises(NotFound), transaction():
            contact.say_in_touch(mentorship.ref, by=other)
    assert "Lindholm" not in as_(cast.other_coordinator).get("/staff/mentorships").text
    assert as_(cast.facilitator).get("/staff/mentorships").status_code == 404


def test_a_consultant_sees_the_own_families_only(cast, as_):
    began(cast, days=8)
    with transaction():
        mentor = make_mentor(cast.municipality, name="Rye")
        other = make_waiting(cast.municipality, name="Toft")
    say_yes(ask_mentor(other, mentor=mentor))
    seen = as_(cast.consultant).get("/staff/mentorships").text
    assert "Skov" in seen
    assert "Toft" not in seen


def test_a_mentorship_that_is_older_than_the_question_is_not_asked(cast):
    began(cast, days=300)
    tick()
    assert mailed("mentor_first_contact") == mailed("mentor_without_contact") == []


def test_after_a_break_an_old_one_is_asked(cast):
    mentorship = began(cast, days=300)
    with transaction():
        living.pause_mentorship(mentorship.ref, by=cast.new_parent)
        living.resume_mentorship(mentorship.ref, by=cast.new_parent)
        life.life_of(mentorship).resumed_at = now() - timedelta(days=6)
    tick()
    assert len(mailed("mentor_first_contact")) == 2
