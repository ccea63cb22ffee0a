"""Home for families and the overview for staff: the one next step, and only what one may see."""

from datetime import timedelta

import pytest

from data.clock import now, today
from data.db import db, transaction
from data.models import (
    Answer,
    GroupMembership,
    Meeting,
    MentorRequest,
    NetworkGroup,
    Phase,
)
from tests import factories


@pytest.fixture
def group(cast):
    """A facilitated group in which the new family sits, with a meeting next week."""
    with transaction():
        group = NetworkGroup(
            municipality_id=cast.municipality.id,
            name="Grejsdal",
            phase=Phase.FACILITATED,
            facilitator_id=cast.facilitator.id,
            answer_by=now(),
            opened_at=now(),
        )
        db.session.add(group)
        db.session.flush()
        db.session.add(
            GroupMembership(
                group_id=group.id, family_id=cast.new_family.id, answer=Answer.YES, joined_at=now()
            )
        )
        starts = now() + timedelta(days=7)
        db.session.add(
            Meeting(
                group_id=group.id,
                number=3,
                title="Samvær i højtiderne",
                starts_at=starts,
                ends_at=starts + timedelta(hours=2),
                place="Beboerhuset",
            )
        )
    return group


def ask(cast):
    with transaction():
        db.session.add(
            MentorRequest(
                family_id=cast.new_family.id,
                mentor_id=cast.mentor_family.id,
                expires_at=now() + timedelta(days=7),
            )
        )


def test_a_stranger_is_sent_to_sign_in(as_):
    assert as_(None).get("/").location.endswith("/sign-in")
    assert "/sign-in" in as_(None).get("/home").location
    assert "/sign-in" in as_(None).get("/staff").location


def test_everyone_is_sent_to_where_they_begin(as_, cast):
    assert as_(cast.new_parent).get("/").location.endswith("/home")
    assert as_(cast.coordinator).get("/").location.endswith("/staff")


def test_staff_have_no_home_and_families_no_overview(as_, cast):
    assert as_(cast.coordinator).get("/home").status_code == 404
    assert as_(cast.new_parent).get("/staff").status_code == 404


def test_the_next_step_is_the_meeting_one_has_not_answered(as_, cast, group):
    page = as_(cast.new_parent).get("/home").text
    assert "Svar på, om I kommer" in page
    assert "Samvær i højtiderne" in page
    assert page.count("mk-next-dot") == 1


def test_a_question_from_a_family_comes_before_all_else(as_, cast, group):
    ask(cast)
    assert "spørger, om I vil være deres mentor" in as_(cast.mentor_parent).get("/home").text


def test_a_family_that_has_asked_is_told_to_wait(as_, cast):
    ask(cast)
    page = as_(cast.new_parent).get("/home").text
    assert "I har spurgt en familie" in page


def test_nobody_meets_another_familys_group_on_their_home(as_, cast, group):
    for person in (cast.outsider, cast.stranger):
        page = as_(person).get("/home").text
        assert "Grejsdal" not in page
        assert "Skov" not in page


def test_the_coordinator_sees_who_waits_and_the_groups_by_phase(as_, cast, group):
    page = as_(cast.coordinator).get("/staff").text
    assert "Grejsdal" in page
    assert "venter på en mentor" in page


def test_another_municipalitys_coordinator_sees_nothing_of_ours(as_, cast, group):
    page = as_(cast.other_coordinator).get("/staff").text
    assert "Grejsdal" not in page
    assert "Skov" not in page


def test_a_facilitator_sees_only_the_groups_they_lead(as_, cast, group):
    assert "Grejsdal" in as_(cast.facilitator).get("/staff").text
    with transaction():
        db.session.merge(group).phase = Phase.SELF_RUNNING
    assert "Grejsdal" not in as_(cast.facilitator).get("/staff").text


def test_an_administrator_sees_no_families(as_, cast, group):
    page = as_(cast.administrator).get("/staff").text
    assert "Grejsdal" not in page
    assert "venter på en mentor" not in page


def test_a_protected_family_is_in_no_area(as_, cast):
    with transaction():
        factories.make_family(
            cast.municipality,
            protected_address=True,
            answers={"home_municipality": "0101"},
            placed=today().replace(day=1),
        )
    assert "København" not in as_(cast.coordinator).get("/staff").text
