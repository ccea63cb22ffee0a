"""Compiled scores are those of the plain twin, to the last unit, and forbid what it forbids."""

import numpy as np
import pytest

from benchmarks.assigning.families import pool
from matcher.compatibility import ProfileScorer, ready
from matcher.profiles import Profiles
from matcher.quick_scores import score
from matcher.schema import SCHEMA
from tests.matcher.people import ON, family, mentor, random_pool


def plainly(scorer):
    """Scores by the plain twin, -1 = forbidden."""
    table = np.full(scorer.shape, -1)
    for rows, units, allowed in scorer.blocks():
        table[rows] = np.where(allowed, units, -1)
    return table


def quickly(scorer):
    return scorer.scores(np.arange(scorer.shape[0]), np.arange(scorer.shape[1]))


def scorer_of(people, **settings):
    return ProfileScorer(*(Profiles.from_records(side) for side in people), **settings)


@pytest.mark.parametrize("seed", range(30))
def test_random_families_have_the_same_scores(seed):
    scorer = scorer_of(random_pool(seed, 40 + seed, 30), on=ON, rules={"min_years": seed % 8})
    found = quickly(scorer)
    np.testing.assert_array_equal(found, plainly(scorer))
    assert 0 < (found >= 0).sum() < found.size


@pytest.mark.parametrize("seed", range(4))
def test_families_of_the_whole_country_have_the_same_scores(seed):
    scorer = scorer_of(pool(300, 200, seed=seed)[:2])
    np.testing.assert_array_equal(quickly(scorer), plainly(scorer))


@pytest.mark.parametrize("code", list(SCHEMA.weights("mentor")))
@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_with_a_criterion_left_out_or_alone(code, weight):
    others = dict.fromkeys(SCHEMA.weights("mentor"), 0.0) if weight else {}
    scorer = scorer_of(random_pool(5, 60, 40), on=ON, weights={**others, code: weight})
    np.testing.assert_array_equal(quickly(scorer), plainly(scorer))


def test_any_rows_and_columns_in_any_order():
    scorer = scorer_of(random_pool(8, 50, 40), on=ON)
    rows, columns = np.random.default_rng(1).permutation(50)[:20], np.array([7, 3, 39, 0])
    np.testing.assert_array_equal(
        scorer.scores(rows, columns), plainly(scorer)[np.ix_(rows, columns)]
    )


def test_nobody_on_a_side_and_nothing_answered():
    alone = [family("F")], [mentor("M")]
    np.testing.assert_array_equal(
        quickly(scorer_of(alone, on=ON)), plainly(scorer_of(alone, on=ON))
    )
    for people in (([], []), (alone[0], []), ([], alone[1])):
        assert quickly(scorer_of(people, on=ON)).size == 0


def test_a_family_is_not_its_own_mentor_and_an_exclusion_holds_both_ways():
    both = mentor("A", participation=["mentee", "mentor"])
    families = [both, family("B"), family("C", exclusions=["A"])]
    mentors = [both, mentor("M", exclusions=["B"])]
    found = quickly(scorer_of((families, mentors), on=ON)) >= 0
    np.testing.assert_array_equal(found, [[False, True], [True, False], [False, True]])


def test_once_ready_no_pool_waits_for_compilation():
    ready()
    compiled = len(score.signatures)
    quickly(scorer_of(random_pool(3, 30, 20), on=ON))
    assert len(score.signatures) == compiled
