"""What a round came to, counted another way."""

import numpy as np
import pytest

from matcher.compatibility import score_pairs
from matcher.evaluation import evaluate, gini
from matcher.pairing import pair
from tests.matcher.people import ON, family, mentor, random_pool

GOALS = ("most_families", "best_fit", "fairest")


def slow_blocking(families, mentors, result):
    scores = score_pairs(families, mentors, on=ON)
    room = [m.get("mentor_capacity", 1) for m in mentors]
    theirs = [
        [scores[i, j] for i in range(len(families)) if result.mentor_of[i] == j]
        for j in range(len(mentors))
    ]
    count = 0
    for i in range(len(families)):
        mine = scores[i, result.mentor_of[i]] if result.mentor_of[i] >= 0 else -1.0
        for j in range(len(mentors)):
            if np.isnan(scores[i, j]) or scores[i, j] <= mine + 1e-9:
                continue
            free = len(theirs[j]) < room[j]
            count += free or (bool(theirs[j]) and scores[i, j] > min(theirs[j]) + 1e-9)
    return count


@pytest.mark.parametrize("goal", GOALS[:2])
def test_blocking_pairs_are_those_who_would_both_rather(goal):
    some = 0
    for seed in range(25):
        families, mentors = random_pool(seed, 25, 9)
        result = pair(families, mentors, goal=goal, on=ON)
        found = evaluate(result)
        assert found.blocking == slow_blocking(families, mentors, result)
        some += found.blocking
    assert some > 0


def test_everyone_is_counted_once_in_each_division():
    families, mentors = random_pool(7, 60, 20)
    areas = {f["id"]: ("North", "South")[k % 2] for k, f in enumerate(families)}
    result = pair(families, mentors, on=ON)
    found = evaluate(result, areas=areas, waiting={f["id"]: 10 for f in families})
    assert found.all.matched == result.matched
    for division in (found.areas, found.types):
        assert sum(part.families for part in division.values()) == found.all.families
        assert sum(part.matched for part in division.values()) == result.matched
    assert sum(k * c for k, c in found.load.items()) == result.matched
    assert found.worst == np.nanmin(result.scores)
    assert found.waiting_served == 10


def test_the_unserved_and_their_wait_are_told():
    result = pair([family("A"), family("B")], [mentor("M")], waiting={"A": 90}, on=ON)
    found = evaluate(result, waiting={"A": 90, "B": 4})
    assert (found.all.matched, found.all.coverage, found.spare) == (1, 0.5, 0)
    assert (found.waiting_served, found.waiting_left) == (90, 4)
    assert found.load == {1: 1}


def test_nobody_is_no_error():
    found = evaluate(pair([], [], on=ON))
    assert found.all.families == found.blocking == found.spare == 0
    assert np.isnan(found.worst)


def test_evenness_is_measured():
    assert gini(np.zeros(3)) == 0
    assert gini(np.array([2.0, 2.0, 2.0])) == pytest.approx(0)
    assert gini(np.array([0.0, 0.0, 3.0])) == pytest.approx(2 / 3)
