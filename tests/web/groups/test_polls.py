"""The date poll: which days are proposed, who may ask, answer and choose, and what follows."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from data.answers import set_answers
from data.clock import COPENHAGEN, now, today
from data.db import db, transaction
from data.errors import Conflict, Invalid, NotFound
from data.models import Coming, HandoverAnswer, MeetingKind, Phase, PollAnswer
from data.queries.groups import meetings_of, reply_of
from data.queries.meetings import open_poll_of, poll_of
from tests.web.forms import post
from tests.web.groups.building import BASE, asked_to_take_over, invited, opened, planned
from web.groups.actions import handover, life, polls
from web.groups.holidays import is_free
from web.groups.proposing import propose

WEDNESDAY = date(2027, 1, 6)


def own(circle):
    """Let the families run the group themselves."""
    asked_to_take_over(circle)
    for parent in circle.parents:
        with transaction():
            handover.answer_handover(HandoverAnswer.YES, by=parent, base_url=BASE)
    assert circle.group.phase is Phase.SELF_RUNNING
    return circle


def asked(circle, *, by=None, kind=MeetingKind.NETWORK):
    days = tuple((day.starts_at, day.ends_at) for day in polls.proposal(circle.group))
    with transaction():
        question = polls.Question(days=days, kind=kind)
        return polls.ask(circle.group, question, by=by or circle.parents[1], base_url=BASE)


def say(poll, coming, *, by, day=0):
    with transaction():
        return polls.answer(poll.ref, {poll.dates[day].ref: coming}, by=by, base_url=BASE)


# What is proposed


def test_days_are_in_the_time_all_have_in_common():
    days = propose(
        [{"mon_evening", "thu_evening"}, {"thu_evening"}, {"thu_evening", "sat_morning"}],
        usual="mon_evening",
        after=WEDNESDAY,
    )
    assert {day.starts_at.weekday() for day in days} == {3}
    assert [day.n_can for day in days] == [3, 3, 3, 3]
    assert all(day.starts_at.hour == 19 for day in days)
    assert days[0].starts_at.date() == date(2027, 1, 7)


def test_without_a_common_time_the_times_most_have_take_turns():
    days = propose(
        [{"mon_evening"}, {"mon_evening"}, {"thu_evening"}, {"thu_evening"}, {"sat_morning"}],
        usual="thu_evening",
        after=WEDNESDAY,
    )
    assert [day.starts_at.weekday() for day in days] == [3, 0, 3, 0]
    assert {day.n_can for day in days} == {2}


def test_who_has_answered_nothing_neither_helps_nor_hinders():
    days = propose([{"tue_evening"}, set(), ()], usual="wed_morning", after=WEDNESDAY)
    assert {day.starts_at.weekday() for day in days} == {1}
    nobody = propose([set(), ()], usual="wed_morning", after=WEDNESDAY)
    assert {(day.starts_at.weekday(), day.starts_at.hour) for day in nobody} == {(2, 10)}


@pytest.mark.parametrize("after", [date(2026, 12, 1), date(2027, 2, 1), date(2027, 3, 15),
                                   date(2027, 6, 10), date(2027, 10, 1)])  # fmt: skip
def test_no_proposed_day_is_a_holiday_or_already_gone(after):
    days = propose([{"thu_evening", "sun_afternoon"}] * 5, usual=None, after=after)
    assert len(days) == 4
    for day in days:
        assert is_free(day.starts_at.date()), day
        assert day.starts_at.date() > after


def test_an_evening_is_seven_o_clock_also_after_the_clocks_change():
    days = propose([{"tue_evening"}], usual=None, after=date(2027, 3, 31), n_days=1)
    before = propose([{"tue_evening"}], usual=None, after=date(2027, 3, 1), n_days=1)
    assert [d.starts_at.astimezone(UTC).hour for d in before + days] == [18, 17]


def test_the_proposal_keeps_clear_of_what_is_planned_and_of_the_winter_holiday(cast):
    circle = opened(cast)
    meeting = planned(circle, starts_at=now() + timedelta(days=30),
                      ends_at=now() + timedelta(days=30, hours=2))  # fmt: skip
    first = polls.proposal(circle.group)[0].starts_at
    assert first > meeting.starts_at + timedelta(days=13)
    with transaction():
        circle.group.municipality_id = cast.municipality.id
        db.session.merge(cast.municipality).settings = {"winter_holiday_week": 8}
    assert polls.winter_week(circle.group) == 8


def test_a_familys_times_are_counted_but_not_told(cast, as_):
    circle = opened(cast)
    with transaction():
        for family in circle.families[:4]:
            set_answers(family, {"availability": ["wed_morning"]})
        set_answers(circle.families[4], {"availability": ["sun_evening"]})
    page = as_(circle.parents[0]).get("/group/polls/new").get_data(as_text=True)
    assert "4 af 5 kan som regel" in page
    assert "Onsdag den" in page
    assert all(family.name not in page for family in circle.families[1:])


# Who may ask, and what


def test_any_member_and_the_facilitator_may_ask_nobody_else(cast):
    circle, other = opened(cast), opened(cast, name="Anden")
    for stranger in (other.parents[0], cast.outsider, cast.stranger, cast.coordinator,
                     cast.consultant, cast.other_coordinator):  # fmt: skip
        with pytest.raises(NotFound):
            asked(circle, by=stranger)
    asked(circle, by=cast.facilitator)
    asked(other, by=other.parents[2])


def test_after_the_hand_over_the_facilitator_neither_asks_sees_nor_chooses(cast, as_):
    circle = own(opened(cast))
    with pytest.raises(NotFound):
        asked(circle, by=cast.facilitator)
    poll = asked(circle)
    with pytest.raises(NotFound), transaction():
        polls.choose(circle.group, poll.ref, poll.dates[0].ref, by=cast.facilitator, base_url=BASE)
    for person in (cast.facilitator, cast.coordinator, cast.other_coordinator):
        for path in ("", "/choose"):
            address = f"/staff/groups/{circle.group.ref}/polls/{poll.ref}{path}"
            client = as_(person)
            form = {"day": poll.dates[0].ref}
            answer = post(client, address, form) if path else client.get(address)
            assert answer.status_code == 404, (person.name, path)


def test_a_group_that_does_not_meet_is_not_asked(cast):
    circle = invited(cast)
    with pytest.raises(NotFound):
        asked(circle)


def test_one_question_at_a_time(cast):
    circle = opened(cast)
    asked(circle)
    with pytest.raises(Conflict):
        asked(circle, by=circle.parents[2])


@pytest.mark.parametrize("keep", [2, 1, 0])
def test_there_are_three_to_five_days(cast, keep):
    circle = opened(cast)
    days = [(d.starts_at, d.ends_at) for d in polls.proposal(circle.group)][:keep]
    for few_or_many in (days, [(now() + timedelta(days=n), now() + timedelta(days=n, hours=2))
                               for n in range(10, 16)]):  # fmt: skip
        with pytest.raises(Invalid), transaction():
            polls.ask(circle.group, polls.Question(days=tuple(few_or_many)),
                      by=circle.parents[0], base_url=BASE)  # fmt: skip
    assert open_poll_of(circle.group) is None


def test_the_others_get_a_mail_that_says_nothing_but_that_something_waits(cast, mails):
    circle = opened(cast)
    mails.clear()
    asked(circle)
    told = {to for mail in mails for to in mail.to}
    assert told == {p.email for p in circle.parents if p is not circle.parents[1]}
    assert "/group/polls/" in mails[0].body
    assert circle.families[1].name not in mails[0].body


# Answering


def test_each_tick_is_kept_and_the_latest_counts(cast):
    circle = opened(cast)
    poll = asked(circle)
    for coming in (Coming.YES, Coming.NO, Coming.MAYBE):
        say(poll, coming, by=circle.parents[0])
    say(poll, Coming.YES, by=circle.parents[0], day=1)
    rows = db.session.scalars(select(PollAnswer)).all()
    assert sorted(row.coming.value for row in rows) == ["maybe", "yes"]


def test_only_members_answer_and_only_days_of_this_question(cast):
    circle, other = opened(cast), opened(cast, name="Anden")
    poll, elsewhere = asked(circle), asked(other)
    for person in (other.parents[0], cast.outsider, cast.stranger, cast.facilitator):
        with pytest.raises(NotFound):
            say(poll, Coming.YES, by=person)
    with pytest.raises(NotFound), transaction():
        polls.answer(
            poll.ref, {elsewhere.dates[0].ref: Coming.YES}, by=circle.parents[0], base_url=BASE
        )
    assert db.session.scalars(select(PollAnswer)).all() == []


def test_members_see_who_can_and_never_who_is_silent(cast, as_):
    circle = opened(cast)
    poll = asked(circle)
    say(poll, Coming.YES, by=circle.parents[2])
    page = as_(circle.parents[0]).get(f"/group/polls/{poll.ref}").get_data(as_text=True)
    assert circle.families[2].name in page
    assert "1 af 5 familier har svaret." in page
    for silent in (circle.families[3], circle.families[4]):
        assert silent.name not in page


def test_the_facilitator_sees_numbers_only(cast, as_):
    circle = opened(cast)
    poll = asked(circle, by=cast.facilitator)
    say(poll, Coming.YES, by=circle.parents[2])
    address = f"/staff/groups/{circle.group.ref}/polls/{poll.ref}"
    page = as_(cast.facilitator).get(address).get_data(as_text=True)
    assert "1 kan" in page
    assert all(family.name not in page for family in circle.families)


def test_a_tick_is_saved_with_and_without_script(cast, as_):
    circle = opened(cast)
    poll = asked(circle)
    client, name = as_(circle.parents[0]), f"day-{poll.dates[1].ref}"
    address = f"/group/polls/{poll.ref}/answer"
    assert post(client, address, {name: "yes"}).location == f"/group/polls/{poll.ref}"
    quick = post(client, address, {name: "no"}, headers={"HX-Request": "true"})
    assert "<html" not in quick.text
    assert "Jeres svar er gemt." in quick.text
    assert "<input" not in quick.text, "what is ticked meanwhile would be lost"
    assert db.session.scalars(select(PollAnswer.coming)).all() == [Coming.NO]
    assert post(client, address, {name: "perhaps"}).status_code == 302
    assert db.session.scalars(select(PollAnswer.coming)).all() == [Coming.NO]


def test_when_the_last_family_has_answered_the_one_who_chooses_hears_it_once(cast, mails):
    circle = opened(cast)
    poll = asked(circle)
    mails.clear()
    for parent in circle.parents[:4]:
        say(poll, Coming.NO, by=parent)
    assert mails == []
    for coming in (Coming.YES, Coming.NO):
        say(poll, coming, by=circle.parents[4])
    assert [mail.to for mail in mails] == [[cast.facilitator.email]]
    with transaction():
        polls.take_back(circle.group, poll.ref, by=circle.parents[1])
    own(circle)
    poll = asked(circle)
    mails.clear()
    for parent in circle.parents:
        say(poll, Coming.YES, by=parent)
    assert [mail.to for mail in mails] == [[circle.parents[1].email]]


# Choosing


def test_the_chosen_day_becomes_the_meeting_with_the_answers_along(cast):
    circle = opened(cast)
    poll = asked(circle, kind=MeetingKind.SUPERVISION)
    say(poll, Coming.YES, by=circle.parents[0], day=1)
    say(poll, Coming.NO, by=circle.parents[1], day=1)
    say(poll, Coming.YES, by=circle.parents[2], day=0)
    day = poll.dates[1]
    with transaction():
        meeting = polls.choose(circle.group, poll.ref, day.ref, by=cast.facilitator, base_url=BASE)
    assert meeting.starts_at == day.starts_at
    assert meeting.kind is MeetingKind.SUPERVISION
    assert "unden" in meeting.agenda[0]
    assert meeting.host is not None
    said = [reply_of(meeting, family.id) for family in circle.families[:3]]
    assert said == [Coming.YES, Coming.NO, None]
    assert poll_of(circle.group, poll.ref).meeting.id == meeting.id
    with pytest.raises(Conflict):
        say(poll, Coming.YES, by=circle.parents[3])
    with pytest.raises(Conflict), transaction():
        polls.choose(circle.group, poll.ref, day.ref, by=cast.facilitator, base_url=BASE)
    assert len(meetings_of(circle.group)) == 1


def test_while_led_the_families_do_not_choose_afterwards_any_of_them_may(cast, as_):
    circle = opened(cast)
    poll = asked(circle)
    client = as_(circle.parents[1])
    refused = post(client, f"/group/polls/{poll.ref}/choose", {"day": poll.dates[0].ref})
    assert refused.status_code == 404
    with transaction():
        polls.take_back(circle.group, poll.ref, by=circle.parents[1])
    own(circle)
    poll = asked(circle)
    client = as_(circle.parents[3])
    answer = post(client, f"/group/polls/{poll.ref}/choose", {"day": poll.dates[0].ref})
    assert answer.status_code == 302
    assert meetings_of(circle.group)[-1].starts_at == poll.dates[0].starts_at


def test_a_question_is_taken_back_by_who_asked_or_who_calls_the_meetings(cast):
    circle = opened(cast)
    for by, may in ((circle.parents[1], True), (circle.parents[2], False),
                    (cast.facilitator, True), (cast.outsider, False)):  # fmt: skip
        poll = asked(circle)
        if may:
            with transaction():
                polls.take_back(circle.group, poll.ref, by=by)
            assert open_poll_of(circle.group) is None
        else:
            with pytest.raises(NotFound), transaction():
                polls.take_back(circle.group, poll.ref, by=by)
            with transaction():
                polls.take_back(circle.group, poll.ref, by=circle.parents[1])


def test_a_question_nobody_settled_is_closed_when_its_days_have_gone_by(cast):
    circle = opened(cast)
    poll = asked(circle)
    assert polls.polls_gone_by() == []
    with transaction():
        for n, day in enumerate(poll.dates):
            day.starts_at = now() - timedelta(days=9 - n)
    for poll_id in polls.polls_gone_by():
        with transaction():
            polls.let_poll_go(poll_id)
    assert open_poll_of(circle.group) is None


def test_a_family_that_leaves_takes_its_answers_along(cast):
    circle = opened(cast)
    poll = asked(circle)
    say(poll, Coming.YES, by=circle.parents[0])
    with transaction():
        life.leave_group(words=life.Words.ERASED, by=circle.parents[0], base_url=BASE)
    assert db.session.scalars(select(PollAnswer)).all() == []


def test_the_form_asks_about_proposed_and_own_days(cast, as_):
    circle = opened(cast)
    client = as_(circle.parents[0])
    chosen = [d.starts_at.isoformat() for d in polls.proposal(circle.group)][:2]
    mine = today() + timedelta(days=40)
    form = {"kind": "theme", "days": chosen, "own_day": mine.isoformat(), "own_time": "17:30"}
    few = post(client, "/group/polls/new", {**form, "own_day": ""})
    assert few.status_code == 422
    assert "Vælg mellem tre og fem forskellige dage." in few.text
    assert post(client, "/group/polls/new", form).status_code == 302
    poll = open_poll_of(circle.group)
    assert poll.kind is MeetingKind.THEME
    wanted = datetime.combine(mine, time(17, 30), tzinfo=COPENHAGEN)
    assert wanted in [d.starts_at for d in poll.dates]


def test_the_room_says_so_and_leads_to_the_same_question(cast, as_):
    circle = opened(cast)
    poll = asked(circle)
    page = as_(circle.parents[0]).get(f"/messages/{circle.group.room.ref}").get_data(as_text=True)
    assert f"{circle.families[1].name} spørger, hvilken dag der passer jer." in page
    assert f'href="/group/polls/{poll.ref}"' in page
    staff = as_(cast.facilitator).get(f"/messages/{circle.group.room.ref}").get_data(as_text=True)
    assert f'href="/staff/groups/{circle.group.ref}/polls/{poll.ref}"' in staff


def test_a_day_chosen_twice_is_one_day(cast):
    circle = opened(cast)
    days = tuple((day.starts_at, day.ends_at) for day in polls.proposal(circle.group))
    with transaction():
        question = polls.Question(days=(*days, days[0]))
        poll = polls.ask(circle.group, question, by=circle.parents[0], base_url=BASE)
    assert len(poll.dates) == len(days)


def test_a_question_that_was_taken_back_says_so_and_not_that_a_day_was_chosen(cast):
    circle = opened(cast)
    poll = asked(circle)
    with transaction():
        polls.take_back(circle.group, poll.ref, by=circle.parents[1])
    with pytest.raises(Conflict) as refusal:
        say(poll, Coming.YES, by=circle.parents[0])
    assert "ikke længere åbent" in str(refusal.value)
