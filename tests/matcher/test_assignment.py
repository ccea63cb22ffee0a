"""The numeric core: exact, whole numbers in and out."""

from itertools import product

import numpy as np
import pytest

from matcher.assignment import FORBIDDEN, PairScorer, assign, best_threshold
from matcher.errors import MatcherError

X = FORBIDDEN


def all_assignments(table, places):
    """Every way to give each family a mentor or none."""
    for chosen in product(range(-1, table.shape[1]), repeat=len(table)):
        if all(j < 0 or table[i, j] != X for i, j in enumerate(chosen)) and all(
            chosen.count(j) <= places[j] for j in range(table.shape[1])
        ):
            yield chosen


def tables(n_tables):
    rng = np.random.default_rng(4)
    for _ in range(n_tables):
        n, m = rng.integers(1, 5, 2)
        table = rng.integers(0, 6, (n, m))
        table[rng.random((n, m)) < 0.35] = X
        yield table, rng.integers(0, 3, m), rng.integers(0, 5, n)


def total(table, chosen):
    return sum(int(table[i, j]) for i, j in enumerate(chosen) if j >= 0)


def count(chosen):
    return sum(j >= 0 for j in chosen)


def test_most_families_come_first_then_the_total():
    for table, places, _ in tables(150):
        chosen = assign(table, places).tolist()
        ways = list(all_assignments(table, places))
        assert tuple(chosen) in ways
        best = max((count(way), total(table, way)) for way in ways)
        assert (count(chosen), total(table, chosen)) == best


def test_a_price_for_being_left_out_is_weighed_against_the_total():
    for table, places, cost in tables(150):
        chosen = assign(table, places, unmatched_cost=cost).tolist()

        def value(way, table=table, cost=cost):
            return total(table, way) + sum(int(cost[i]) for i, j in enumerate(way) if j >= 0)

        ways = list(all_assignments(table, places))
        best = max((value(way), count(way)) for way in ways)
        assert (value(chosen), count(chosen)) == best


def test_a_bonus_decides_only_between_equals():
    table = np.array([[5, 5], [5, 5]])
    for bonus in ([(0, 0), (1, 1)], [(0, 1), (1, 0)]):
        chosen = assign(table, [1, 1], bonus=bonus)
        assert list(enumerate(chosen.tolist())) == bonus
    assert assign([[6, 5], [5, 5]], [1, 1], bonus=[(0, 1), (1, 0)]).tolist() == [0, 1]


def test_the_best_threshold_loses_no_family():
    for table, places, _ in tables(150):
        at_most = 4
        ways = list(all_assignments(table, places))
        most = max(count(way) for way in ways)
        if most == 0:
            continue
        reach = max(
            min([at_most, *(table[i, j] for i, j in enumerate(way) if j >= 0)])
            for way in ways
            if count(way) == most
        )
        assert best_threshold(table, places, at_most=at_most) == reach


def test_any_scorer_of_blocks_will_do():
    class Sums:
        shape = (3, 2)

        def blocks(self):
            for i in range(3):
                yield slice(i, i + 1), np.array([[i, 2 * i]]), np.array([[True, i != 1]])

    assert isinstance(Sums(), PairScorer)
    assert assign(Sums(), [1, 1]).tolist() == [-1, 0, 1]


@pytest.mark.parametrize(
    ("table", "places"),
    [
        ([[1.5]], [1]),
        ([1, 2], [1]),
        ([[-3]], [1]),
        ([[3]], [1, 1]),
        ([[3]], [-1]),
        ([[10**18, 5], [4, 3]], [1, 1]),
    ],
)
def test_what_cannot_be_solved_exactly_is_refused(table, places):
    with pytest.raises(MatcherError):
        assign(table, places)


def test_a_negative_price_is_refused():
    with pytest.raises(MatcherError):
        assign([[1]], [1], unmatched_cost=-1)


def test_nobody_or_nowhere_is_fine():
    assert assign(np.zeros((0, 3), int), [1, 1, 1]).tolist() == []
    assert assign(np.zeros((2, 0), int), []).tolist() == [-1, -1]
    assert assign([[X], [X]], [4]).tolist() == [-1, -1]
    assert assign([[3], [4]], [0]).tolist() == [-1, -1]
