"""Calendar files: kinds, cancelled meetings, the time of day across the clocks, and reminders."""

from datetime import UTC, datetime, timedelta

from icalendar import Calendar

from data.clock import COPENHAGEN, now
from data.db import transaction
from data.models import HandoverAnswer, MeetingKind
from tests.web.groups.building import BASE, asked_to_take_over, opened, plan, planned
from web.groups.actions import calendar, handover, meetings


def feed_of(as_, person):
    with transaction():
        token = calendar.renew_feed(by=person)
    return Calendar.from_ical(as_(None).get(f"/calendar/{token}.ics").data)


def event_of(as_, person, meeting):
    answer = as_(person).get(f"/group/meetings/{meeting.ref}.ics")
    return Calendar.from_ical(answer.data).walk("VEVENT")[0]


def test_the_kind_of_evening_stands_in_the_calendar(cast, as_):
    circle = opened(cast)
    planned(circle, kind=MeetingKind.SUPERVISION)
    said = [str(e["summary"]) for e in feed_of(as_, circle.parents[0]).walk("VEVENT")]
    assert said == ["Netværksgruppe: møde 1, gruppesupervision"]


def test_a_cancelled_meeting_is_cancelled_there_too_and_reminds_nobody(cast, as_):
    circle = opened(cast)
    meeting = planned(circle)
    before = event_of(as_, circle.parents[0], meeting)
    with transaction():
        meetings.cancel_meeting(circle.group, meeting.ref, by=cast.facilitator, base_url=BASE)
    after = event_of(as_, circle.parents[0], meeting)
    assert (str(before["status"]), str(after["status"])) == ("CONFIRMED", "CANCELLED")
    assert before["uid"] == after["uid"]
    assert after["sequence"] > before["sequence"]
    assert len(before.walk("VALARM")) == 1
    assert after.walk("VALARM") == []


def test_a_meeting_carries_danish_time_with_its_rules(cast, as_):
    circle = opened(cast)
    summer = datetime(now().year + 1, 7, 8, 19, tzinfo=COPENHAGEN)
    planned(circle, starts_at=summer, ends_at=summer + timedelta(hours=2))
    found = feed_of(as_, circle.parents[0])
    start = found.walk("VEVENT")[0]["dtstart"]
    assert start.params["TZID"] == "Europe/Copenhagen"
    assert start.dt.hour == 19
    assert start.dt.astimezone(UTC).hour == 17
    [zone] = found.walk("VTIMEZONE")
    assert str(zone["tzid"]) == "Europe/Copenhagen"
    assert {"STANDARD", "DAYLIGHT"} <= {part.name for part in zone.subcomponents}


def test_the_feed_says_how_often_to_come_back(cast, as_):
    circle = opened(cast)
    planned(circle)
    found = feed_of(as_, circle.parents[0])
    assert str(found["x-published-ttl"]) == "PT6H"
    assert found.decoded("refresh-interval") == timedelta(hours=6)


def test_the_feed_of_a_group_of_its_own_reaches_families_and_no_facilitator(cast, as_):
    circle = asked_to_take_over(opened(cast))
    for parent in circle.parents:
        with transaction():
            handover.answer_handover(HandoverAnswer.YES, by=parent, base_url=BASE)
    with transaction():
        meeting = meetings.plan_meeting(circle.group, plan(), by=circle.parents[4], base_url=BASE)
    mine = {str(e["uid"]) for e in feed_of(as_, circle.parents[1]).walk("VEVENT")}
    assert f"{meeting.ref}@makkerskab" in mine
    assert feed_of(as_, cast.facilitator).walk("VEVENT") == []
    for other in circle.parents[:2]:  # any member moves and cancels it
        with transaction():
            meetings.change_meeting(
                circle.group, meeting.ref, plan(days=9), version=meeting.version, by=other,
                base_url=BASE,
            )  # fmt: skip
    with transaction():
        meetings.cancel_meeting(circle.group, meeting.ref, by=circle.parents[2], base_url=BASE)
    events = feed_of(as_, circle.parents[1]).walk("VEVENT")
    gone = next(e for e in events if str(e["uid"]) == f"{meeting.ref}@makkerskab")
    assert str(gone["status"]) == "CANCELLED"
