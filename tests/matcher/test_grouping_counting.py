"""The number of groups is searched for: one more where that is better, one fewer where that is."""

import numpy as np
import pytest

from matcher.grouping import form_groups
from matcher.grouping.benefit import build_benefit
from matcher.grouping.counting import Counting
from matcher.grouping.descent import ready
from matcher.grouping.healing import close_small, state_of
from matcher.grouping.kernels import value
from matcher.grouping.pool import build_pool
from matcher.grouping.problem import Sizes, build_problem
from matcher.grouping.settings import GroupRules, read_criteria
from matcher.grouping.timebox import Timebox
from matcher.profiles import Profiles
from tests.matcher.pools import ON, pool

EASY = {"travel": (90, 90), "slots": (12, 12), "exclusions": 0.0}


def problem_of(records, sizes):
    families = Profiles.from_records(records)
    seated = build_pool(families, rules=GroupRules(), places=None, apart=[], on=ON)
    benefit = build_benefit(seated, read_criteria(None), on=ON)
    return build_problem(seated, benefit, rules=GroupRules(), sizes=sizes)


def counted(problem, group):
    ready()
    box = Timebox(0.0, iterations=4000)
    return Counting(problem, box, seed=1, stop=None).best(group)


@pytest.mark.parametrize("begun_with", [4, 5, 7, 8])
def test_a_number_of_groups_that_is_far_from_the_best_does_not_stay(begun_with):
    problem = problem_of(pool(40, 3, **EASY), Sizes(4, 12, 6))
    begun = np.arange(len(problem)) % begun_with
    begun[(problem.mask == 0).any(axis=1)] = -1
    begun = close_small(problem, begun)
    found = counted(problem, begun)
    sizes = np.bincount(found[found >= 0])
    assert sizes.min() >= 4
    assert sizes.max() <= 12
    assert (found >= 0).sum() >= (begun >= 0).sum()
    assert value(state_of(problem, found)) >= value(state_of(problem, begun))
    assert len(sizes) in {6, 7}


def test_every_seed_ends_with_as_many_groups_as_are_best():
    families = Profiles.from_records(pool(40, 4))
    found = [
        form_groups(families, random_state=seed, max_iterations=3000, on=ON) for seed in range(4)
    ]
    assert {len(grouping.groups) for grouping in found} == {7}
    best = max(grouping.objective for grouping in found)
    assert min(grouping.objective for grouping in found) >= best - 0.02 * abs(best)
