"""The one similarity, as an estimator."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline

from matcher.errors import MatcherError
from matcher.profiles import Profiles
from matcher.schema import SCHEMA
from matcher.similarity import FamilySimilarity, normalised_weights, pair_scores
from tests.matcher.people import ON, family, mentor, random_pool


def one(code, asks, helps, **settings):
    """The score of one criterion for one pair."""
    similarity = FamilySimilarity(on=ON, **settings).fit(Profiles.from_records([mentor(**helps)]))
    return similarity.criterion_scores(Profiles.from_records([family(**asks)]))[code][0, 0]


@pytest.mark.parametrize(
    ("code", "asks", "helps", "score"),
    [
        (
            "themes_now",
            {"themes_now": {"adhd": 3, "siblings": 1}},
            {"themes_experience": ["adhd"]},
            0.75,
        ),
        ("themes_now", {"themes_now": {"adhd": 3}}, {"themes_experience": []}, 0),
        ("themes_now", {"themes_now": {}}, {"themes_experience": ["adhd"]}, 0.5),
        ("foster_since", {"foster_since": 2026}, {"foster_since": 2020}, 1),
        ("foster_since", {"foster_since": 2026}, {"foster_since": 2025}, 1 / 3),
        ("foster_since", {"foster_since": 2010}, {"foster_since": 2020}, 0),
        ("foster_since", {"foster_since": 2026}, {"foster_since": 1990}, 0.4),
        ("placements_total", {"placements_total": "1"}, {"placements_total": "4_6"}, 1),
        ("placements_total", {"placements_total": "7_plus"}, {"placements_total": "1"}, 0),
        ("children_age_bands", {"children_age_bands": ["3_5"]}, {"children_age_bands": ["3_5"]}, 1),
        (
            "children_age_bands",
            {"children_age_bands": ["3_5", "13_15"]},
            {"children_age_bands": ["0_2"]},
            0.3,
        ),
        ("children_age_bands", {"children_age_bands": []}, {"children_age_bands": ["0_2"]}, 0.6),
        ("children_age_bands", {"children_age_bands": ["0_2"]}, {"children_age_bands": []}, 0),
        ("children_count", {"children_count": 1}, {"children_count": 2}, 2 / 3),
        ("children_count", {"children_count": 0}, {"children_count": 5}, 0),
        ("family_type", {"family_type": "general"}, {"family_type": "enhanced"}, 0.6),
        ("family_type", {"family_type": "general"}, {"family_type": "specialised"}, 0.2),
        ("family_type", {"family_type": "kinship"}, {"family_type": "general"}, 0.2),
        ("support_level", {"support_level": "light"}, {"support_level": "severe"}, 0),
        ("meeting_frequency", {"meeting_frequency": "weekly"}, {"meeting_frequency": "weekly"}, 1),
        ("household_form", {"household_form": "one_adult"}, {"household_form": "extended"}, 0.2),
        ("work_pattern", {"work_pattern": "home"}, {"work_pattern": "part_time"}, 0.5),
        ("interests", {"interests": ["sport", "food"]}, {"interests": ["food", "music"]}, 1 / 3),
        ("interests", {"interests": []}, {"interests": []}, 1),
        ("purposes", {"purposes": ["social"]}, {"purposes": []}, 0),
        (
            "availability",
            {"availability": ["mon_evening", "sun_evening"]},
            {"availability": ["mon_evening"]},
            1 / 3,
        ),
        ("contact_modes", {"contact_modes": ["chat", "visit"]}, {"contact_modes": ["visit"]}, 0.5),
        ("max_travel_minutes", {"postcode": "7100"}, {"postcode": "7100"}, 1 - 5 / 30),
        ("max_travel_minutes", {"postcode": "7100"}, {"postcode": "8000"}, 0),
    ],
)
def test_each_criterion_measures_what_it_says(code, asks, helps, score):
    assert one(code, asks, helps) == pytest.approx(score)


@pytest.mark.parametrize("code", list(SCHEMA.weights("mentor")))
def test_a_criterion_that_one_side_has_not_answered_has_no_score(code):
    assert np.isnan(one(code, {}, {}))


@pytest.mark.parametrize("without", [{"meeting_form": "online"}, {"protected_address": True}])
def test_distance_is_left_out_online_and_at_a_protected_address(without):
    assert np.isnan(
        one("max_travel_minutes", {"postcode": "7100"}, {"postcode": "7100", **without})
    )


def test_alike_for_groups_is_the_same_both_ways():
    families, _ = random_pool(5, 40, 5)
    scores = pair_scores(Profiles.from_records(families), on=ON)
    assert set(scores) == set(SCHEMA.weights("group"))
    for table in scores.values():
        assert table.shape == (40, 40)
        np.testing.assert_array_equal(table, table.T)
        known = table[~np.isnan(table)]
        assert known.size
        assert known.min() >= 0
        assert known.max() <= 1


def test_in_a_group_one_is_most_like_oneself():
    families, _ = random_pool(6, 30, 5)
    for code, table in pair_scores(Profiles.from_records(families), on=ON).items():
        if code not in {"availability", "max_travel_minutes", "themes_now"}:
            own = np.diag(table)
            assert (own[~np.isnan(own)] == 1).all(), code


def test_themes_in_a_group_are_a_weighted_jaccard_index():
    people = Profiles.from_records(
        [
            family("A", themes_now={"adhd": 3, "siblings": 1}),
            family("B", themes_now={"adhd": 1, "teenage": 2}),
        ]
    )
    assert pair_scores(people)["themes_now"][0, 1] == pytest.approx(1 / (3 + 1 + 2))


def test_it_is_a_pipeline_of_a_column_transformer_and_a_pairwise_score():
    families, mentors = random_pool(7, 10, 8)
    asking, helping = Profiles.from_records(families), Profiles.from_records(mentors)
    similarity = FamilySimilarity(on=ON).fit(helping)
    assert isinstance(similarity.pipeline_, Pipeline)
    assert isinstance(similarity.pipeline_[0], ColumnTransformer)
    by_hand = similarity.pipeline_[-1].transform(similarity.pipeline_[0].transform(asking.table))
    np.testing.assert_array_equal(similarity.transform(asking), by_hand)
    again = clone(similarity).fit(helping)
    np.testing.assert_array_equal(again.transform(asking), by_hand)


def test_weights_replace_and_are_renormalised():
    weights = normalised_weights("mentor", {"interests": 1.98})
    assert sum(weights.values()) == pytest.approx(1)
    assert weights["interests"] == pytest.approx(1.98 / 2.96)
    assert normalised_weights("group", None) == pytest.approx(SCHEMA.weights("group"))


@pytest.mark.parametrize(
    "weights",
    [
        {"postcode": 1},
        {"themes_experience": 1},
        {"themes_now": -0.1},
        {"themes_now": float("nan")},
        {"themes_now": float("inf")},
        {"themes_now": "much"},
        {"themes_now": None},
        dict.fromkeys(SCHEMA.weights("mentor"), 0),
    ],
)
def test_weights_that_make_no_sense_are_refused(weights):
    with pytest.raises(MatcherError):
        normalised_weights("mentor", weights)
