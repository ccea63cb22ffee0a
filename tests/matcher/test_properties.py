"""What holds for every pool, whatever is in it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.compatibility import score_pairs
from matcher.pairing import pair
from matcher.schema import SCHEMA
from tests.matcher.people import ON, family, mentor, random_pool

pools = st.builds(random_pool, st.integers(0, 10**6), st.integers(1, 12), st.integers(1, 8))
goals = st.sampled_from(["most_families", "best_fit", "fairest"])
themes = st.sampled_from(list(SCHEMA.themes))


def several(code: str) -> st.SearchStrategy[Any]:
    return st.lists(st.sampled_from(list(SCHEMA.field(code).values)), unique=True, max_size=4)


answers = st.fixed_dictionaries(
    {},
    optional={
        "themes_now": st.dictionaries(themes, st.integers(1, 3), max_size=5),
        "themes_experience": st.lists(themes, unique=True, max_size=8),
        "foster_since": st.integers(1990, 2026),
        "children_age_bands": several("children_age_bands"),
        "availability": several("availability"),
        "contact_modes": several("contact_modes"),
        "interests": several("interests"),
        "languages": st.lists(st.sampled_from(["da", "en", "ar"]), unique=True, max_size=2),
        "meeting_form": st.sampled_from(["physical", "online", "both"]),
        "postcode": st.sampled_from(["7100", "7080", "8000", "3700", "9999"]),
        "max_travel_minutes": st.integers(0, 120),
        "protected_address": st.booleans(),
        "children_count": st.integers(0, 5),
    },
)


@settings(max_examples=60, deadline=None)
@given(pools, goals)
def test_no_mentor_is_overbooked_and_no_forbidden_pair_is_made(pool, goal):
    families, mentors = pool
    result = pair(families, mentors, goal=goal, on=ON)
    scores = score_pairs(families, mentors, on=ON)
    for j, helps in enumerate(mentors):
        assert (result.mentor_of == j).sum() <= helps.get("mentor_capacity", 1)
    for i, j in enumerate(result.mentor_of):
        np.testing.assert_equal(result.scores[i], scores[i, j] if j >= 0 else np.nan)
        assert j < 0 or not np.isnan(scores[i, j])
    assert result.total == pytest.approx(np.nansum(result.scores), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(pools, goals, st.randoms(use_true_random=False))
def test_another_order_changes_neither_how_many_nor_the_total(pool, goal, random):
    families, mentors = pool
    result = pair(families, mentors, goal=goal, on=ON)
    random.shuffle(families)
    random.shuffle(mentors)
    shuffled = pair(families, mentors, goal=goal, on=ON)
    assert (shuffled.matched, shuffled.total) == (result.matched, result.total)


@settings(max_examples=80, deadline=None)
@given(answers, answers, themes)
def test_a_new_strength_never_lowers_a_mentors_score(asks, helps, theme):
    helps = {"themes_experience": [], **helps}
    more = {**helps, "themes_experience": [*{*helps["themes_experience"], theme}]}
    before, after = score_pairs(
        [family(**asks)], [mentor("M", **helps), mentor("N", **more)], on=ON
    )[0]
    assert np.isnan(before) or after >= before


@settings(max_examples=80, deadline=None)
@given(answers, answers, answers, answers)
def test_a_score_depends_on_its_pair_alone(asks, helps, other_family, other_mentor):
    families = [family("A", **other_family), family("F", **asks)]
    mentors = [mentor("M", **helps), mentor("B", **other_mentor)]
    among = score_pairs(families, mentors, on=ON)[1, 0]
    alone = score_pairs(families[1:], mentors[:1], on=ON)[0, 0]
    np.testing.assert_equal(among, alone)


@settings(max_examples=60, deadline=None)
@given(answers, answers, st.sampled_from(["availability", "contact_modes", "foster_since"]))
def test_taking_an_answer_back_never_forbids(asks, helps, code):
    scores = score_pairs([family(**asks)], [mentor(**helps)], on=ON)
    asks.pop(code, None)
    without = score_pairs([family(**asks)], [mentor(**helps)], on=ON)
    assert np.isnan(scores[0, 0]) or not np.isnan(without[0, 0])
