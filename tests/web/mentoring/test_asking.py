from datetime import timedelta

import pytest

from data.clock import now
from data.db import db, transaction
from data.errors import Conflict, Invalid, NotFound
from data.models import MentorRequest, OutgoingMail, RequestState, Suggestion, SuggestionState
from data.queries import mentoring as queries
from tests.web.mentoring.pairs import WORDS, ask, begin, look, make_mentor, say_yes, set_rule, shown
from web.mentoring import tasks
from web.mentoring.actions import asking
from web.mentoring.actions.asking import Question


def mails(kind):
    db.session.rollback()
    return db.session.query(OutgoingMail).filter_by(kind=kind).all()


def test_asking_writes_one_request_and_tells_the_mentor_family_by_mail(app, cast):
    request = ask(cast.new_family, themes=("attachment",))
    assert request.is_open
    assert request.mentor_id == cast.mentor_family.id
    assert request.words.text == WORDS
    assert [mail.to_email for mail in mails("mentor_asked")] == [cast.mentor_parent.email]
    assert queries.open_request_of(cast.new_family.id) == request
    state = db.session.query(Suggestion).filter_by(mentor_id=cast.mentor_family.id).one().state
    assert state is SuggestionState.ASKED


def test_the_mail_holds_no_word_of_the_question_and_no_name(app, cast, monkeypatch):
    from web.mentoring import notices

    sent = []
    monkeypatch.setattr(notices, "queue_mail", lambda **mail: sent.append(mail))
    ask(cast.new_family)
    text = sent[0]["subject"] + sent[0]["text"]
    assert "kaffe" not in text
    assert "Skov" not in text
    assert "/mentor/requests" in text


def test_starred_themes_cannot_be_shown_even_when_asked_for(app, cast):
    request = ask(cast.new_family, themes=("attachment", "adhd", "no_such_theme"))
    assert request.shown_themes == ["attachment"]


def test_what_the_family_did_not_let_show_is_not_among_the_reasons(app, cast):
    request = ask(cast.new_family, themes=("attachment",), show_ages=False)
    facts = request.facts.value
    assert facts["bands"] == []
    said = str(facts["words"])
    assert "tilknytning" in said
    assert "søvn" not in said
    assert "3–5 år" not in said


def test_a_question_sent_twice_is_asked_once(app, cast):
    row = look(cast.new_family)[0]
    for _ in range(2):
        with transaction():
            asking.ask_for_mentor(row.ref, Question(words=WORDS), by=cast.new_parent)
    assert db.session.query(MentorRequest).count() == 1
    assert len(mails("mentor_asked")) == 1


def test_one_family_has_one_open_question_at_a_time(app, cast):
    with transaction():
        make_mentor(cast.municipality)
    first, second = look(cast.new_family)
    with transaction():
        asking.ask_for_mentor(first.ref, Question(words=WORDS), by=cast.new_parent)
    with pytest.raises(Conflict), transaction():
        asking.ask_for_mentor(second.ref, Question(words=WORDS), by=cast.new_parent)
    assert db.session.query(MentorRequest).count() == 1


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "x" * 1201,
        "Ring til os på 20 30 40 50, så finder vi ud af det.",
        "Skriv til anna@example.org i stedet.",
        "Barnet er 010118-0000.",
        "Det er sag nr. 2026-4711.",
    ],
)
def test_words_that_may_not_be_sent_are_refused_at_their_field(app, cast, words):
    row = look(cast.new_family)[0]
    with pytest.raises(Invalid) as refusal, transaction():
        asking.ask_for_mentor(row.ref, Question(words=words), by=cast.new_parent)
    assert refusal.value.field == "words"
    assert db.session.query(MentorRequest).count() == 0


def test_a_place_taken_meanwhile_is_its_own_refusal(app, cast):
    row = look(cast.new_family)[0]
    with transaction():
        other = make_waiting_family(cast)
    say_yes(ask(other, mentor=cast.mentor_family))
    with pytest.raises(asking.PlaceTaken), transaction():
        asking.ask_for_mentor(row.ref, Question(words=WORDS), by=cast.new_parent)


def make_waiting_family(cast):
    from tests.web.mentoring.pairs import make_waiting

    return make_waiting(cast.municipality)


def test_a_family_with_a_mentor_cannot_ask_for_another(app, cast):
    with transaction():
        make_mentor(cast.municipality)
    rows = look(cast.new_family)
    begin(cast)
    other = next(row for row in rows if row.mentor_id != cast.mentor_family.id)
    with pytest.raises(Conflict), transaction():
        asking.ask_for_mentor(other.ref, Question(words=WORDS), by=cast.new_parent)


def test_nobody_asks_in_another_familys_name(app, cast):
    row = look(cast.new_family)[0]
    for other in (cast.outsider, cast.stranger, cast.mentor_parent, cast.coordinator):
        with pytest.raises(NotFound), transaction():
            asking.ask_for_mentor(row.ref, Question(words=WORDS), by=other)


def test_a_question_can_be_taken_back_once(app, cast):
    request = ask(cast.new_family)
    with transaction():
        asking.withdraw_request(by=cast.new_parent)
    assert db.session.get_one(MentorRequest, request.id).state is RequestState.WITHDRAWN
    assert shown(cast.new_family) == [cast.mentor_family.id]
    with pytest.raises(Conflict), transaction():
        asking.withdraw_request(by=cast.new_parent)


def test_a_mentor_is_reminded_on_the_fourth_day_and_once_only(app, cast, time_machine):
    start = now()
    time_machine.move_to(start, tick=False)
    ask(cast.new_family)
    for days, expected in [(3.9, 0), (4.1, 1), (5, 1)]:
        time_machine.move_to(start + timedelta(days=days), tick=False)
        tasks.tend_requests()
        assert len(mails("mentor_reminder")) == expected


def test_after_seven_days_the_question_closes_and_the_next_suggestion_comes(
    app, cast, time_machine
):
    with transaction():
        other = make_mentor(cast.municipality, postcode="7160")
    start = now()
    time_machine.move_to(start, tick=False)
    request = ask(cast.new_family, mentor=cast.mentor_family)
    time_machine.move_to(start + timedelta(days=6.9), tick=False)
    tasks.tend_requests()
    assert db.session.get_one(MentorRequest, request.id).is_open
    time_machine.move_to(start + timedelta(days=7.1), tick=False)
    tasks.tend_requests()
    db.session.rollback()
    assert db.session.get_one(MentorRequest, request.id).state is RequestState.EXPIRED
    assert shown(cast.new_family) == [other.id]
    assert [mail.to_email for mail in mails("mentor_request_closed")] == [cast.new_parent.email]
    tasks.tend_requests()
    assert len(mails("mentor_request_closed")) == 1


def test_the_municipality_sets_the_days(app, cast, time_machine):
    set_rule(cast.municipality, request_days=14)
    start = now()
    time_machine.move_to(start, tick=False)
    request = ask(cast.new_family)
    time_machine.move_to(start + timedelta(days=8), tick=False)
    tasks.tend_requests()
    assert db.session.get_one(MentorRequest, request.id).is_open
    assert mails("mentor_reminder") == []
    time_machine.move_to(start + timedelta(days=12), tick=False)
    tasks.tend_requests()
    assert len(mails("mentor_reminder")) == 1
