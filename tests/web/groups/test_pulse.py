"""How it goes: from five answers, never one; and the start survey that is asked once."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect, text

from data.clock import now, today
from data.db import db, transaction
from data.errors import Conflict, Invalid, NotFound
from data.models import AuditEntry, GroupMembership, PulseMark, PulseRound
from data.queries.pulse import shown_rounds, start_means
from data.start_survey import START
from tests.web.forms import post
from tests.web.groups.building import hold, opened
from tests.web.groups.lives import own_group
from web.groups import tasks
from web.groups.actions import pulse


def asked(cast, n: int = 6):
    circle = own_group(cast, n)
    tasks.ask_how_it_goes()
    return circle


def answer(circle, by: int, mark: int = 4, word: str = "") -> None:
    with transaction():
        pulse.answer_pulse(mark=mark, word=word, by=circle.parents[by])


def close(circle) -> None:
    with transaction():
        round_of(circle).closes_on = today() - timedelta(days=1)
    tasks.ask_how_it_goes()


def round_of(circle) -> PulseRound:
    return db.session.query(PulseRound).filter_by(group_id=circle.group.id).one()


def test_four_answers_are_forgotten_and_five_are_shown(cast, as_):
    few, enough = asked(cast), asked(cast)
    for by in range(4):
        answer(few, by, mark=5)
    for by in range(5):
        answer(enough, by, mark=by + 1, word="heard" if by < 2 else "")
    assert shown_rounds(enough.group) == [], "not before the round is closed: one could subtract"
    for circle in (few, enough):
        close(circle)
    assert shown_rounds(few.group) == []
    assert round_of(few).counts is None
    shown = shown_rounds(enough.group)[0]
    assert (shown.n, shown.marks, shown.mean) == (5, (1, 1, 1, 1, 1), 3.0)
    page = as_(enough.parents[5]).get("/group/pulse").text
    assert "3,0 af 5, fra 5 familier" in page
    assert "Vi bliver lyttet til (2)" in page
    assert "Der skal svar fra fem familier til" in as_(few.parents[0]).get("/group/pulse").text


def test_when_all_have_answered_the_round_closes_and_who_answered_is_forgotten(cast):
    circle = asked(cast, 5)
    for by in range(4):
        answer(circle, by)
    assert db.session.query(PulseMark).count() == 4
    answer(circle, 4)
    assert round_of(circle).closed_on == today()
    assert db.session.query(PulseMark).count() == 0
    assert shown_rounds(circle.group)[0].n == 5


def test_no_row_no_time_and_no_trail_ties_an_answer_to_a_family(cast):
    circle = asked(cast)
    answer(circle, 0, mark=1, word="outside")
    assert set(inspect(db.engine).get_table_names()) >= {"pulse_rounds", "pulse_marks"}
    assert {c.name for c in PulseMark.__table__.columns} == {"round_id", "family_id"}
    kept = db.session.execute(text("SELECT counts FROM pulse_rounds")).scalar()
    assert b"outside" not in bytes(kept), "the counts are sealed while the round is open too"
    trail = db.session.query(AuditEntry).filter_by(actor_id=circle.parents[0].id)
    assert [e.event for e in trail if "pulse" in e.event] == []


def test_a_family_answers_once_a_month(cast, as_):
    circle = asked(cast)
    assert post(as_(circle.parents[0]), "/group/pulse", {"mark": "4"}).status_code == 302
    assert "I har svaret i denne måned" in as_(circle.parents[0]).get("/group/pulse").text
    with pytest.raises(Conflict):
        answer(circle, 0)
    tasks.ask_how_it_goes()
    assert db.session.query(PulseRound).filter_by(group_id=circle.group.id).count() == 1


def test_what_is_no_answer_is_refused(cast, as_):
    circle = asked(cast)
    for mark, word in ((0, ""), (6, ""), (3, "Jens")):
        with pytest.raises(Invalid):
            answer(circle, 0, mark=mark, word=word)
    page = post(as_(circle.parents[0]), "/group/pulse", {"mark": "x"})
    assert page.status_code == 422
    assert "Vælg, hvordan det går." in page.text


def test_a_group_of_four_is_not_asked(cast):
    circle = asked(cast, 4)
    with pytest.raises(Conflict):
        answer(circle, 0)


@pytest.mark.parametrize("who", ["outsider", "stranger", "facilitator", "coordinator"])
def test_nobody_else_answers_or_sees_it(cast, as_, who):
    asked(cast)
    client = as_(getattr(cast, who))
    for path in ("/group/pulse", "/group/start"):
        assert client.get(path).status_code == 404
        assert post(client, path, {"mark": "4"}).status_code == 404
    with pytest.raises(NotFound), transaction():
        pulse.answer_pulse(mark=4, word="", by=getattr(cast, who))


def test_the_facilitator_sees_the_average_a_week_after_the_families(cast, as_):
    circle = opened(cast)
    hold(circle)
    tasks.ask_how_it_goes()
    for by in range(5):
        answer(circle, by, mark=4)
    path = f"/staff/groups/{circle.group.ref}/health"
    assert "af 5, fra 5 familier" not in as_(cast.facilitator).get(path).text
    with transaction():
        round_of(circle).closed_on = today() - timedelta(days=7)
    assert "af 5, fra 5 familier" in as_(cast.facilitator).get(path).text


def test_the_start_survey_is_the_familys_own_and_only_in_the_first_month(cast, as_):
    circle = opened(cast)
    client = as_(circle.parents[0])
    assert "Fire korte spørgsmål" in client.get("/group").text
    given = dict.fromkeys(START, "2")
    assert post(client, "/group/start", {"alone": "3"}).status_code == 422
    assert post(client, "/group/start", given).status_code == 302
    assert "Inden I går i gang" not in client.get("/group").text
    kept = db.session.execute(text("SELECT answers FROM start_surveys")).scalar()
    assert b"alone" not in bytes(kept)
    with transaction():
        row = db.session.query(GroupMembership).filter_by(family_id=circle.families[1].id).one()
        row.joined_at = now() - timedelta(days=40)
    late = as_(circle.parents[1])
    assert post(late, "/group/start", given).status_code == 409
    assert "Inden I går i gang" not in late.get("/group").text


def test_averages_of_the_start_survey_need_five_families(cast):
    circle = opened(cast, 6)
    for by in range(4):
        with transaction():
            pulse.answer_start(dict.fromkeys(START, by + 1), by=circle.parents[by])
    assert start_means(cast.municipality.id, START) == {}
    with transaction():
        pulse.answer_start(dict.fromkeys(START, 5), by=circle.parents[4])
    assert start_means(cast.municipality.id, START) == dict.fromkeys(START, (3.0, 5))
    other = cast.other_coordinator.municipality_id
    assert start_means(other, START) == {}
