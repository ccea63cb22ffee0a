"""A new child, a break, leaving, and getting a copy of everything."""

import json
from datetime import date, timedelta

import pytest

from data.answers import phase_of, placement_phase, whole_profile
from data.clock import today
from data.db import db, transaction
from data.errors import Conflict
from data.exchange.own_data import everything_about
from data.models import (
    Account,
    Family,
    FamilyStatus,
    Mentorship,
    MentorshipState,
    Placement,
)
from tests.web.forms import post
from web.families import actions
from web.families.actions.taking_part import end_breaks


def fresh(family):
    db.session.expire_all()
    return db.session.get(Family, family.id)


@pytest.mark.parametrize(
    ("months", "band"),
    [
        (-1, "expecting"),
        (0, "0_6m"),
        (6, "0_6m"),
        (7, "7_12m"),
        (13, "1_3y"),
        (36, "1_3y"),
        (37, "3y_plus"),
    ],
)
def test_the_band_is_worked_out_from_the_month(months, band):
    on = date(2026, 11, 22)
    index = on.year * 12 + on.month - 1 - months
    assert placement_phase([date(2001, 1, 1), date(index // 12, index % 12 + 1, 1)], on=on) == band


def test_a_new_child_is_noted_by_month_only_and_can_move_on(as_, cast):
    client = as_(cast.mentor_parent)
    post(client, "/profile/new-child", {"month": today().month, "year": today().year})
    family = fresh(cast.mentor_family)
    assert [p.month.day for p in family.placements] == [1]
    assert phase_of(family) == "0_6m"
    again = post(client, "/profile/new-child", {"month": today().month, "year": today().year})
    assert again.status_code == 409
    post(client, "/profile/new-child", {"ended": f"{today():%Y-%m}"})
    assert phase_of(fresh(cast.mentor_family)) == "none"


def test_a_forged_month_is_refused(as_, cast):
    client = as_(cast.new_parent)
    for when in (
        {"month": "13", "year": "2026"}, {"month": "x"}, {}, {"month": "1", "year": "2150"},
        {"ended": "2020-99"}, {"ended": "x"}, {"ended": "1999-01"},
    ):  # fmt: skip
        assert post(client, "/profile/new-child", when).status_code in {404, 409}, when
    assert len(fresh(cast.new_family).placements) == 1


def test_staff_may_note_a_new_child(as_, cast):
    url = f"/staff/families/{cast.new_family.ref}/new-child"
    when = {"month": 1, "year": today().year}
    assert post(as_(cast.consultant), url, when).status_code == 302
    noted = db.session.query(Placement).filter_by(noted_by_id=cast.consultant.id).one()
    assert noted.month == date(today().year, 1, 1)
    assert post(as_(cast.facilitator), url, when).status_code == 404
    assert post(as_(cast.other_coordinator), url, when).status_code == 404


def test_a_family_with_no_child_now_says_so_without_a_placement(cast):
    with transaction():
        family = db.session.merge(cast.mentor_family)
        from data.answers import set_answers

        set_answers(family, {"children_count": 0})
    assert whole_profile(fresh(cast.mentor_family))["current_placement_phase"] == "none"


def test_a_break_ends_by_itself_when_its_day_has_come(as_, cast):
    until = today() + timedelta(days=3)
    post(as_(cast.new_parent), "/profile/pause", {"until": until.isoformat()})
    family = fresh(cast.new_family)
    assert (family.status, family.paused_until) == (FamilyStatus.PAUSED, until)
    with transaction():
        assert end_breaks() == []
        db.session.get(Family, family.id).paused_until = today()
        db.session.flush()
        assert end_breaks() == [family.id]
    assert fresh(cast.new_family).status is FamilyStatus.ACTIVE


def test_one_comes_back_from_a_break_with_one_press(as_, cast):
    client = as_(cast.new_parent)
    post(client, "/profile/pause")
    assert "Vær med igen" in client.get("/profile").get_data(as_text=True)
    post(client, "/profile/resume")
    assert fresh(cast.new_family).status is FamilyStatus.ACTIVE
    assert post(client, "/profile/resume").status_code == 409


def test_a_break_until_yesterday_or_nonsense_is_refused(as_, cast):
    client = as_(cast.new_parent)
    for until in (today().isoformat(), "i morgen"):
        assert post(client, "/profile/pause", {"until": until}).status_code == 409
    assert fresh(cast.new_family).status is FamilyStatus.ACTIVE


def test_leaving_takes_the_yes_back_and_closes_the_profile(as_, cast):
    client = as_(cast.new_parent)
    assert "Det sker der" in client.get("/profile/leave").get_data(as_text=True)
    assert post(client, "/profile/leave").status_code == 409  # not sure yet
    post(client, "/profile/leave", {"sure": "yes"})
    family = fresh(cast.new_family)
    assert family.status is FamilyStatus.LEFT
    assert all(consent.withdrawn_at for consent in family.consents)
    assert post(client, "/profile/edit/about", {"seen": ""}).status_code == 403


def test_one_says_goodbye_to_a_mentorship_before_leaving(as_, cast):
    with transaction():
        db.session.add(
            Mentorship(municipality_id=cast.municipality.id, family_id=cast.new_family.id,
                       mentor_id=cast.mentor_family.id, state=MentorshipState.ACTIVE)
        )  # fmt: skip
    for person in (cast.new_parent, cast.mentor_parent):
        client = as_(person)
        assert "Sig farvel først" in client.get("/profile/leave").get_data(as_text=True)
        assert post(client, "/profile/leave", {"sure": "yes"}).status_code == 409
    assert fresh(cast.new_family).status is FamilyStatus.ACTIVE


def test_a_family_gets_everything_we_know_about_it_and_nothing_about_others(cast):
    with transaction():
        by = db.session.get(Account, cast.coordinator.id)
        actions.add_exclusion(cast.new_family.ref, other_ref=cast.mentor_family.ref,
                              reason="HEMMELIG", by=by)  # fmt: skip
    about = everything_about(fresh(cast.new_family), reader=cast.new_parent)
    assert about["answers"]["themes_now"]["adhd"] == 2
    assert about["answers"]["postcode"] == "7100"
    assert [consent["to"] for consent in about["consents"]]
    said = json.dumps(about, default=str)
    assert "HEMMELIG" not in said
    assert cast.mentor_family.external_id not in said
    assert "exclusions" not in about["answers"]


def test_the_actions_refuse_an_outsider(cast):
    with transaction():
        stranger = db.session.get(Account, cast.stranger.id)
        for act in (
            lambda: actions.pause(cast.new_family.ref, until=None, by=stranger),
            lambda: actions.resume(cast.new_family.ref, by=stranger),
            lambda: actions.leave_network(cast.new_family.ref, by=stranger),
            lambda: actions.note_placement(cast.new_family.ref, month=today(), by=stranger),
            lambda: actions.save_step(
                cast.new_family.ref, "about", answers={}, seen="", by=stranger
            ),
        ):
            with pytest.raises(Exception, match="finde") as refused:
                act()
            assert not isinstance(refused.value, Conflict)
