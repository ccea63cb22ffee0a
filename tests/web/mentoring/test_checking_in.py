"""How it is, asked of each family by itself: private, in fives, and a call only when asked for."""

import json
from datetime import timedelta

import pytest

from data.clock import now, today
from data.db import db, transaction
from data.errors import Conflict, Invalid, NotFound
from data.models import (
    AuditEntry,
    CallKind,
    MentorCall,
    MentorCheckin,
    Mentorship,
    MentorshipState,
    Occasion,
    OutgoingMail,
)
from data.queries import mentor_checkins as checkins
from data.sealed import Sealed, store
from tests import factories
from tests.web.forms import post
from tests.web.mentoring.pairs import begin
from tests.web.mentoring.test_agreeing import terms
from tests.web.safety.test_own_data import take
from web.mentoring import checkin_words, tasks
from web.mentoring.actions import agreeing, calls, checking_in, living
from web.safety.actions.erasure import erase
from web.safety.tasks import keep_retention_promises

GOOD = dict.fromkeys(checkin_words.ON_THE_WAY, 4)
START = dict.fromkeys(checkin_words.CODES[Occasion.START], 2)


def began(cast, *, days: int) -> Mentorship:
    return back(begin(cast), days=days)


def back(mentorship, *, days: int) -> Mentorship:
    with transaction():
        found = db.session.get_one(Mentorship, mentorship.id)
        found.started_at = now() - timedelta(days=days)
    return mentorship


def answer(mentorship, occasion, by, answers=None, **more):
    with transaction():
        return checking_in.answer(mentorship.ref, occasion, answers or GOOD, by=by, **more)


def mailed(kind: str) -> list[str]:
    db.session.rollback()
    return sorted(m.to_email for m in db.session.query(OutgoingMail).filter_by(kind=kind))


@pytest.mark.parametrize(
    ("days", "family", "mentor"),
    [
        (2, Occasion.START, None), (35, Occasion.MONTH_1, Occasion.MONTH_1), (70, None, None),
        (95, Occasion.MONTH_3, Occasion.MONTH_3), (190, Occasion.MONTH_6, Occasion.MONTH_6),
        (230, None, None),
    ],
)  # fmt: skip
def test_what_can_be_answered_when(cast, days, family, mentor):
    mentorship = began(cast, days=days)
    assert checking_in.open_occasion(mentorship, mentorship.family) is family
    assert checking_in.open_occasion(mentorship, mentorship.mentor) is mentor


def test_both_are_asked_once_at_each_mark_and_nobody_who_takes_a_break(cast):
    mentorship = began(cast, days=20)
    for days, times in ((20, 0), (35, 1), (36, 1), (95, 2), (190, 3)):
        back(mentorship, days=days)
        tasks.ask_how_mentorships_are()
        tasks.ask_how_mentorships_are()
        both = (cast.new_parent.email, cast.mentor_parent.email)
        assert mailed("mentor_checkin") == sorted(both * times)
    with transaction():
        db.session.get_one(Mentorship, mentorship.id).state = MentorshipState.PAUSED
    back(mentorship, days=95)
    tasks.ask_how_mentorships_are()
    assert len(mailed("mentor_checkin")) == 6


def test_an_answer_is_given_once_whole_and_in_time(cast):
    mentorship = began(cast, days=35)
    for wrong in ({"helps": 3}, {**GOOD, "time": 6}):
        with pytest.raises(Invalid):
            answer(mentorship, Occasion.MONTH_1, cast.new_parent, wrong)
    with pytest.raises(Conflict):
        answer(mentorship, Occasion.MONTH_3, cast.new_parent)
    answer(mentorship, Occasion.MONTH_1, cast.new_parent)
    with pytest.raises(Conflict):
        answer(mentorship, Occasion.MONTH_1, cast.new_parent)
    for other in (cast.outsider, cast.stranger, cast.coordinator):
        with pytest.raises(NotFound):
            answer(mentorship, Occasion.MONTH_1, other)


def test_the_page_asks_and_shows_the_own_answers_and_nobody_elses(cast, as_):
    mentorship = began(cast, days=35)
    url = f"/mentor/{mentorship.ref}/check-in"
    client = as_(cast.new_parent)
    assert url in client.get(f"/mentor/{mentorship.ref}").text
    half = post(client, url, {"helps": 5})
    assert half.status_code == 422
    assert 'id="helps-5" value="5" checked' in half.text  # what was ticked is kept
    assert post(client, url, {**GOOD, "helps": 5}).status_code == 302
    assert "5 af 5" in client.get(url).text
    assert "5 af 5" not in as_(cast.mentor_parent).get(url).text
    assert mailed("mentor_call") == []
    assert (
        "Skov" not in as_(cast.coordinator).get("/staff/mentorships").text.split("Sådan siger")[1]
    )


def test_asking_for_a_call_tells_that_and_not_the_answers(cast, as_):
    mentorship = began(cast, days=35)
    post(as_(cast.new_parent), f"/mentor/{mentorship.ref}/check-in",
         {**GOOD, "helps": 1, "call_us": "y"})  # fmt: skip
    assert mailed("mentor_call") == [cast.coordinator.email]
    client = as_(cast.coordinator)
    assert "vil gerne ringes op" in client.get("/staff").text
    assert "Vil gerne ringes op" in client.get("/staff/mentorships").text
    ref = checkins.open_calls(cast.municipality.id)[0].ref
    assert "Ingenting" in client.get(f"/staff/mentor-calls/{ref}").text
    seen = db.session.query(AuditEntry).filter_by(event="mentor_call_viewed").one()
    assert seen.actor_id == cast.coordinator.id
    for other in (cast.consultant, cast.facilitator, cast.other_coordinator, cast.new_parent):
        assert as_(other).get(f"/staff/mentor-calls/{ref}").status_code == 404
    assert "ringes op" not in as_(cast.consultant).get("/staff/mentorships").text
    post(client, f"/staff/mentor-calls/{ref}/close")
    assert checkins.open_calls(cast.municipality.id) == []


def test_a_complaint_goes_to_the_coordinator_alone_and_no_cpr_number_with_it(cast, as_):
    mentorship = began(cast, days=35)
    url = f"/mentor/{mentorship.ref}/call"
    client = as_(cast.new_parent)
    for wrong in ("", "Barnet 010118-0000"):
        assert post(client, url, {"kind": "complaint", "words": wrong}).status_code == 422
    words = "De kommer aldrig. Ring på 20 12 34 56"
    assert post(client, url, {"kind": "complaint", "words": words}).status_code == 302
    post(client, url, {"kind": "help", "words": "Og en ting til"})
    call = db.session.query(MentorCall).one()  # one waits, the rest is added
    assert (call.kind, call.words.text) == (CallKind.COMPLAINT, f"{words}\n\nOg en ting til")
    told = as_(cast.mentor_parent).get(f"/mentor/{mentorship.ref}").text
    assert "kommer aldrig" not in told + as_(cast.mentor_parent).get(url).text
    assert all(cast.mentor_parent.email != to for to in mailed("mentor_call"))
    assert "kommer aldrig" in as_(cast.coordinator).get(f"/staff/mentor-calls/{call.ref}").text


def test_averages_come_in_whole_fives_so_that_no_two_looks_tell_one_answer(cast):
    mentorship = began(cast, days=35)

    def answered(marks):
        with transaction():
            for mark in marks:
                family = factories.make_family(db.session.merge(cast.municipality), carers=0)
                row = MentorCheckin(
                    mentorship_id=mentorship.id, family_id=family.id, occasion=Occasion.MONTH_1,
                    answered_on=now().date(),
                    answers=Sealed.of(dict.fromkeys(checkin_words.ON_THE_WAY, mark),
                                      scope=family.key_scope),
                )  # fmt: skip
                db.session.add(row)

    def told():
        tasks.close_mentor_fives()
        return checkins.averages(cast.municipality.id, checkin_words.CODES)

    answered([5, 5, 5, 5])
    assert told() == {}
    answered([5])
    first = told()
    assert first[Occasion.MONTH_1]["helps"] == checkins.Average(mean=5, n=5)
    answered([1])
    assert told() == first
    answered([1, 1, 1, 1])
    assert told()[Occasion.MONTH_1]["helps"] == checkins.Average(mean=3, n=10)


def test_the_start_survey_is_the_mentored_familys_and_the_end_is_asked_when_it_ended(cast):
    mentorship = began(cast, days=3)
    answer(mentorship, Occasion.START, cast.new_parent, START)
    with pytest.raises(Conflict):
        answer(mentorship, Occasion.START, cast.mentor_parent, START)
    with transaction():
        living.end_mentorship(mentorship.ref, by=cast.new_parent)
    end = dict.fromkeys(checkin_words.AT_THE_END, 5)
    for by in (cast.new_parent, cast.mentor_parent):
        answer(mentorship, Occasion.END, by, end)


def test_taken_along_sealed_erased_and_forgotten_in_time(cast, as_):
    mentorship = began(cast, days=35)
    answer(mentorship, Occasion.MONTH_1, cast.new_parent)
    answer(mentorship, Occasion.MONTH_1, cast.mentor_parent)
    with transaction():
        calls.ask_for_call(mentorship.ref, CallKind.HELP, "Kom forbi", by=cast.new_parent)
    stored = db.session.execute(db.text("SELECT words FROM mentor_calls")).scalar()
    assert b"Kom" not in bytes(stored)
    about = json.loads(take(as_(cast.new_parent), "json").text)
    assert [row["answer"] for row in about["mentor_checkins"]] == [4, 4, 4]
    assert about["mentor_calls"][0]["words"] == "Kom forbi"
    by_staff = post(as_(cast.coordinator), f"/staff/families/{cast.new_family.ref}/data/download",
                    {"kind": "json"}).text  # fmt: skip
    assert "mentor_checkins" not in by_staff
    scope = db.session.query(MentorCall).one().words.scope
    with transaction():
        erase(db.session.merge(cast.new_family), actor_id=None)
    assert db.session.query(MentorCall).count() == 0
    assert store()._cipher(scope) is None
    assert db.session.query(MentorCheckin).one().family_id == cast.mentor_family.id
    with transaction():
        row = db.session.query(MentorCheckin).one()
        row.answered_on = (now() - timedelta(days=740)).date()
    keep_retention_promises()
    assert db.session.query(MentorCheckin).count() == 0


def test_a_call_that_was_made_is_forgotten_after_half_a_year(cast):
    mentorship = began(cast, days=35)
    with transaction():
        call = calls.ask_for_call(mentorship.ref, CallKind.HELP, "Kom forbi", by=cast.new_parent)
        calls.close_call(call.ref, by=cast.coordinator)
    keep_retention_promises()
    assert db.session.query(MentorCall).count() == 1
    with transaction():
        db.session.query(MentorCall).one().closed_at = now() - timedelta(days=184)
    keep_retention_promises()
    assert db.session.query(MentorCall).count() == 0


def test_who_has_answered_is_not_asked(cast):
    mentorship = began(cast, days=35)
    answer(mentorship, Occasion.MONTH_1, cast.new_parent)
    tasks.ask_how_mentorships_are()
    assert mailed("mentor_checkin") == [cast.mentor_parent.email]


def test_a_week_before_the_last_day_both_are_asked_and_again_before_a_new_one(cast):
    mentorship = began(cast, days=100)
    both = [cast.new_parent, cast.mentor_parent]

    def propose(days, version):
        until = today() + timedelta(days=days)
        with transaction():
            agreeing.write(mentorship.ref, terms(until=until), seen_version=version, by=both[0])

    def agree(days, version):
        propose(days, version)
        with transaction():
            agreeing.sign(mentorship.ref, seen_version=version + 1, by=both[1])

    def asked():
        for _ in range(2):
            tasks.ask_how_mentorships_are()
        return len(mailed("mentor_near_its_end"))

    agree(8, 0)
    assert asked() == 0
    agree(7, 1)
    assert asked() == 2
    assert db.session.get_one(Mentorship, mentorship.id).state is MentorshipState.ACTIVE
    propose(300, 2)
    assert asked() == 2  # what one family alone writes moves no last day
    agree(200, 3)
    assert asked() == 2
    agree(6, 4)
    assert asked() == 4


def test_without_an_agreement_a_year_is_the_time(cast):
    mentorship = began(cast, days=340)
    tasks.ask_how_mentorships_are()
    assert mailed("mentor_near_its_end") == []
    back(mentorship, days=361)
    tasks.ask_how_mentorships_are()
    assert len(mailed("mentor_near_its_end")) == 2
