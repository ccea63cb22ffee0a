"""A break with a last day, another mentor family without blame, and a good end."""

from datetime import timedelta

import pytest

from data.answers import answers_of
from data.clock import now, today
from data.db import db, transaction
from data.errors import Conflict, Invalid, NotFound
from data.models import (
    Family,
    MentorRound,
    Mentorship,
    MentorshipState,
    Message,
    OutgoingMail,
    Placement,
    RoundState,
)
from data.queries import mentoring as queries
from tests.web.forms import post
from tests.web.mentoring.pairs import begin, look, make_mentor, shown
from web.families.actions import leave_network
from web.mentoring import tasks
from web.mentoring.actions import living
from web.mentoring.proposal import read_market


def mailed(kind: str) -> list[str]:
    db.session.rollback()
    return sorted(m.to_email for m in db.session.query(OutgoingMail).filter_by(kind=kind))


def state_of(mentorship) -> MentorshipState:
    db.session.rollback()
    return db.session.get_one(Mentorship, mentorship.id).state


def pause(mentorship, by, until=None):
    with transaction():
        living.pause_mentorship(mentorship.ref, until=until, by=by)


def end(mentorship, by):
    with transaction():
        living.end_mentorship(mentorship.ref, by=by)


def test_a_holiday_has_a_last_day_and_the_clock_ends_it(cast, as_, time_machine):
    mentorship = begin(cast)
    until = today() + timedelta(days=14)
    answer = post(as_(cast.mentor_parent), f"/mentor/{mentorship.ref}/pause",
                  {"until": until.isoformat()})  # fmt: skip
    assert answer.status_code == 302
    assert mailed("mentorship_paused") == [cast.new_parent.email]
    assert "holder pause indtil" in as_(cast.new_parent).get(f"/mentor/{mentorship.ref}").text
    tasks.end_mentor_breaks()
    assert state_of(mentorship) is MentorshipState.PAUSED
    time_machine.move_to(now() + timedelta(days=14))
    for _ in range(2):
        tasks.end_mentor_breaks()
    assert state_of(mentorship) is MentorshipState.ACTIVE
    assert mailed("mentorship_resumed") == sorted((cast.new_parent.email, cast.mentor_parent.email))


def test_without_a_last_day_it_lasts_until_one_says_so(cast):
    mentorship = begin(cast)
    pause(mentorship, cast.new_parent, today() + timedelta(days=3))
    pause(mentorship, cast.mentor_parent)  # after all without a last day; nobody is told twice
    assert len(mailed("mentorship_paused")) == 1
    assert living.breaks_over() == []
    with transaction():
        living.resume_mentorship(mentorship.ref, by=cast.new_parent)
    assert state_of(mentorship) is MentorshipState.ACTIVE


@pytest.mark.parametrize("days", [0, -1, 184])
def test_a_last_day_is_to_come_and_within_half_a_year(cast, days):
    mentorship = begin(cast)
    with pytest.raises(Invalid):
        pause(mentorship, cast.new_parent, today() + timedelta(days=days))
    assert state_of(mentorship) is MentorshipState.ACTIVE


def test_a_day_that_is_none_is_said_on_the_page(cast, as_):
    mentorship = begin(cast)
    answer = post(as_(cast.new_parent), f"/mentor/{mentorship.ref}/pause", {"until": "i morgen"})
    assert answer.status_code == 422
    assert state_of(mentorship) is MentorshipState.ACTIVE


def test_after_a_break_the_first_contact_has_its_days_again(cast):
    mentorship = begin(cast)
    pause(mentorship, cast.new_parent)
    with transaction():
        db.session.get_one(Mentorship, mentorship.id).started_at = now() - timedelta(days=20)
        living.resume_mentorship(mentorship.ref, by=cast.new_parent)
    tasks.ask_for_first_contact()
    assert mailed("mentor_first_contact") == []


def test_another_mentor_family_without_blame(cast, as_):
    """It ends kindly, that pair is not suggested again, and the place in the line is kept."""
    with transaction():
        other = make_mentor(cast.municipality, name="Rye")
        db.session.query(Placement).update({"noted_at": now() - timedelta(days=50)})
    mentorship = begin(cast)
    client = as_(cast.new_parent)
    answer = post(client, f"/mentor/{mentorship.ref}/end", {"then": "another"})
    assert answer.location == "/mentor/suggestions"
    assert "plads i køen er bevaret" in client.get("/mentor/suggestions").text
    assert shown(cast.new_family) == [other.id]
    assert mailed("mentorship_ended") == [cast.mentor_parent.email]
    with transaction():
        round_ = MentorRound(municipality_id=cast.municipality.id, state=RoundState.WORKING)
        db.session.add(round_)
        db.session.flush()
    market = read_market(round_)
    assert market.waited_days[str(cast.new_family.id)] == 50
    assert (str(cast.new_family.id), str(cast.mentor_family.id)) in market.bans
    assert queries.places_taken([cast.mentor_family.id]) == {}


def test_the_mentor_family_ends_and_stays_on_its_page(cast, as_):
    mentorship = begin(cast)
    answer = post(as_(cast.mentor_parent), f"/mentor/{mentorship.ref}/end", {"then": "another"})
    assert answer.location == f"/mentor/{mentorship.ref}"
    assert "selv være mentorfamilie" not in as_(cast.mentor_parent).get(answer.location).text


def test_a_good_end_asks_whether_one_would_be_a_mentor_oneself(cast, as_):
    mentorship = begin(cast)
    url, client = f"/mentor/{mentorship.ref}", as_(cast.new_parent)
    assert post(client, f"{url}/become-mentor").status_code == 409  # not while it runs
    with transaction():
        db.session.get_one(Mentorship, mentorship.id).started_at = now() - timedelta(days=90)
    end(mentorship, cast.mentor_parent)
    page = client.get(url).text
    assert "selv være mentorfamilie" in page
    assert f"{url}/check-in" in page  # the evaluation
    for _ in range(2):
        assert post(client, f"{url}/become-mentor").status_code == 302
    family = db.session.get_one(Family, cast.new_family.id, populate_existing=True)
    assert set(answers_of(family)["participation"]) == {"mentee", "group", "mentor"}
    assert mailed("mentor_to_be") == [cast.consultant.email]
    assert family.mentor_approved_on is None  # someone must still vouch for it
    assert "selv være mentorfamilie" not in client.get(url).text


def test_a_family_that_has_left_is_not_asked_and_its_profile_still_goes_in_time(cast, as_):
    mentorship = begin(cast)
    with transaction():
        db.session.get_one(Mentorship, mentorship.id).started_at = now() - timedelta(days=90)
    end(mentorship, cast.new_parent)
    with transaction():
        leave_network(cast.new_family.ref, by=cast.new_parent)
    with transaction():
        long_ago = now() - timedelta(days=180)
        db.session.get_one(Family, cast.new_family.id).updated_at = long_ago
    client, url = as_(cast.new_parent), f"/mentor/{mentorship.ref}"
    assert "selv være mentorfamilie" not in client.get(url).text
    assert post(client, f"{url}/become-mentor").status_code == 409
    db.session.rollback()
    family = db.session.get_one(Family, cast.new_family.id)
    assert family.updated_at == long_ago
    assert "mentor" not in answers_of(family)["participation"]
    assert mailed("mentor_to_be") == []


def test_nobody_else_does_any_of_it(cast):
    mentorship = begin(cast)
    end(mentorship, cast.new_parent)
    with pytest.raises(Conflict), transaction():
        living.become_mentor(mentorship.ref, by=cast.mentor_parent)
    for other in (cast.outsider, cast.stranger, cast.coordinator):
        for act in (living.become_mentor, living.pause_mentorship, living.end_mentorship):
            with pytest.raises(NotFound), transaction():
                act(mentorship.ref, by=other)


def test_what_came_to_nothing_within_a_day_is_not_looked_back_on(cast, as_):
    mentorship = begin(cast)
    end(mentorship, cast.mentor_parent)
    page = as_(cast.new_parent).get(f"/mentor/{mentorship.ref}").text
    assert "check-in" not in page
    assert "selv være mentorfamilie" not in page


def test_the_room_says_when_it_pauses_goes_on_and_ends(cast, as_):
    mentorship = begin(cast)
    pause(mentorship, cast.mentor_parent)
    with transaction():
        living.resume_mentorship(mentorship.ref, by=cast.new_parent)
    end(mentorship, cast.new_parent)
    end(mentorship, cast.mentor_parent)
    room = as_(cast.new_parent).get(f"/messages/{mentorship.room.ref}").text
    said = ("Mentorskabet holder pause.", "Mentorskabet fortsætter.", "Mentorskabet er slut.")
    assert all(line in room for line in said)
    notices = db.session.query(Message).filter_by(room_id=mentorship.room_id, kind="notice")
    assert notices.count() == 3


def test_what_was_refused_is_no_end_to_evaluate(cast):
    """A mentorship that never began asks nothing and suggests nothing of the kind."""
    mentorship = begin(cast)
    with transaction():
        found = db.session.get_one(Mentorship, mentorship.id)
        found.started_at, found.state, found.ended_at = None, MentorshipState.ENDED, now()
    assert not living.may_become_mentor(found, by=cast.new_parent)
    assert look(cast.new_family) == []
