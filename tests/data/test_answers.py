"""What is kept where, who sees which answer, and when a form has been overtaken."""

import pytest

from data.answers import (
    answers_of,
    has_consent,
    phase_of,
    seen_by,
    set_answers,
    stamp_of,
    whole_profile,
)
from data.clock import now, today
from data.db import db, transaction
from data.models import Consent, ConsentKind, Family, Placement
from matcher.schema import SCHEMA

_FACTS = {"status", "protected_address", "mentor_approved", "exclusions", "consents",
          "current_placement_phase"}  # fmt: skip


@pytest.fixture
def family(cast):
    return db.session.get(Family, cast.new_family.id)


def test_only_what_the_schema_calls_low_is_stored_in_the_open(family):
    everything = {f.code: "x" for f in SCHEMA if f.code not in _FACTS}
    with transaction():
        set_answers(family, everything)
    assert all(SCHEMA.fields[code].sensitivity == "low" for code in family.open_answers)
    assert "home_municipality" not in family.open_answers  # a protected address lies there
    assert answers_of(family) == everything


@pytest.mark.parametrize("code", [*sorted(_FACTS), "shoe_size"])
def test_a_fact_with_a_column_of_its_own_is_no_answer(family, code):
    with pytest.raises(KeyError):
        set_answers(family, {code: "x"})


def test_none_takes_an_answer_back_and_others_stay(family):
    with transaction():
        set_answers(family, {"postcode": None, "about_us": "Hej"})
    assert "postcode" not in answers_of(family)
    assert answers_of(family)["family_type"] == "general"


def test_starred_themes_are_taken_out_one_by_one(family):
    assert set(seen_by("self", family)["themes_now"]) == {
        "attachment",
        "sleep_food_routines",
        "adhd",
    }
    assert set(seen_by("peer_before", family)["themes_now"]) == {
        "attachment",
        "sleep_food_routines",
    }
    assert set(seen_by("group_member", family)["themes_now"]) == {
        "attachment",
        "sleep_food_routines",
    }
    with transaction():
        set_answers(family, {"themes_now": {"adhd": 3}})
    assert "themes_now" not in seen_by("peer_before", family)  # not even that there is something
    assert seen_by("peer_after", family)["themes_now"] == {"adhd": 3}


def test_a_protected_address_hides_where_one_lives_from_all_but_those_who_must_know(family):
    for viewer in SCHEMA.viewers:
        open_address = seen_by(viewer, family)
        family.protected_address = True
        hidden = {"postcode", "home_municipality"}
        if viewer in {"self", "consultant", "coordinator"}:
            assert hidden <= set(seen_by(viewer, family))
        else:
            assert not hidden & set(seen_by(viewer, family))
            assert set(open_address) - hidden == set(seen_by(viewer, family))
        family.protected_address = False


def test_the_stamp_changes_with_the_answers_it_is_about_and_no_others(family):
    before = stamp_of(family, ["about_us", "interests"])
    set_answers(family, {"postcode": "7080"})
    assert stamp_of(family, ["interests", "about_us"]) == before
    set_answers(family, {"interests": ["food"]})
    assert stamp_of(family, ["about_us", "interests"]) != before


def test_a_consent_that_is_taken_back_is_none(family):
    assert has_consent(family, ConsentKind.MATCHING)
    with transaction():
        for consent in db.session.query(Consent).filter_by(family_id=family.id):
            consent.withdrawn_at = now()
    assert not has_consent(family, ConsentKind.MATCHING)
    assert whole_profile(family)["consents"] == {}


def test_the_phase_follows_the_children_who_live_there(family):
    assert phase_of(family) == "0_6m"
    for placement in family.placements:
        placement.ended_at = now()
    assert phase_of(family) == "none"
    family.placements.append(Placement(month=today().replace(day=1, year=today().year - 2)))
    assert phase_of(family) == "1_3y"
    family.placements.clear()
    assert phase_of(family) is None
    assert phase_of(family, children=0) == "none"
