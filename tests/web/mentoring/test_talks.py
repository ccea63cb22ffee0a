"""Talks of a mentorship: noted by either family, counted for both, no word of a child."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from data.clock import now, today
from data.db import db, transaction
from data.errors import Conflict, Invalid, NotFound
from data.models import Mentorship, MentorTalk
from data.queries import mentor_life as life
from data.sealed import store
from tests.web.forms import post
from tests.web.mentoring.pairs import A_TALK, begin
from tests.web.safety.test_own_data import take
from web.mentoring.actions import living, talks
from web.safety.actions.erasure import erase
from web.safety.tasks import keep_retention_promises


def old(cast, days=30) -> Mentorship:
    mentorship = begin(cast)
    with transaction():
        found = db.session.get_one(Mentorship, mentorship.id)
        found.started_at = now() - timedelta(days=days)
    return mentorship


def note(mentorship, by, **more):
    with transaction():
        return talks.note_talk(mentorship.ref, replace(A_TALK, **more), by=by)


def form(**more):
    return {"held_on": today().isoformat(), "form": "phone", "minutes": "45", "counts": "y",
            "note": "Vi grinede", **more}  # fmt: skip


def test_hours_are_the_same_for_both_and_an_uncounted_talk_adds_none(cast, as_):
    mentorship = old(cast)
    note(mentorship, cast.new_parent, minutes=90)
    note(mentorship, cast.mentor_parent, held_on=today() - timedelta(days=3), minutes=60,
         counts=False)  # fmt: skip
    tally = life.tallies([mentorship.id])[mentorship.id]
    assert (tally.talks, tally.hours) == (2, 1.5)
    for account in (cast.new_parent, cast.mentor_parent):
        assert (
            "2 samtaler er noteret, 1,5 timer" in as_(account).get(f"/mentor/{mentorship.ref}").text
        )
    assert (
        "2 samtaler og talt 1,5 timer med" in as_(cast.mentor_parent).get("/mentor/requests").text
    )
    load = as_(cast.coordinator).get("/staff/mentorships").text
    assert "<td>2</td><td>1,5</td>" in load
    assert "gik en tur" not in load
    assert life.in_touch(mentorship)  # a talk is a first contact


def test_the_same_day_is_noted_once(cast, as_):
    mentorship = old(cast)
    note(mentorship, cast.new_parent)
    with pytest.raises(Conflict):
        note(mentorship, cast.mentor_parent, minutes=30)
    answer = post(as_(cast.mentor_parent), f"/mentor/{mentorship.ref}/talks", form())
    assert answer.status_code == 422
    assert "er allerede noteret" in answer.text
    assert "Vi grinede" in answer.text  # what was written is kept
    assert life.tallies([mentorship.id])[mentorship.id].minutes == 90


@pytest.mark.parametrize(
    "wrong",
    [
        {"held_on": today() + timedelta(days=1)}, {"held_on": today() - timedelta(days=31)},
        {"minutes": 4}, {"minutes": 721}, {"note": "x" * 301},
        {"note": "Barnet 010118-0000"}, {"note": "Ring 20 12 34 56"}, {"note": "sag nr. 12-345"},
    ],
)  # fmt: skip
def test_what_cannot_be_or_reveals_is_refused_and_not_kept(cast, wrong):
    mentorship = old(cast)
    with pytest.raises(Invalid):
        note(mentorship, cast.new_parent, **wrong)
    assert life.talks_of(mentorship) == []


def test_only_who_noted_it_takes_it_back_and_the_note_goes_with_its_key(cast, as_):
    mentorship = old(cast)
    url = f"/mentor/{mentorship.ref}/talks"
    assert post(as_(cast.new_parent), url, form()).status_code == 302
    row = life.talks_of(mentorship)[0]
    scope = row.note.scope
    assert "Vi grinede" in as_(cast.mentor_parent).get(url).text
    assert f"{row.ref}/remove" not in as_(cast.mentor_parent).get(url).text
    assert post(as_(cast.mentor_parent), f"{url}/{row.ref}/remove").status_code == 404
    assert post(as_(cast.new_parent), f"{url}/{row.ref}/remove").status_code == 302
    assert life.talks_of(mentorship) == []
    assert store()._cipher(scope) is None


def test_outsiders_and_staff_note_nothing_and_an_ended_mentorship_can_only_be_read(cast, as_):
    mentorship = old(cast)
    for other in (cast.outsider, cast.stranger, cast.coordinator, cast.consultant):
        with pytest.raises(NotFound):
            note(mentorship, other)
    note(mentorship, cast.new_parent)
    with transaction():
        living.end_mentorship(mentorship.ref, by=cast.new_parent)
    with pytest.raises(Conflict):
        note(mentorship, cast.new_parent, held_on=today() - timedelta(days=1))
    page = as_(cast.mentor_parent).get(f"/mentor/{mentorship.ref}/talks").text
    assert "gik en tur" in page
    assert "Skriv samtalen ned" not in page


def test_taken_along_and_erased_but_the_others_hours_stay(cast, as_):
    mentorship = old(cast)
    note(mentorship, cast.new_parent)
    note(mentorship, cast.mentor_parent, held_on=today() - timedelta(days=1), note="Deres ord")
    stored = db.session.execute(db.text("SELECT note FROM mentor_talks")).scalars().all()
    assert all(b"tur" not in bytes(one) for one in stored)
    about = json.loads(take(as_(cast.new_parent), "json").text)
    assert [t["note"] for t in about["mentor_talks"]] == [None, "Vi gik en tur"]
    scopes = [t.note.scope for t in life.talks_of(mentorship)]
    with transaction():
        erase(db.session.merge(cast.new_family), actor_id=None)
    rows = life.talks_of(mentorship)
    assert [(t.minutes, t.note) for t in rows] == [(90, None), (90, None)]
    assert cast.new_family.id not in {t.noted_by_family_id for t in rows}
    assert [store()._cipher(scope) for scope in scopes] == [None, None]


def test_the_note_goes_after_a_year_and_the_talk_after_two(cast):
    mentorship = old(cast, days=800)
    note(mentorship, cast.new_parent)
    for days, kept in ((366, True), (732, False)):
        with transaction():
            db.session.query(MentorTalk).one().held_on = today() - timedelta(days=days)
        keep_retention_promises()
        found = db.session.query(MentorTalk).one_or_none()
        assert (found is not None) is kept
        assert found is None or found.note is None
