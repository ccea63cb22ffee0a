"""Twenty pairs that anyone in foster care would put in the same order."""

import pytest

from matcher.compatibility import explain
from tests.matcher.people import ON, family, mentor

NEW = {
    "family_type": "general",
    "foster_since": 2026,
    "placements_total": "1",
    "children_age_bands": ["3_5"],
    "children_count": 1,
    "themes_now": {"attachment": 3, "sleep_food_routines": 2, "parent_cooperation": 1},
    "postcode": "7100",
    "max_travel_minutes": 45,
    "availability": ["tue_evening", "thu_evening", "sat_morning"],
    "contact_modes": ["chat", "visit"],
    "purposes": ["experience", "sparring"],
    "interests": ["outdoor", "animals"],
    "household_form": "two_adults",
    "work_pattern": "part_time",
    "support_level": "moderate",
    "meeting_frequency": "biweekly",
    "own_children_bands": ["6_9"],
}
GOOD = {
    **NEW,
    "foster_since": 2018,
    "placements_total": "4_6",
    "themes_now": {},
    "themes_experience": ["attachment", "sleep_food_routines", "parent_cooperation"],
}

# (what differs, the better mentor, the worse one); "family" changes who asks.
PAIRS = [
    ("knows all themes, or none", {}, {"themes_experience": ["teenage"]}),
    ("knows all themes, or some", {}, {"themes_experience": ["attachment"]}),
    (
        "knows the theme that fills most",
        {"themes_experience": ["attachment"]},
        {"themes_experience": ["parent_cooperation"]},
    ),
    ("knows small children, or teenagers", {}, {"children_age_bands": ["13_15"]}),
    (
        "knows the next age, or a far one",
        {"children_age_bands": ["6_9"]},
        {"children_age_bands": ["16_17"]},
    ),
    ("lives here, or half an hour away", {}, {"postcode": "7000"}),
    (
        "lives nearby, or far away",
        {"postcode": "7080"},
        {"postcode": "8000"},
    ),
    ("eight years ahead, or thirty", {}, {"foster_since": 1996}),
    ("ten years ahead, or thirty-six", {"foster_since": 2016}, {"foster_since": 1990}),
    ("many times in common, or one", {}, {"availability": ["sat_morning", "mon_evening"]}),
    ("the same kind of family, or kinship", {}, {"family_type": "kinship"}),
    ("the nearest kind of family", {"family_type": "enhanced"}, {"family_type": "specialised"}),
    ("has had more children, or as few", {}, {"placements_total": "1"}),
    ("the same support needs, or other", {}, {"support_level": "light"}),
    ("the same interests, or others", {}, {"interests": ["games"]}),
    ("wants the same from it, or help with driving", {}, {"purposes": ["practical"]}),
    ("as often, or four times a year", {}, {"meeting_frequency": "quarterly"}),
    ("two ways of keeping in touch, or one", {}, {"contact_modes": ["visit", "phone"]}),
    (
        "knows the themes far away, or lives next door without knowing them",
        {"postcode": "8700"},
        {"themes_experience": [], "children_age_bands": ["16_17"]},
    ),
    (
        "an unanswered profile, or one that clearly does not fit",
        {"children_age_bands": None, "interests": None},
        {"children_age_bands": ["18_22"], "interests": ["games"]},
    ),
]


def test_there_are_twenty():
    assert len(PAIRS) == 20


@pytest.mark.parametrize(
    ("better", "worse"), [pair[1:] for pair in PAIRS], ids=[p[0] for p in PAIRS]
)
def test_the_better_mentor_comes_first(better, worse):
    asks = family(**NEW)
    scores = [explain(asks, mentor(**{**GOOD, **new}), on=ON).score for new in (better, worse)]
    assert scores[0] > scores[1]
