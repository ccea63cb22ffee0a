"""The coordinator's overview: phases, four meetings a year, thin groups, who waits, who leads."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import event

from data.clock import now
from data.db import db, transaction
from data.errors import NotFound
from data.models import AuditEntry, MeetingState
from data.queries.group_overview import group_years, loads
from data.queries.groups import group_by_id, members_of
from data.queries.overview import supply, waiting_for_a_group
from tests.factories import make_family
from tests.web.groups.building import BASE, hold, invited, opened, planned
from tests.web.groups.lives import own_group
from web.groups import shown
from web.groups.actions import life, years


def year_of(cast, circle):
    return next(g for g in group_years(cast.municipality.id) if g.ref == circle.group.ref)


def test_four_meetings_a_year_are_expected_and_fewer_in_the_first(cast):
    circle = own_group(cast, meetings=1)
    assert (year_of(cast, circle).met, year_of(cast, circle).expected) == (1, 0)
    with transaction():
        circle.group.opened_at = now() - timedelta(days=200)
    assert year_of(cast, circle).expected == 2
    assert year_of(cast, circle).meets_too_seldom
    with transaction():
        circle.group.opened_at = now() - timedelta(days=2000)
    assert year_of(cast, circle).expected == 4


def test_meetings_of_more_than_a_year_ago_do_not_count(cast):
    circle = own_group(cast)
    for days in (10, 300, 400):
        meeting = planned(circle)
        with transaction():
            meeting.state, meeting.held_at = MeetingState.HELD, now() - timedelta(days=days)
            meeting.starts_at = now() - timedelta(days=days)
            meeting.ends_at = meeting.starts_at + timedelta(hours=2)
    assert year_of(cast, circle).met == 2


def test_a_group_that_lost_families_is_thin(cast, as_):
    circle = opened(cast)
    assert not year_of(cast, circle).thin
    with transaction():
        life.leave_group(words=life.Words.ERASED, by=circle.parents[0], base_url=BASE)
    assert year_of(cast, circle).thin
    page = as_(cast.coordinator).get("/staff/groups").text
    assert "4 familier af mindst 5." in page
    assert "Invitér fra ventelisten" in page


def test_who_leads_how_many(cast):
    opened(cast, name="Et")
    invited(cast, name="To")
    own_group(cast)  # handed over: nobody's load any more
    load = {one.name: one for one in loads(cast.municipality.id)}
    assert (load["Jonas Friis"].groups, load["Jonas Friis"].families) == (2, 10)
    assert (load["Karin Bech"].groups, load["Karin Bech"].families) == (0, 0)


def test_the_page_shows_pictures_words_and_what_to_do(cast, as_):
    circle = own_group(cast)
    with transaction():
        circle.group.opened_at = now() - timedelta(days=700)
    page = as_(cast.coordinator).get("/staff/groups").text
    assert "0 møder på et år; mindst 4 ville være godt." in page
    assert "Ring og hør, om de vil have en hånd" in page
    assert 'class="ov-bar"' in page
    names = [family.name for family in circle.families]
    assert [name for name in names if name in page] == [], "of a group of its own, counts only"
    assert "Møder de sidste tolv måneder" not in as_(cast.facilitator).get("/staff/groups").text


def test_the_table_holds_counts_and_no_family(cast, as_):
    circle = opened(cast)
    hold(circle, 2)
    answer = as_(cast.coordinator).get("/staff/groups/overview.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True)), delimiter=";"))
    assert [row[0] for row in rows[1:]] == [circle.group.name]
    assert rows[1][2:5] == ["5", "5", "2"]
    assert [f.name for f in circle.families if f.name in answer.text] == []


@pytest.mark.parametrize("who", ["facilitator", "consultant", "administrator", "new_parent"])
def test_the_table_is_the_coordinators_alone(cast, as_, who):
    assert as_(getattr(cast, who)).get("/staff/groups/overview.csv").status_code == 404


def test_another_municipality_sees_only_its_own(cast, as_):
    circle = opened(cast)
    there = as_(cast.other_coordinator)
    assert circle.group.name not in there.get("/staff/groups").text
    assert circle.group.name not in there.get("/staff/groups/overview.csv").text


def test_nobody_is_invited_into_a_thin_group_whose_door_is_closed(cast, as_):
    circle = opened(cast)
    hold(circle, 2)
    with transaction():
        life.leave_group(words=life.Words.ERASED, by=circle.parents[0], base_url=BASE)
    page = as_(cast.coordinator).get("/staff/groups").text
    assert "4 familier af mindst 5." in page
    assert "Invitér fra ventelisten" not in page
    assert "Tal med facilitatoren" in page


def test_taking_the_table_out_is_written_down(cast, as_):
    opened(cast)
    as_(cast.coordinator).get("/staff/groups/overview.csv")
    entry = db.session.query(AuditEntry).filter_by(event="groups_exported").one()
    assert (entry.actor_id, entry.details) == (cast.coordinator.id, {"groups": 1})


@pytest.mark.parametrize("who", ["facilitator", "consultant", "administrator", "new_parent"])
def test_the_overview_itself_asks_who_is_looking(cast, who):
    with pytest.raises(NotFound):
        years.years_of_groups(by=getattr(cast, who))


def test_who_waits_is_counted_as_on_the_first_page(cast):
    opened(cast)
    with transaction():
        make_family(cast.municipality, name="Uden ja", consent=False)
        make_family(cast.municipality, name="Kun mentor", answers={"participation": ["mentee"]})
    counted = waiting_for_a_group(cast.municipality.id)
    whole = supply(cast.municipality.id).group
    assert counted.count > 0
    assert (counted.count, counted.longest, counted.days) == (
        whole.count, whole.longest, whole.days,
    )  # fmt: skip


def test_a_groups_line_costs_the_same_however_many_families(cast):
    small = opened(cast, 3, min_families=3).group.id
    large = opened(cast, 8, name="Stor").group.id

    def questions(group_id: int) -> int:
        db.session.expunge_all()
        members, asked = members_of(group_by_id(group_id)), []

        def count(*_facts) -> None:
            asked.append(1)

        event.listen(db.engine, "before_cursor_execute", count)
        try:
            shown.summary(members)
        finally:
            event.remove(db.engine, "before_cursor_execute", count)
        return len(asked)

    assert questions(small) == questions(large)
