"""A group rests, wakes and ends well; and what becomes of its words and days."""

from datetime import timedelta

import pytest

from data.clock import now, today
from data.db import db, transaction
from data.errors import Conflict, NotFound
from data.models import GroupQuestionAnswer, MeetingState, Message, Phase, QuestionState
from data.queries.group_life import guests_of
from data.queries.groups import members_of
from data.queries.meetings import open_poll_of, open_swaps_of
from data.sealed import store
from tests.web.forms import post
from tests.web.groups.building import BASE, planned
from tests.web.groups.lives import (
    asked_back,
    mailed,
    memory,
    notices,
    own_group,
    reads,
    said,
    write,
)
from web.groups import tasks
from web.groups.actions import hosting, life, polls, questions, rests
from web.safety.actions.erasure import erase


def rest(circle, *, days: int = 60):
    with transaction():
        question = questions.suggest_rest(
            until=today() + timedelta(days=days), by=circle.parents[0], base_url=BASE
        )
    return said(circle, question, by=1)


def end(circle, *, by: int = 0):
    with transaction():
        return questions.suggest_end(by=circle.parents[by], base_url=BASE)


def test_two_families_send_the_group_to_rest_and_nothing_is_planned_meanwhile(cast, as_):
    circle = own_group(cast)
    soon, later = planned(circle, days=14), planned(circle, days=90)
    said(circle, asked_back(circle), by=1)
    rest(circle)
    assert circle.group.phase is Phase.RESTING
    assert (soon.state, later.state) == (MeetingState.CANCELLED, MeetingState.PLANNED)
    assert guests_of(circle.group) == []
    assert not reads(circle.group, cast.facilitator)
    assert "group_rests_until" in notices(circle.group)
    page = as_(circle.parents[3]).get("/group").text
    assert "Gruppen holder pause til" in page
    assert "Væk gruppen" in page
    write(circle, by=2)  # they can still write


def test_any_family_wakes_it_and_else_the_day_does(cast, as_):
    circle = own_group(cast)
    rest(circle)
    assert post(as_(circle.parents[4]), "/group/wake").status_code == 302
    assert circle.group.phase is Phase.SELF_RUNNING
    rest(circle)
    assert circle.group.id not in life.due_groups()
    with transaction():
        memory(circle.group).resting_until = today()
    tasks.let_groups_move_on()
    tasks.let_groups_move_on()
    assert circle.group.phase is Phase.SELF_RUNNING
    assert notices(circle.group).count("group_awake") == 2
    with pytest.raises(Conflict), transaction():
        rests.wake_up(by=circle.parents[0], base_url=BASE)


def test_the_group_ends_when_all_say_yes_and_can_be_read_for_three_months(cast, as_):
    circle = own_group(cast, meetings=1)
    coming = planned(circle)
    write(circle, by=1, text="Tak for alle årene")
    question = end(circle)
    assert question.asked_by_family_id is None, "an end is nobody's fault"
    for by in (1, 2, 3):
        said(circle, question, by=by)
        assert circle.group.phase is Phase.SELF_RUNNING
    said(circle, question, by=4)
    assert circle.group.phase is Phase.ENDED
    assert coming.state is MeetingState.CANCELLED
    assert members_of(circle.group) == []
    assert len(mailed("group_ended")) == 5
    client = as_(circle.parents[0])
    page = client.get("/group").text
    assert "Tak for det, I har givet hinanden" in page
    assert "Gruppen mødtes 1 gang" in page
    room = client.get(f"/messages/{circle.group.room.ref}").text
    assert "Tak for alle årene" in room
    assert 'id="msg"' not in room, "read only"


def test_after_three_months_the_words_are_erased_and_the_room_is_gone(cast, as_):
    circle = own_group(cast, meetings=1)
    write(circle, text="Tak for alle årene")
    written = circle.group.meetings[0].words.scope
    question = end(circle)
    for by in (1, 2, 3, 4):
        said(circle, question, by=by)
    with transaction():
        circle.group.ended_at = now() - timedelta(days=91)
    tasks.forget_ended_groups()
    assert reads(circle.group, circle.parents[0])
    with transaction():
        circle.group.ended_at = now() - timedelta(days=93)
    tasks.forget_ended_groups()
    tasks.forget_ended_groups()
    assert not reads(circle.group, circle.parents[0])
    kept = db.session.query(Message).filter_by(room_id=circle.group.room_id)
    assert [m for m in kept if m.body is not None] == []
    assert [m.place for m in circle.group.meetings] == [""]
    assert store()._cipher(written) is None
    assert len(circle.group.meetings) == 1, "that it met is kept"
    room = as_(circle.parents[0]).get(f"/messages/{circle.group.room.ref}")
    assert room.status_code == 404


def test_silence_does_not_hold_an_end_back_but_one_not_now_does(cast):
    circle = own_group(cast)
    question = end(circle)
    said(circle, question, by=1)
    with transaction():
        question.asked_at = now() - timedelta(days=15)
    tasks.let_questions_end()
    assert circle.group.phase is Phase.ENDED
    other = own_group(cast)
    stopped = end(other)
    said(other, stopped, by=4, yes=False)
    assert stopped.state is QuestionState.NO
    assert other.group.phase is Phase.SELF_RUNNING


def test_one_family_alone_does_not_end_a_group_of_five(cast):
    circle = own_group(cast)
    question = end(circle)
    with transaction():
        question.asked_at = now() - timedelta(days=30)
    tasks.let_questions_end()
    db.session.refresh(question)
    assert question.state is QuestionState.LAPSED
    assert circle.group.phase is Phase.SELF_RUNNING


def test_a_resting_group_may_end(cast):
    circle = own_group(cast)
    rest(circle)
    question = end(circle)
    for by in (1, 2, 3, 4):
        said(circle, question, by=by)
    assert circle.group.phase is Phase.ENDED


@pytest.mark.parametrize("who", ["outsider", "stranger", "facilitator", "coordinator"])
def test_nobody_else_rests_wakes_or_ends_a_group(cast, as_, who):
    own_group(cast)
    client = as_(getattr(cast, who))
    for path in ("/group/guest", "/group/rest", "/group/end"):
        assert client.get(path).status_code == 404, path
        answer = post(client, path, {"until": str(today() + timedelta(days=9))})
        assert answer.status_code == 404, path
    assert post(client, "/group/wake").status_code == 404
    for action in (
        lambda: questions.suggest_rest(
            until=today() + timedelta(days=9), by=getattr(cast, who), base_url=BASE
        ),
        lambda: questions.suggest_end(by=getattr(cast, who), base_url=BASE),
        lambda: rests.wake_up(by=getattr(cast, who), base_url=BASE),
    ):
        with pytest.raises(NotFound), transaction():
            action()


def test_when_the_one_who_had_not_answered_leaves_the_others_yes_is_enough(cast, as_):
    circle = own_group(cast)
    question = end(circle)
    for by in (1, 2, 3):
        said(circle, question, by=by)
    assert circle.group.phase is Phase.SELF_RUNNING
    with transaction():
        life.leave_group(words=life.Words.NAMELESS, by=circle.parents[4], base_url=BASE)
    assert circle.group.phase is Phase.ENDED


def test_the_yes_of_a_family_that_has_left_is_not_counted(cast, as_):
    circle = own_group(cast)
    question = end(circle)
    said(circle, question, by=1)
    assert "2 familier har sagt ja." in as_(circle.parents[2]).get("/group").text
    with transaction():
        life.leave_group(words=life.Words.NAMELESS, by=circle.parents[1], base_url=BASE)
    assert db.session.query(GroupQuestionAnswer).count() == 1
    assert "1 familie har sagt ja." in as_(circle.parents[2]).get("/group").text


def test_a_family_that_is_gone_does_not_hold_an_end_back(cast):
    circle = own_group(cast)
    question = end(circle)
    for by in (1, 2, 3):
        said(circle, question, by=by)
    with transaction():
        erase(circle.families[4], actor_id=None)
    tasks.let_questions_end()
    assert circle.group.phase is Phase.ENDED


def test_who_suggested_a_rest_and_left_is_not_named_any_more(cast, as_):
    circle = own_group(cast)
    with transaction():
        questions.suggest_rest(
            until=today() + timedelta(days=60), by=circle.parents[0], base_url=BASE
        )
        life.leave_group(words=life.Words.NAMELESS, by=circle.parents[0], base_url=BASE)
    page = as_(circle.parents[1]).get("/group").text
    assert "Skal gruppen holde pause" in page
    assert f"{circle.families[0].name} foreslår" not in page


@pytest.mark.parametrize("how", ["rests", "ends"])
def test_what_was_asked_is_closed_when_the_group_rests_or_ends(cast, how):
    circle = own_group(cast, 2)
    coming = planned(circle, days=14, host_ref=circle.families[0].ref)
    with transaction():
        place = hosting.Place(kind=hosting.PlaceKind.HOME, directions="Skovvej 3")
        hosting.choose_place(coming.ref, place, by=circle.parents[0], base_url=BASE)
        days = tuple((d.starts_at, d.ends_at) for d in polls.proposal(circle.group))
        polls.ask(circle.group, polls.Question(days=days), by=circle.parents[0], base_url=BASE)
        hosting.ask_to_swap(to_ref=None, by=circle.parents[0], base_url=BASE)
    scope = coming.directions.scope
    if how == "rests":
        rest(circle)
    else:
        said(circle, end(circle), by=1)
    assert open_poll_of(circle.group) is None
    assert open_swaps_of(circle.group) == []
    assert (coming.state, coming.directions) == (MeetingState.CANCELLED, None)
    assert store()._cipher(scope) is None


def test_the_meetings_after_a_rest_are_numbered_anew(cast):
    circle = own_group(cast)
    planned(circle, days=14)
    later = planned(circle, days=90)
    assert later.number == 2
    rest(circle)
    assert later.number == 1
