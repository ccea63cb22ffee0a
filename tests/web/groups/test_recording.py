"""After the evening: who was there, what was agreed, and the hours of training it counts."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from data.clock import COPENHAGEN, now, today
from data.db import db, transaction
from data.errors import Conflict, Invalid, NotFound
from data.models import AuditEntry, MeetingKind, MeetingState, Phase
from data.queries.meetings import present_at
from data.queries.training import GOAL_HOURS, hours_of
from tests.web.forms import post
from tests.web.groups.building import BASE, back_in_time, opened, planned
from web.groups.actions import hosting, meetings, recording, training
from web.groups.actions.recording import Evening


def begun(circle, *, host=None, **changes):
    """A planned meeting whose evening is over."""
    if host is not None:
        changes["host_ref"] = circle.families[host].ref
    meeting = planned(circle, **changes)
    with transaction():
        back_in_time(meeting, by=timedelta(days=8))
    return meeting


def note(circle, meeting, *, by, present=(0, 1), all_spoke=True, agreed=()):
    evening = Evening(
        present=frozenset(circle.families[n].ref for n in present),
        all_spoke=all_spoke,
        agreed=tuple(agreed),
    )
    with transaction():
        return recording.record_evening(circle.group, meeting.ref, evening, by=by)


def hours(circle, n=0, *, staff=False):
    family = circle.families[n]
    return hours_of([family.id], year=today().year, for_staff=staff)[family.id]


def test_noting_the_evening_holds_the_meeting(cast):
    circle = opened(cast)
    meeting = begun(circle)
    note(circle, meeting, by=cast.facilitator, agreed=["Vi ses igen."])
    assert meeting.state is MeetingState.HELD
    assert circle.group.phase is Phase.FACILITATED
    assert present_at(meeting) == {circle.families[0].id, circle.families[1].id}
    assert recording.agreed_at(meeting) == ["Vi ses igen."]
    assert meeting.all_spoke is True


def test_the_host_may_note_it_while_the_group_is_led_other_families_may_not(cast):
    circle = opened(cast)
    meeting = begun(circle, host=2)
    with pytest.raises(NotFound):
        note(circle, meeting, by=circle.parents[0])
    note(circle, meeting, by=circle.parents[2])
    assert meeting.state is MeetingState.HELD
    assert hosting.order_of(circle.group)[-1] == circle.families[2]


def test_outsiders_and_the_facilitator_after_the_hand_over_do_not_note(cast, as_):
    circle, other = opened(cast), opened(cast, name="Anden")
    meeting = begun(circle)
    for person in (other.parents[0], cast.outsider, cast.stranger, cast.coordinator,
                   cast.other_coordinator):  # fmt: skip
        with pytest.raises(NotFound):
            note(circle, meeting, by=person)
    note(circle, meeting, by=cast.facilitator)
    with transaction():
        circle.group.phase, circle.group.handed_over_at = Phase.SELF_RUNNING, now()
    with pytest.raises(NotFound):
        note(circle, meeting, by=cast.facilitator)
    address = f"/staff/groups/{circle.group.ref}/meetings/{meeting.ref}/record"
    for person in (cast.facilitator, cast.coordinator, cast.other_coordinator):
        assert as_(person).get(address).status_code == 404
    note(circle, meeting, by=circle.parents[3], present=[4])
    assert present_at(meeting) == {circle.families[4].id}


def test_an_evening_that_has_not_begun_or_was_cancelled_is_not_noted(cast):
    circle = opened(cast)
    coming = planned(circle)
    with pytest.raises(Conflict):
        note(circle, coming, by=cast.facilitator)
    with transaction():
        meetings.cancel_meeting(circle.group, coming.ref, by=cast.facilitator, base_url=BASE)
        back_in_time(coming, by=timedelta(days=8))
    with pytest.raises(Conflict):
        note(circle, coming, by=cast.facilitator)


@pytest.mark.parametrize(
    "line", ["010118-0000", "Ring på 20123456", "Skriv til a@b.dk", "Sagsnr. 2026-12345", "x" * 201]
)
def test_what_was_agreed_reveals_nobody(cast, line):
    circle = opened(cast)
    meeting = begun(circle)
    with pytest.raises(Invalid):
        note(circle, meeting, by=cast.facilitator, agreed=[line])
    assert meeting.state is MeetingState.PLANNED


def test_a_family_of_another_group_was_not_there(cast):
    circle, other = opened(cast), opened(cast, name="Anden")
    meeting = begun(circle)
    evening = Evening(present=frozenset([other.families[0].ref]), all_spoke=True, agreed=())
    with pytest.raises(NotFound), transaction():
        recording.record_evening(circle.group, meeting.ref, evening, by=cast.facilitator)


def test_what_was_agreed_is_sealed_and_read_by_members_only(cast, as_):
    circle = opened(cast)
    meeting = begun(circle)
    note(circle, meeting, by=cast.facilitator, agreed=["Vi prøver fridage"])
    raw = db.session.execute(text("SELECT agreed FROM meetings")).scalar_one()
    assert b"fridage" not in bytes(raw)
    address = f"/group/meetings/{meeting.ref}"
    assert "Vi prøver fridage" in as_(circle.parents[3]).get(address).text
    assert "fridage" not in as_(cast.coordinator).get(f"/staff/groups/{circle.group.ref}").text
    assert as_(cast.outsider).get(address).status_code == 404


def test_the_page_begins_from_those_who_said_they_would_come_and_can_be_corrected(cast, as_):
    circle = opened(cast)
    meeting = planned(circle, host_ref=circle.families[0].ref)
    with transaction():
        meetings.reply(meeting.ref, meetings.Coming.YES, by=circle.parents[1])
        back_in_time(meeting, by=timedelta(days=8))
    client, address = as_(circle.parents[0]), f"/group/meetings/{meeting.ref}/record"
    page = client.get(address).text
    assert page.count(" checked") == 1
    form = {"present": [circle.families[0].ref, circle.families[1].ref], "all_spoke": "y",
            "agreed": "Vi ses."}  # fmt: skip
    assert post(client, address, form).status_code == 302
    assert post(client, address, {"present": [circle.families[0].ref]}).status_code == 302
    assert present_at(meeting) == {circle.families[0].id}
    assert meeting.all_spoke is False
    wrong = post(client, address, {"agreed": "Ring på 20123456"})
    assert wrong.status_code == 422
    assert "Ring på 20123456" in wrong.text


# Hours


@pytest.mark.parametrize(
    ("kind", "counted"),
    [(MeetingKind.NETWORK, 0), (MeetingKind.SUPERVISION, 2), (MeetingKind.THEME, 2)],
)
def test_supervision_and_theme_sessions_count_for_those_who_were_there(cast, kind, counted):
    circle = opened(cast)
    meeting = begun(circle, kind=kind)
    note(circle, meeting, by=cast.facilitator, present=[0])
    assert hours(circle, 0).total == counted
    assert hours(circle, 1).total == 0


def test_hours_are_counted_in_the_danish_year_and_a_correction_takes_them_back(cast):
    circle = opened(cast)
    meeting = begun(circle, kind=MeetingKind.THEME)
    note(circle, meeting, by=cast.facilitator, present=[0])
    with transaction():  # half past midnight on New Year's Day here, still last year in London
        meeting.starts_at = datetime(2026, 1, 1, 0, 30, tzinfo=COPENHAGEN)
        meeting.ends_at = meeting.starts_at + timedelta(hours=4, minutes=30)
    ids = [circle.families[0].id]
    in_year = [hours_of(ids, year=y, for_staff=False)[ids[0]].total for y in (2025, 2026, 2027)]
    assert in_year == [0, 4.5, 0]
    note(circle, meeting, by=cast.facilitator, present=[])
    assert hours_of(ids, year=2026, for_staff=False)[ids[0]].total == 0


def test_what_a_group_holds_by_itself_is_its_own_to_tell(cast, as_):
    circle = opened(cast)
    led = begun(circle, kind=MeetingKind.SUPERVISION)
    note(circle, led, by=cast.facilitator, present=[0])
    with transaction():
        circle.group.phase = Phase.SELF_RUNNING
        circle.group.handed_over_at = led.starts_at + timedelta(hours=3)
    later = planned(circle, kind=MeetingKind.THEME)
    with transaction():
        back_in_time(later, by=timedelta(days=7, hours=3))
    note(circle, later, by=circle.parents[0], present=[0])
    if led.starts_at.astimezone(COPENHAGEN).year == today().year:
        assert (hours(circle).total, hours(circle, staff=True).total) == (4, 2)
        page = as_(circle.parents[0]).get("/group/meetings").text
        assert f"I har fået 4 af {GOAL_HOURS} timer" in page
        assert "Dem ser kommunen ikke" in page


def test_the_overview_is_for_the_coordinator_and_the_familys_own_consultant(cast, as_):
    circle = opened(cast)
    with transaction():
        db.session.merge(circle.families[0]).consultant_id = cast.consultant.id
    note(circle, begun(circle, kind=MeetingKind.THEME), by=cast.facilitator, present=[0, 1])
    year = f"?year={(now() - timedelta(days=1)).astimezone(COPENHAGEN).year}"
    everyone = as_(cast.coordinator).get(f"/staff/training{year}").text
    assert all(family.name in everyone for family in circle.families)
    own = as_(cast.consultant).get(f"/staff/training{year}").text
    assert circle.families[0].name in own
    assert circle.families[1].name not in own
    elsewhere = as_(cast.other_coordinator).get(f"/staff/training{year}").text
    assert all(family.name not in elsewhere for family in circle.families)
    for person in (cast.facilitator, cast.administrator, cast.new_parent, cast.outsider):
        assert as_(person).get("/staff/training").status_code == 404
        assert as_(person).get("/staff/training.csv").status_code == 404
    with pytest.raises(NotFound):
        training.year_of(2026, by=cast.facilitator)


def test_the_table_holds_the_hours_and_no_formula_and_is_written_down(cast, as_):
    circle = opened(cast)
    with transaction():
        db.session.merge(circle.families[0]).name = "=1+1"
    meeting = begun(circle, kind=MeetingKind.SUPERVISION)
    note(circle, meeting, by=cast.facilitator, present=[0])
    year = meeting.starts_at.astimezone(COPENHAGEN).year
    answer = as_(cast.coordinator).get(f"/staff/training.csv?year={year}")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:2] == ["Reference", "Familie"]
    mine = next(row for row in rows if "1+1" in row[1])
    assert not mine[1].startswith("=")
    assert mine[2:5] == ["2", "0", "2"]
    entry = db.session.query(AuditEntry).filter_by(event="training_exported").one()
    assert entry.details["year"] == year
    other = as_(cast.other_coordinator).get(f"/staff/training.csv?year={year}")
    assert "1+1" not in other.get_data(as_text=True)


def test_a_long_list_comes_in_pages_with_those_who_lack_most_first(cast, as_):
    from tests.factories import make_family

    with transaction():
        here = db.session.merge(cast.municipality)
        for n in range(55):
            make_family(here, name=f"Række{n:02}")
    first = as_(cast.coordinator).get("/staff/training").text
    second = as_(cast.coordinator).get("/staff/training?page=2").text
    assert first.count('<th scope="row">') == 50
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
