"""Meetings: who plans them, what an answer is worth, and what a calendar gets."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from data.clock import COPENHAGEN, now, today
from data.db import db, transaction
from data.errors import Conflict, Invalid, NotFound
from data.models import CalendarFeed, Coming, Meeting, MeetingState, Phase
from data.queries.groups import meetings_of, reply_of
from tests.web.forms import post
from tests.web.groups.building import (
    BASE,
    asked_to_take_over,
    back_in_time,
    hold,
    invited,
    opened,
    plan,
    planned,
)
from web.groups.actions import calendar, handover, meetings


def answer(meeting, coming, *, by):
    with transaction():
        meetings.reply(meeting.ref, coming, by=by)


def test_the_first_held_meeting_starts_the_facilitated_phase(cast):
    circle = opened(cast)
    hold(circle, 1)
    assert circle.group.phase is Phase.FACILITATED


def test_meetings_are_numbered_in_time_and_a_cancelled_one_has_no_number(cast):
    circle = opened(cast)
    late = planned(circle, starts_at=now() + timedelta(days=20), ends_at=now() + timedelta(days=21))
    soon = planned(circle)
    assert (soon.number, late.number) == (1, 2)
    with transaction():
        meetings.cancel_meeting(circle.group, soon.ref, by=cast.facilitator, base_url=BASE)
    assert late.number == 1


def test_only_the_facilitator_plans_while_the_group_is_led(cast):
    circle = opened(cast)
    for other in (circle.parents[0], cast.coordinator, cast.outsider, cast.stranger):
        with pytest.raises(NotFound), transaction():
            meetings.plan_meeting(circle.group, plan(), by=other, base_url=BASE)


def test_a_group_that_is_not_open_does_not_meet(cast):
    circle = invited(cast)
    with pytest.raises(Conflict), transaction():
        meetings.plan_meeting(circle.group, plan(), by=cast.facilitator, base_url=BASE)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_at": now() - timedelta(days=1), "ends_at": now()}, "day"),
        ({"ends_at": now() - timedelta(days=1)}, "ends"),
    ],
)
def test_a_meeting_in_the_past_or_backwards_is_refused(cast, changes, field):
    circle = opened(cast)
    with pytest.raises(Invalid) as refusal:
        planned(circle, **changes)
    assert refusal.value.field == field


@pytest.mark.parametrize("field", ["place", "title", "agenda"])
def test_a_cpr_number_is_never_kept_with_a_meeting(cast, field):
    circle = opened(cast)
    text = "Om 010118-0000"
    with pytest.raises(Invalid) as refusal:
        planned(circle, **{field: (text,) if field == "agenda" else text})
    assert refusal.value.field == field
    assert meetings_of(circle.group) == []


def test_a_host_must_be_in_the_group(cast):
    circle = opened(cast)
    with pytest.raises(NotFound):
        planned(circle, host_ref=cast.new_family.ref)
    assert planned(circle, host_ref=circle.families[1].ref).host == circle.families[1]


def test_a_meeting_is_held_once_and_not_before_it_begins(cast):
    circle = opened(cast)
    meeting = planned(circle)
    with pytest.raises(Conflict), transaction():
        meetings.mark_held(circle.group, meeting.ref, by=cast.facilitator)
    with transaction():
        back_in_time(meeting)
        meetings.mark_held(circle.group, meeting.ref, by=cast.facilitator)
    with pytest.raises(Conflict), transaction():
        meetings.mark_held(circle.group, meeting.ref, by=cast.facilitator)


def test_a_new_time_makes_old_answers_void(cast):
    circle = opened(cast)
    meeting = planned(circle)
    answer(meeting, Coming.YES, by=circle.parents[0])
    moved = plan(days=9)
    with transaction():
        meetings.change_meeting(
            circle.group,
            meeting.ref,
            moved,
            version=meeting.version,
            by=cast.facilitator,
            base_url=BASE,
        )
    assert reply_of(meeting, circle.families[0].id) is None


def test_a_stale_form_changes_nothing(cast):
    circle = opened(cast)
    meeting = planned(circle)
    seen = meeting.version
    for expected in (None, Conflict):

        def change():
            with transaction():
                meetings.change_meeting(
                    circle.group,
                    meeting.ref,
                    plan(place="Skolen", days=9),
                    version=seen,
                    by=cast.facilitator,
                    base_url=BASE,
                )

        if expected is None:
            change()
        else:
            with pytest.raises(expected):
                change()


def test_the_latest_answer_of_the_family_counts(cast):
    circle = opened(cast)
    meeting = planned(circle)
    for coming in (Coming.YES, Coming.NO, Coming.MAYBE):
        answer(meeting, coming, by=circle.parents[0])
    assert reply_of(meeting, circle.families[0].id) is Coming.MAYBE


def test_others_cannot_answer_and_nobody_answers_afterwards(cast):
    circle, other = opened(cast), opened(cast, name="Anden")
    meeting = planned(circle)
    for person in (other.parents[0], cast.outsider, cast.stranger, cast.facilitator):
        with pytest.raises(NotFound):
            answer(meeting, Coming.YES, by=person)
    with transaction():
        back_in_time(meeting, by=timedelta(days=8))
    with pytest.raises(Conflict):
        answer(meeting, Coming.YES, by=circle.parents[0])


def test_the_families_plan_when_the_group_is_their_own(cast, as_):
    circle = asked_to_take_over(opened(cast))
    for parent in circle.parents:
        with transaction():
            handover.answer_handover(handover.HandoverAnswer.YES, by=parent, base_url=BASE)
    client = as_(circle.parents[2])
    day = (today() + timedelta(days=10)).isoformat()
    form = {
        "day": day,
        "starts": "19:00",
        "ends": "21:00",
        "place": "Hos os",
        "agenda": "Runden",
        "host": circle.families[2].ref,
        "theme": "",
        "title": "",
    }
    assert post(client, "/group/meetings/new", form).status_code == 302
    meeting = meetings_of(circle.group)[-1]
    assert meeting.starts_at.astimezone(COPENHAGEN).hour == 19
    assert meeting.host == circle.families[2]
    assert as_(cast.facilitator).get(f"/staff/groups/{circle.group.ref}").status_code == 404


def test_an_answer_is_saved_with_and_without_script(cast, as_):
    circle = opened(cast)
    meeting = planned(circle)
    client = as_(circle.parents[0])
    url = f"/group/meetings/{meeting.ref}/reply"
    assert post(client, url, {"coming": "yes"}).status_code == 302
    quick = post(client, url, {"coming": "no"}, headers={"HX-Request": "true"})
    page = quick.get_data(as_text=True)
    assert "<html" not in page
    assert "Jeres svar er gemt." in page
    assert reply_of(meeting, circle.families[0].id) is Coming.NO
    assert post(client, url, {"coming": "perhaps"}).status_code == 404


def test_a_wrong_form_is_told_where_it_stands_and_plans_nothing(cast, as_):
    circle = opened(cast)
    form = {"day": today().isoformat(), "starts": "21:00", "ends": "19:00", "place": "Skolen"}
    client = as_(cast.facilitator)
    url = f"/staff/groups/{circle.group.ref}/meetings/new"
    answer = post(client, url, {**form, "host": "", "theme": ""})
    assert answer.status_code == 422
    assert "Mødet skal slutte, efter det begynder." in answer.get_data(as_text=True)
    assert meetings_of(circle.group) == []


def test_one_meeting_comes_as_a_calendar_file_with_its_place(cast, as_):
    circle = opened(cast)
    meeting = planned(circle)
    answer = as_(circle.parents[0]).get(f"/group/meetings/{meeting.ref}.ics")
    assert answer.mimetype == "text/calendar"
    event = Calendar.from_ical(answer.data).walk("VEVENT")[0]
    assert event.decoded("dtstart") == meeting.starts_at.replace(microsecond=0)
    assert str(event["location"]) == "Kulturhuset"
    assert as_(cast.outsider).get(f"/group/meetings/{meeting.ref}.ics").status_code == 404


def test_the_private_feed_holds_times_but_neither_names_nor_places(cast, as_):
    circle = opened(cast)
    meeting = planned(circle, place="Hos familien Dam")
    with transaction():
        cancelled = meetings.plan_meeting(
            circle.group, plan(days=9), by=cast.facilitator, base_url=BASE
        )
        meetings.cancel_meeting(circle.group, cancelled.ref, by=cast.facilitator, base_url=BASE)
        token = calendar.renew_feed(by=circle.parents[0])
    answer = as_(None).get(f"/calendar/{token}.ics")
    assert answer.status_code == 200
    assert b"Dam" not in answer.data
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    assert {str(e["uid"]).partition("@")[0] for e in events} == {meeting.ref, cancelled.ref}
    assert [str(e.get("status", "")) for e in events].count("CANCELLED") == 1


def test_a_renewed_address_ends_the_old_one_and_the_table_holds_no_token(cast, as_):
    circle = opened(cast)
    with transaction():
        old = calendar.renew_feed(by=circle.parents[0])
    assert post(as_(circle.parents[0]), "/group/calendar").status_code == 302
    assert as_(None).get(f"/calendar/{old}.ics").status_code == 404
    row = db.session.scalar(select(CalendarFeed))
    assert row.token_hash == calendar.hash_of(row.token.text)
    assert row.token.text not in row.token_hash
    assert post(as_(circle.parents[0]), "/group/calendar", {"do": "stop"}).status_code == 302
    assert db.session.scalar(select(CalendarFeed)) is None


def test_the_facilitators_feed_ends_with_the_hand_over(cast, as_):
    circle = opened(cast)
    planned(circle)
    with transaction():
        token = calendar.renew_feed(by=cast.facilitator)
    assert b"VEVENT" in as_(None).get(f"/calendar/{token}.ics").data
    with transaction():
        handover.leave_early(circle.group.ref, reason="Nyt job", by=cast.facilitator, base_url=BASE)
    assert b"VEVENT" not in as_(None).get(f"/calendar/{token}.ics").data


def test_a_family_that_left_is_out_of_the_calendar_and_the_count(cast):
    from web.groups.actions import life

    circle = opened(cast, 6)
    meeting = planned(circle, host_ref=circle.families[0].ref)
    answer(meeting, Coming.YES, by=circle.parents[0])
    with transaction():
        life.leave_group(words=life.Words.ERASED, by=circle.parents[0], base_url=BASE)
    assert db.session.get_one(Meeting, meeting.id).host is None
    assert reply_of(meeting, circle.families[0].id) is None
    assert meeting.state is MeetingState.PLANNED
