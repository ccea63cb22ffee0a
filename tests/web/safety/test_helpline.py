"""The acute line: a weekly table without overlaps, its gaps named, 112 apart from it."""

from datetime import time

import pytest

from data.db import db, transaction
from data.models import AcuteNumber
from data.queries.acute import gaps
from tests.web.forms import post

DAY = {"weekdays": ["0", "1", "2", "3", "4"], "from_time": "07:00", "to_time": "15:00",
       "label": "Familieplejen", "phone": "70 00 00 00"}  # fmt: skip


def add(client, **changes):
    return post(client, "/staff/helpline", {**DAY, **changes})


def test_the_coordinator_fills_the_working_days_at_once(cast, as_):
    assert add(as_(cast.coordinator)).status_code == 302
    assert db.session.query(AcuteNumber).count() == 5
    assert "Familieplejen" in as_(cast.new_parent).get("/acute").text


def test_a_night_goes_on_into_the_next_day(cast, as_):
    add(as_(cast.coordinator), weekdays=["6"], from_time="23:00", to_time="07:00", label="Nat")
    rows = db.session.query(AcuteNumber).order_by(AcuteNumber.weekday).all()
    assert [(r.weekday, r.from_time, r.to_time) for r in rows] == [
        (0, time(0), time(7)),
        (6, time(23), time(0)),
    ]


def test_the_same_time_twice_is_all_day(cast, as_):
    add(as_(cast.coordinator), weekdays=["0"], from_time="08:00", to_time="08:00")
    row = db.session.query(AcuteNumber).one()
    assert (row.from_time, row.to_time) == (time(0), time(0))


@pytest.mark.parametrize(
    ("start", "end"),
    [("07:00", "15:00"), ("06:00", "08:00"), ("14:59", "23:00"), ("00:00", "00:00")],
)
def test_an_overlap_is_refused_by_the_name_of_the_row(cast, as_, start, end):
    client = as_(cast.coordinator)
    add(client)
    answer = add(client, weekdays=["2"], from_time=start, to_time=end, label="Skovly")
    assert answer.status_code == 409
    assert "Familieplejen tager allerede telefonen onsdag fra 7.00 til 15.00" in answer.text
    assert db.session.query(AcuteNumber).count() == 5


def test_neighbours_do_not_overlap(cast, as_):
    client = as_(cast.coordinator)
    add(client)
    assert add(client, from_time="15:00", to_time="00:00").status_code == 302
    assert add(client, from_time="00:00", to_time="07:00").status_code == 302


def test_gaps_are_named_with_the_reserve(cast, as_):
    client = as_(cast.coordinator)
    add(client)
    post(client, "/staff/helpline/fallback", {"label": "Døgnvagten", "phone": "76 81 00 00"})
    page = client.get("/staff/helpline").text
    assert "Ingen" in page
    assert "Døgnvagten tager over" in page
    assert "lørdag fra 0.00 til 24.00" in page


def test_in_a_gap_every_page_shows_the_reserve(cast, as_):
    post(as_(cast.coordinator), "/staff/helpline/fallback",
         {"label": "Døgnvagten", "phone": "76 81 00 00"})  # fmt: skip
    assert "tel:+4576810000" in as_(cast.new_parent).get("/help").text


def test_a_row_is_changed_and_taken_away(cast, as_):
    client = as_(cast.coordinator)
    add(client, weekdays=["0"])
    ref = db.session.query(AcuteNumber).one().ref
    post(client, f"/staff/helpline/{ref}", {"label": "Skovly", "phone": "71 00 00 00"})
    assert "Skovly" in as_(cast.new_parent).get("/acute").text
    post(client, f"/staff/helpline/{ref}", {"do": "remove"})
    assert db.session.query(AcuteNumber).count() == 0


@pytest.mark.parametrize("who", ["new_parent", "facilitator", "consultant", "administrator"])
def test_others_do_not_change_the_table(cast, as_, who):
    assert add(as_(getattr(cast, who))).status_code == 404


def test_another_municipalitys_row_does_not_exist(cast, as_):
    add(as_(cast.coordinator), weekdays=["0"])
    ref = db.session.query(AcuteNumber).one().ref
    answer = post(as_(cast.other_coordinator), f"/staff/helpline/{ref}", {"do": "remove"})
    assert answer.status_code == 404
    assert "70 00 00 00" not in as_(cast.stranger).get("/acute").text


@pytest.mark.parametrize("phone", ["", "ring bare", "1", "javascript:alert(1)"])
def test_what_is_not_a_telephone_number_is_refused(cast, as_, phone):
    assert add(as_(cast.coordinator), phone=phone).status_code in {400, 409}


def test_112_stands_apart_also_for_a_stranger(as_, cast):
    page = as_(None).get("/acute").text
    assert 'href="tel:112"' in page
    assert "Log ind" in page


def test_the_copy_for_no_net_names_nobody(cast, as_):
    add(as_(cast.coordinator))
    page = as_(cast.new_parent).get("/acute/offline").text
    assert "70 00 00 00" in page
    assert cast.new_parent.name not in page
    assert "csrf" not in page


def test_an_empty_week_is_one_gap_a_day(app, cast):
    assert len(gaps([])) == 7


def test_like_days_are_read_together(cast, as_):
    add(as_(cast.coordinator))
    assert "Mandag til fredag" in as_(cast.new_parent).get("/acute").text


def test_parts_of_a_gap_are_told_as_one(app, cast):
    with transaction():
        db.session.add_all(
            AcuteNumber(municipality_id=cast.municipality.id, weekday=day, from_time=time(start),
                        to_time=time(end), label="A", phone="1234")
            for day, start, end in [(0, 8, 12), (0, 12, 16), (1, 8, 16)]
        )  # fmt: skip
    monday = [g for g in gaps(db.session.query(AcuteNumber).all()) if g.weekday == 1]
    assert [(g.from_time, g.to_time) for g in monday] == [(time(0), time(8)), (time(16), time(0))]
