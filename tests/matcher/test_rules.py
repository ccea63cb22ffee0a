"""Hard rules: each forbids what it should, and an absent answer never does."""

from datetime import date

import numpy as np
import pytest

from matcher.compatibility import explain, score_pairs
from matcher.errors import MatcherError
from matcher.profiles import Profiles
from matcher.rules import PairRules, is_eligible
from tests.matcher.people import ON, family, mentor


def forbidden(asks, helps, **settings):
    found = explain(asks, helps, on=ON, **settings).forbidden
    alone = np.isnan(score_pairs([asks], [helps], on=ON, **settings)[0, 0])
    assert alone == bool(found)
    return found


def test_two_families_who_answered_nothing_may_be_a_pair():
    result = explain(family(), mentor(), on=ON)
    assert result.forbidden == ()
    assert result.ask_first == ("availability", "contact_modes", "travel", "experience")


@pytest.mark.parametrize(
    ("asks", "helps", "codes"),
    [
        (family(status="paused"), mentor(), ("status",)),
        (family(), mentor(status="left"), ("status",)),
        (family(status=None), mentor(), ("status",)),
        (family(consents={}), mentor(), ("consent",)),
        (family(consents={"matching": "2027-01-01"}), mentor(), ("consent",)),
        (family(), mentor(consents=None), ("consent",)),
        (family(participation=["group"]), mentor(), ("role",)),
        (family(), mentor(participation=["mentee"]), ("role",)),
        (family(participation=None), mentor(), ("role",)),
        (family(), mentor(mentor_approved=None), ("approval",)),
        (family(), mentor(mentor_approved="2024-11-21"), ("approval",)),
        (family(), mentor(mentor_approved="2026-12-01"), ("approval",)),
        (family(), mentor(mentor_capacity=0), ("capacity",)),
        (family("A", participation=["mentee", "mentor"]), mentor("A"), ("self",)),
        (family(exclusions=["M"]), mentor(), ("exclusion",)),
        (family(), mentor(exclusions=["F"]), ("exclusion",)),
        (family(languages=["ar"]), mentor(), ("language",)),
        (family(languages=["ar"]), mentor(languages=["da", "en"]), ("language",)),
        (family(languages=[]), mentor(), ("language",)),
        (family(meeting_form="physical"), mentor(meeting_form="online"), ("meeting_form",)),
        (family(meeting_form="online"), mentor(meeting_form="physical"), ("meeting_form",)),
        (
            family(availability=["mon_evening"]),
            mentor(availability=["tue_evening"]),
            ("availability",),
        ),
        (family(availability=[]), mentor(availability=["tue_evening"]), ("availability",)),
        (family(contact_modes=["chat"]), mentor(contact_modes=["visit"]), ("contact_modes",)),
        (family(foster_since=2025), mentor(foster_since=2022), ("experience",)),
        (family(foster_since=2023), mentor(foster_since=2023), ("experience",)),
        (
            family(foster_since=2016, themes_now={"adhd": 1}),
            mentor(foster_since=2018, themes_experience=["siblings"]),
            ("experience",),
        ),
    ],
)
def test_each_rule_forbids_what_it_is_for(asks, helps, codes):
    assert forbidden(asks, helps) == codes


@pytest.mark.parametrize(
    ("asks", "helps"),
    [
        (family(exclusions=["nobody"]), mentor()),
        (family(languages=["ar", "en"]), mentor(languages=["en"])),
        (family(meeting_form="both"), mentor(meeting_form="online")),
        (family(availability=[]), mentor()),
        (family(contact_modes=[]), mentor()),
        (family(foster_since=2025), mentor(foster_since=2021)),
        (family(foster_since=2025), mentor()),
        (family(), mentor(foster_since=2025)),
        (family(foster_since=2016), mentor(foster_since=2015)),
        (
            family(foster_since=2016, themes_now={"adhd": 1}),
            mentor(foster_since=2018, themes_experience=["adhd"]),
        ),
        (family(foster_since=2016, themes_now={"adhd": 1}), mentor(foster_since=2018)),
        (family(), mentor(mentor_approved="2024-11-23")),
        (family(consents={"matching": ON}), mentor()),
    ],
)
def test_what_no_rule_is_for_is_allowed(asks, helps):
    assert forbidden(asks, helps) == ()


FAR = {"postcode": "8000"}
NEAR = {"postcode": "7100", "max_travel_minutes": 60}


def test_a_long_drive_forbids_only_where_they_must_meet_in_person():
    assert forbidden(family(**NEAR, meeting_form="physical"), mentor(**FAR)) == ("travel",)
    assert forbidden(family(**NEAR), mentor(**FAR, meeting_form="physical")) == ("travel",)
    assert forbidden(family(**NEAR), mentor(**FAR)) == ()
    assert forbidden(family(**NEAR), mentor(**FAR, meeting_form="online")) == ()


def test_the_smaller_limit_of_both_decides():
    far = {**FAR, "max_travel_minutes": 200}
    asks = family(**{**NEAR, "max_travel_minutes": 200}, meeting_form="physical")
    assert forbidden(asks, mentor(**far)) == ()
    assert forbidden(asks, mentor(**{**far, "max_travel_minutes": 99})) == ("travel",)
    assert forbidden(asks, mentor(**{**far, "max_travel_minutes": 100})) == ()


def test_a_protected_address_is_never_measured():
    asks = family(**NEAR, meeting_form="physical", protected_address=True)
    assert forbidden(asks, mentor(**FAR)) == ()
    assert "travel" not in explain(asks, mentor(), on=ON).ask_first


def test_what_cannot_be_judged_is_asked_first():
    complete = {"availability": ["mon_evening"], "contact_modes": ["chat"], "foster_since": 2010}
    asks = family(**{**complete, "foster_since": 2025}, **NEAR, meeting_form="physical")
    helps = mentor(**complete, postcode="7100")
    assert explain(asks, helps, on=ON).ask_first == ()
    for key, code in [
        ("availability", "availability"),
        ("contact_modes", "contact_modes"),
        ("foster_since", "experience"),
        ("postcode", "travel"),
    ]:
        lacking = {k: v for k, v in helps.items() if k != key}
        assert explain(asks, lacking, on=ON).ask_first == (code,)


def test_where_they_live_is_asked_first_wherever_they_may_meet_in_person():
    asks = family(postcode="7100")
    assert "travel" in explain(asks, mentor(), on=ON).ask_first
    assert "travel" in explain(asks, mentor(meeting_form="both"), on=ON).ask_first
    assert "travel" in explain(asks, mentor(meeting_form="physical"), on=ON).ask_first
    assert "travel" not in explain(asks, mentor(meeting_form="online"), on=ON).ask_first
    assert "travel" not in explain(asks, mentor(protected_address=True), on=ON).ask_first


def test_the_least_years_are_a_municipal_setting():
    asks, helps = family(foster_since=2025), mentor(foster_since=2022)
    assert forbidden(asks, helps) == ("experience",)
    assert forbidden(asks, helps, rules={"min_years": 3}) == ()
    assert forbidden(asks, helps, rules=PairRules(min_years=4)) == ()
    assert forbidden(asks, helps, rules={"min_years": np.int64(4)}) == ()


@pytest.mark.parametrize("rules", [{"min_age": 3}, {"min_years": "3"}, {"min_years": -1}])
def test_rules_that_cannot_be_set_are_refused(rules):
    with pytest.raises(MatcherError, match=next(iter(rules))):
        score_pairs([family()], [mentor()], rules=rules)


def test_someone_who_takes_no_part_is_a_row_or_a_column_of_nan():
    families = [family("A"), family("B", status="draft"), family("C")]
    mentors = [mentor("M"), mentor("N", mentor_approved=None)]
    scores = score_pairs(families, mentors, on=ON)
    assert np.isnan(scores).tolist() == [[False, True], [True, True], [False, True]]


def test_eligibility_can_be_asked_for_each_role():
    people = Profiles.from_records([family("A"), mentor("B"), family("C", participation=["group"])])
    for role, expected in [("mentee", [1, 0, 0]), ("mentor", [0, 1, 0]), ("group", [0, 0, 1])]:
        assert is_eligible(people, role=role, on=ON).tolist() == expected


def test_the_day_decides_about_years_and_consents():
    asks, helps = family(foster_since=2025), mentor(foster_since=2021)
    assert explain(asks, helps, on=date(2026, 1, 20)).forbidden == ("consent",)
    assert explain(asks, helps, on=date(2025, 12, 1)).forbidden == (
        *("consent", "approval", "experience"),
    )
