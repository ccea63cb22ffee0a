"""The way back: two families let someone in, all see until when, and it ends by itself."""

from datetime import timedelta

import pytest

from chat.actions import member_of
from data.clock import now, today
from data.db import db, transaction
from data.errors import Conflict, Invalid, NotFound
from data.models import GroupGuest, MeetingState, Phase, QuestionState
from data.queries.group_life import guests_of, guests_past_their_day
from data.queries.groups import groups_for
from tests.web.forms import post
from tests.web.groups.building import BASE, asked_to_take_over, opened, plan, planned
from tests.web.groups.lives import asked_back, mailed, notices, own_group, reads, said, write
from web.groups import tasks
from web.groups.actions import guests, handover, meetings, polls, questions


def test_two_families_let_the_facilitator_back_in_and_all_are_told(cast, as_):
    circle = own_group(cast)
    write(circle, text="Det her er kun for os")
    question = asked_back(circle)
    assert question.state is QuestionState.OPEN
    assert not reads(circle.group, cast.facilitator)
    assert len(mailed("group_question")) == 4, "the others, not the one who asked"
    page = as_(circle.parents[2]).get("/group").text
    assert "Skal vi invitere Jonas Friis ind?" in page
    assert circle.families[0].name in page, "who suggests it is seen by all"
    said(circle, question, by=1)
    assert reads(circle.group, cast.facilitator)
    assert notices(circle.group)[-2:] == ["guest_asked", "guest_joined"]
    assert len(mailed("group_guest")) == 5
    page = as_(circle.parents[4]).get("/group").text
    assert "Jonas Friis er jeres gæst til og med" in page
    room = as_(circle.parents[4]).get(f"/messages/{circle.group.room.ref}").text
    assert "Jonas Friis, gæst til" in room


def test_a_guest_sees_nothing_from_before_and_no_page_of_the_group(cast, as_):
    circle = own_group(cast)
    write(circle, text="Det her er kun for os")
    said(circle, asked_back(circle), by=1)
    write(circle, text="Velkommen tilbage")
    client = as_(cast.facilitator)
    room = client.get(f"/messages/{circle.group.room.ref}").text
    assert "Velkommen tilbage" in room
    assert "kun for os" not in room
    assert client.get(f"/staff/groups/{circle.group.ref}").status_code == 404
    assert groups_for(cast.facilitator) == []
    assert "Du er gæst" in client.get("/staff/groups").text


def test_the_guest_leaves_by_themselves_after_the_day(cast):
    circle = own_group(cast)
    said(circle, asked_back(circle, days=3), by=1)
    tasks.let_guests_go()
    assert reads(circle.group, cast.facilitator)
    with transaction():
        guests_of(circle.group)[0].last_day = today()
    assert guests_past_their_day() == [], "the last day is a whole day"
    with transaction():
        guests_of(circle.group)[0].last_day = today() - timedelta(days=1)
    tasks.let_guests_go()
    tasks.let_guests_go()
    assert not reads(circle.group, cast.facilitator)
    assert notices(circle.group).count("guest_left") == 1
    with pytest.raises(NotFound):
        member_of(circle.group.room.ref, by=cast.facilitator)


def test_a_visit_for_one_meeting_follows_the_meeting_when_it_is_moved(cast):
    circle = own_group(cast)
    meeting = planned(circle)
    said(circle, asked_back(circle, meeting_ref=meeting.ref, until=None), by=1)
    guest = guests_of(circle.group)[0]
    with transaction():
        guest.last_day = today() - timedelta(days=2)
    assert guests_past_their_day() == []
    with transaction():
        meetings.change_meeting(
            circle.group, meeting.ref, plan(20), version=meeting.version,
            by=circle.parents[0], base_url=BASE,
        )  # fmt: skip
    assert guests_past_their_day() == []
    with transaction():
        meeting.state = MeetingState.CANCELLED
    assert guests_past_their_day() == [guest.id], "a cancelled meeting keeps nobody in"


def test_one_family_is_enough_to_be_among_themselves_again(cast, as_):
    circle = own_group(cast)
    said(circle, asked_back(circle), by=1)
    ref = guests_of(circle.group)[0].ref
    assert post(as_(circle.parents[3]), f"/group/guests/{ref}/goodbye").status_code == 302
    assert not reads(circle.group, cast.facilitator)
    for other in (cast.outsider, cast.stranger):
        assert post(as_(other), f"/group/guests/{ref}/goodbye").status_code == 404


def test_one_not_now_is_enough_and_is_kept_nowhere(cast):
    circle = own_group(cast)
    question = asked_back(circle)
    said(circle, question, by=2, yes=False)
    assert question.state is QuestionState.NO
    assert [answer.family_id for answer in question.answers] == [circle.families[0].id]
    with pytest.raises(Conflict):
        said(circle, question, by=1)
    assert asked_back(circle).state is QuestionState.OPEN, "it may be suggested again"


def test_the_same_is_not_suggested_twice_at_a_time(cast):
    circle = own_group(cast)
    asked_back(circle)
    with pytest.raises(Conflict):
        asked_back(circle, by=1)


def test_a_question_nobody_takes_up_lapses_after_two_weeks(cast):
    circle = own_group(cast)
    question = asked_back(circle, days=60)
    tasks.let_questions_end()
    assert question.state is QuestionState.OPEN
    with transaction():
        question.asked_at = now() - timedelta(days=15)
    tasks.let_questions_end()
    db.session.refresh(question)
    assert question.state is QuestionState.LAPSED
    assert not reads(circle.group, cast.facilitator)


@pytest.mark.parametrize("days", [0, -3, 200])
def test_a_visit_has_an_end_that_is_neither_past_nor_far_away(cast, days):
    circle = own_group(cast)
    with pytest.raises(Invalid):
        asked_back(circle, days=days)


def test_only_a_group_of_its_own_and_only_staff_of_the_municipality(cast):
    led = opened(cast, name="Ledet")
    with pytest.raises(Conflict):
        asked_back(led)
    circle = own_group(cast)
    for ref in (cast.other_coordinator.ref, cast.outsider.ref, cast.coordinator.ref, ""):
        with pytest.raises(Invalid), transaction():
            questions.suggest_guest(
                account_ref=ref, until=today() + timedelta(days=3), by=circle.parents[0],
                base_url=BASE,
            )  # fmt: skip
    for other in (cast.outsider, cast.stranger, cast.facilitator):
        with pytest.raises(NotFound), transaction():
            questions.suggest_guest(
                account_ref=cast.facilitator.ref, until=today() + timedelta(days=3), by=other,
                base_url=BASE,
            )  # fmt: skip


def test_a_question_of_another_group_does_not_exist(cast):
    mine, other = own_group(cast), own_group(cast)
    question = asked_back(mine)
    with pytest.raises(NotFound):
        said(other, question, by=0)


def test_the_facilitator_invites_an_adviser_for_an_evening(cast, as_):
    circle = opened(cast)
    meeting = planned(circle)
    client = as_(cast.facilitator)
    form = {"account": cast.consultant.ref, "how": "meeting", "meeting": meeting.ref}
    assert post(client, f"/staff/groups/{circle.group.ref}/guests", form).status_code == 302
    assert reads(circle.group, cast.consultant)
    assert "Karin Bech er jeres gæst" in as_(circle.parents[0]).get("/group").text
    for who in ("coordinator", "consultant", "other_coordinator"):
        other = as_(getattr(cast, who))
        answer = post(other, f"/staff/groups/{circle.group.ref}/guests", form)
        assert answer.status_code == 404, who
    ref = guests_of(circle.group)[0].ref
    assert post(client, f"/staff/guests/{ref}/leave").status_code == 404, "another's visit"
    assert post(as_(cast.consultant), f"/staff/guests/{ref}/leave").status_code == 302
    assert not reads(circle.group, cast.consultant)


def test_a_facilitator_is_replaced_at_once_and_all_are_told(cast, as_):
    """Also where the new one was a guest: their visit is over, and they stay."""
    circle = opened(cast)
    write(circle, text="Før den nye kom")
    with transaction():
        guests.invite_adviser(
            circle.group.ref, account_ref=cast.consultant.ref, until=today(),
            by=cast.facilitator, base_url=BASE,
        )  # fmt: skip
    form = {"facilitator": cast.consultant.ref}
    path = f"/staff/groups/{circle.group.ref}/facilitator"
    assert post(as_(cast.facilitator), path, form).status_code == 404
    assert post(as_(cast.coordinator), path, form).status_code == 302
    assert not reads(circle.group, cast.facilitator)
    assert reads(circle.group, cast.consultant)
    assert guests_of(circle.group) == []
    assert notices(circle.group)[-1] == "facilitator_replaced"
    assert len(mailed("group_facilitator")) == 5
    assert mailed("group_given") == [cast.consultant.email]
    room = as_(cast.consultant).get(f"/messages/{circle.group.room.ref}").text
    assert "Før den nye kom" not in room


def test_at_the_hand_over_the_facilitators_guests_leave_too(cast):
    circle = opened(cast)
    with transaction():
        guests.invite_adviser(
            circle.group.ref, account_ref=cast.consultant.ref,
            until=today() + timedelta(days=30), by=cast.facilitator, base_url=BASE,
        )  # fmt: skip
    asked_to_take_over(circle)
    with transaction():
        handover.leave_early(circle.group.ref, reason="Syg", by=cast.facilitator, base_url=BASE)
    assert circle.group.phase is Phase.SELF_RUNNING
    assert not reads(circle.group, cast.consultant)
    assert db.session.query(GroupGuest).filter(GroupGuest.left_at.is_(None)).count() == 0


def test_a_guest_who_no_longer_works_here_is_no_guest(cast, as_):
    circle = own_group(cast)
    said(circle, asked_back(circle), by=1)
    with transaction():
        db.session.merge(cast.facilitator).active = False
    tasks.let_guests_go()
    assert "er jeres gæst" not in as_(circle.parents[0]).get("/group").text


def test_a_question_stands_first_on_the_familys_own_page(cast, as_):
    circle = own_group(cast)
    asked_back(circle)
    assert "Jeres gruppe har noget at beslutte" in as_(circle.parents[1]).get("/home").text
    assert "Jeres gruppe har noget at beslutte" not in as_(circle.parents[0]).get("/home").text


def test_a_guest_is_not_sent_to_a_question_they_have_no_page_for(cast, as_):
    circle = opened(cast)
    with transaction():
        days = tuple((day.starts_at, day.ends_at) for day in polls.proposal(circle.group))
        polls.ask(circle.group, polls.Question(days=days), by=circle.parents[0], base_url=BASE)
        guests.invite_adviser(
            circle.group.ref, account_ref=cast.consultant.ref, until=today() + timedelta(days=3),
            by=cast.facilitator, base_url=BASE,
        )  # fmt: skip
    link = "Hvilken dag passer jer? Svar her."
    path = f"/messages/{circle.group.room.ref}"
    assert link not in as_(cast.consultant).get(path).text
    assert link in as_(cast.facilitator).get(path).text
    assert link in as_(circle.parents[1]).get(path).text


def test_only_a_group_of_its_own_is_told_that_it_may_say_goodbye(cast, mails):
    led, own = opened(cast, name="Ledet"), own_group(cast, name="Egen")
    with transaction():
        guests.invite_adviser(
            led.group.ref, account_ref=cast.consultant.ref, until=today() + timedelta(days=3),
            by=cast.facilitator, base_url=BASE,
        )  # fmt: skip
    said(own, asked_back(own), by=1)
    texts = {mail.to[0]: mail.body for mail in mails if mail.subject == "Jeres gruppe har en gæst"}
    assert "sige farvel" not in texts[led.parents[0].email]
    assert "sige farvel" in texts[own.parents[0].email]


def test_the_first_day_a_guest_or_a_rest_may_end_is_tomorrow(cast, as_):
    circle = own_group(cast)
    tomorrow = today() + timedelta(days=1)
    for path in ("/group/guest", "/group/rest"):
        assert f'min="{tomorrow}"' in as_(circle.parents[0]).get(path).text
