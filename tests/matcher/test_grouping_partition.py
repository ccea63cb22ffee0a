"""The numeric core keeps its contract."""

import itertools
from time import thread_time

import numpy as np
import pytest

from matcher.errors import MatcherError
from matcher.grouping import Infeasible, partition
from matcher.grouping.exact import is_small
from matcher.grouping.start import _most_uneven


def benefits(n, seed=0, low=-1.0, high=2.0):
    W = np.random.default_rng(seed).uniform(low, high, (n, n))
    return np.triu(W, 1) + np.triu(W, 1).T


def worth(W, labels):
    inside = labels[:, None] == labels[None, :]
    return float(np.where(inside, W, 0.0).sum() - np.trace(W)) / 2


def every_labelling(n, n_groups):
    return (np.array(labels) for labels in itertools.product(range(n_groups), repeat=n))


def best_by_trying_all(W, *, bounds, weights=None, together=(), apart=()):
    weights = np.ones(len(W)) if weights is None else np.asarray(weights, float)
    best = -np.inf
    for labels in every_labelling(len(W), len(bounds)):
        size = np.bincount(labels, weights, len(bounds))
        count = np.bincount(labels, minlength=len(bounds))
        if all(lo <= s <= hi and c for s, c, (lo, hi) in zip(size, count, bounds, strict=True)):
            kept = all(labels[a] == labels[b] for a, b in together)
            if kept and all(labels[a] != labels[b] for a, b in apart):
                best = max(best, worth(W, labels))
    return best


def test_labels_are_int64_from_zero_and_none_is_empty():
    labels = partition(benefits(30), n_groups=5, min_size=4, max_size=8, max_iterations=20)
    assert labels.dtype == np.int64
    assert set(labels) == set(range(5))
    assert all(4 <= size <= 8 for size in np.bincount(labels))


@pytest.mark.parametrize("seed", range(12))
def test_small_pools_get_the_best_there_is(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 8))
    W = benefits(n, seed)
    bounds = [(1, n), (1, 3), (1, n)][: int(rng.integers(2, 4))]
    weights = rng.integers(1, 3, n) if seed % 3 == 0 else None
    bounds = [(lo, hi * 2) for lo, hi in bounds] if seed % 3 == 0 else bounds
    together, apart = [(0, 1)] if seed % 2 else [], [(2, 3)]
    labels = partition(W, sizes=bounds, weights=weights, together=together, apart=apart)
    best = best_by_trying_all(W, bounds=bounds, weights=weights, together=together, apart=apart)
    assert worth(W, labels) == pytest.approx(best)


@pytest.mark.parametrize("seed", range(6))
def test_beyond_the_exact_size_the_search_still_finds_the_proven_best(seed):
    W = benefits(17, seed)
    fixed = [(v, v + 1) for v in range(0, 10, 2)]  # 17 things are searched, 12 nodes proved
    proof, found = {}, {}
    exact = partition(W, n_groups=3, min_size=5, max_size=6, together=fixed, record=proof)
    apart = partition(W, n_groups=3, min_size=5, max_size=6, max_iterations=3000, record=found)
    assert proof["proven"]
    assert not found["proven"]
    assert worth(W, apart) >= worth(W, exact) - 1e-9


@pytest.mark.parametrize("seed", range(5))
def test_the_best_number_of_groups_is_found(seed):
    W = benefits(7, seed, -1.0, 1.0)
    best = max(best_by_trying_all(W, bounds=[(1, 4)] * k) for k in range(2, 8))
    assert worth(W, partition(W, max_size=4)) == pytest.approx(best)


def test_the_best_number_of_groups_is_found_in_larger_pools():
    planted = np.repeat(np.arange(6), 5)
    W = np.where(planted[:, None] == planted[None, :], 1.0, -1.0)
    labels = partition(W, min_size=2, max_size=10, max_iterations=200)
    assert len({(int(a), int(b)) for a, b in zip(planted, labels, strict=True)}) == 6
    assert labels.max() == 5


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda W: W.__setitem__((1, 2), np.nan), r"\[1, 2\]"),
        (lambda W: W.__setitem__((2, 1), np.inf), r"\[2, 1\]"),
        (lambda W: W.__setitem__((0, 3), 9.0), "not symmetric"),
    ],
)
def test_nan_and_asymmetry_are_refused(spoil, said):
    W = benefits(6)
    spoil(W)
    with pytest.raises(MatcherError, match=said):
        partition(W, n_groups=2)


def test_rounding_is_no_asymmetry():
    W = benefits(20)
    rounded = W + np.triu(np.abs(W), 1) * 1e-13
    assert not np.array_equal(rounded, rounded.T)
    same = partition(W, n_groups=4, min_size=5, max_size=5, max_iterations=20)
    answer = partition(rounded, n_groups=4, min_size=5, max_size=5, max_iterations=20)
    assert worth(W, answer) == pytest.approx(worth(W, same))


def test_the_diagonal_is_ignored_and_the_input_stays_as_it_was():
    W = benefits(8)
    same = partition(W, n_groups=2, min_size=4, max_size=4)
    np.fill_diagonal(W, np.nan)
    before = W.copy()
    assert np.array_equal(partition(W, n_groups=2, min_size=4, max_size=4), same)
    np.testing.assert_array_equal(W, before)


def test_sizes_bound_labels_by_position():
    bounds = [(2, 2), (11, 11), (3, 9)]
    labels = partition(benefits(20), sizes=bounds, max_iterations=50)
    assert np.bincount(labels).tolist() == [2, 11, 7]


def test_weights_are_what_the_bounds_bound():
    rng = np.random.default_rng(1)
    weights = rng.integers(1, 9, 40)
    labels = partition(
        benefits(40), n_groups=5, min_size=25, max_size=50, weights=weights, max_iterations=50
    )
    assert all(25 <= size <= 50 for size in np.bincount(labels, weights))


def test_together_and_apart_are_kept():
    together, apart = [(0, 1), (1, 2), (5, 9)], [(0, 5), (3, 4), (7, 8), (3, 7)]
    labels = partition(
        benefits(30, 3),
        n_groups=5,
        min_size=4,
        max_size=8,
        together=together,
        apart=apart,
        max_iterations=100,
    )
    assert all(labels[a] == labels[b] for a, b in together)
    assert all(labels[a] != labels[b] for a, b in apart)


@pytest.mark.parametrize(
    ("n", "asked", "named"),
    [
        (10, {"n_groups": 3, "min_size": 4, "max_size": 5}, set(range(10))),
        (10, {"n_groups": 2, "max_size": 4}, set(range(10))),
        (10, {"n_groups": 2, "min_size": 11}, set(range(10))),  # more than there are
        (10, {"sizes": [(6, 3), (1, 9)]}, set(range(10))),  # bounds that cross
        (10, {"n_groups": 2, "together": [(0, 1), (1, 2)], "apart": [(0, 2)]}, {0, 1, 2}),
        (20, {"n_groups": 2, "apart": [(3, 4), (4, 5), (3, 5)]}, {3, 4, 5}),
        (
            20,
            {"n_groups": 5, "max_size": 4, "together": [(i, i + 1) for i in range(4)]},
            set(range(5)),
        ),
        # an odd ring of five needs three groups, though no three of them exclude each other
        (20, {"n_groups": 2, "apart": [(i, (i + 1) % 5) for i in range(5)]}, set(range(5))),
    ],
)
def test_the_impossible_is_named(n, asked, named):
    with pytest.raises(Infeasible) as refusal:
        partition(benefits(n), **asked)
    assert set(refusal.value.indices) == named
    assert all(str(i) in str(refusal.value) for i in named)


def test_no_number_of_groups_within_bounds_is_refused():
    with pytest.raises(Infeasible):
        partition(benefits(11), min_size=6, max_size=8)


def test_tight_weights_that_no_luck_would_seat_are_seated():
    weights = [7, 6, 5, 5, 4, 4, 3, 3, 3, 2, 2, 2, 1, 1]  # 48 into 4 x 12, nothing spare
    labels = partition(
        benefits(14), n_groups=4, min_size=12, max_size=12, weights=weights, seconds=0.1
    )
    assert np.bincount(labels, weights).tolist() == [12.0] * 4


def test_iterations_with_a_seed_always_give_the_same():
    W = benefits(60)
    asked = {"n_groups": 10, "min_size": 5, "max_size": 7, "max_iterations": 60}
    one = partition(W, **asked, random_state=4)
    assert np.array_equal(one, partition(W, **asked, random_state=4))


def test_a_timed_run_can_be_repeated_from_its_record():
    W, record = benefits(60), {}
    labels = partition(W, n_groups=10, min_size=6, max_size=6, seconds=0.2, record=record)
    assert record["iterations"] > 0
    assert np.array_equal(labels, partition(W, n_groups=10, min_size=6, max_size=6, replay=record))
    assert record["value"] == pytest.approx(worth(W, labels))


@pytest.mark.parametrize("n", [40, 300])
def test_the_time_box_is_kept(n):
    W = benefits(n)
    partition(W, n_groups=n // 10, max_iterations=1)  # compiled before the clock
    began = thread_time()
    partition(W, n_groups=n // 10, min_size=8, max_size=12, seconds=0.3)
    assert thread_time() - began <= 0.3 * 1.1 + 0.05


def test_more_iterations_never_do_worse_than_a_descent():
    W = benefits(80, 5, 0.0, 1.0)
    asked = {"n_groups": 8, "min_size": 10, "max_size": 10}
    quick = worth(W, partition(W, **asked, max_iterations=0))
    assert worth(W, partition(W, **asked, max_iterations=300)) > quick * 1.005


def test_an_empty_pool_has_no_labels():
    assert partition(np.zeros((0, 0))).shape == (0,)


@pytest.mark.parametrize("seed", range(30))
def test_the_most_uneven_sizes_are_found_exactly(seed):
    rng = np.random.default_rng(seed)
    low = rng.integers(0, 4, 4)
    high = low + rng.integers(0, 5, 4)
    total = int(rng.integers(low.sum(), high.sum() + 1))
    ranges = [range(a, b + 1) for a, b in zip(low, high, strict=True)]
    every = [sizes for sizes in itertools.product(*ranges) if sum(sizes) == total]
    found = _most_uneven(float(total), low.astype(float), high.astype(float))
    assert tuple(int(size) for size in found) in every
    assert (found**2).sum() == max(sum(size**2 for size in sizes) for sizes in every)


def test_sizes_that_are_no_whole_numbers_or_cannot_be_are_left_to_others():
    assert _most_uneven(7.5, np.array([3.0, 3.0]), np.array([4.0, 5.0])) is None
    assert _most_uneven(9.0, np.array([1.0, 1.0]), np.array([4.0, 4.0])) is None


@pytest.mark.parametrize(
    ("n", "bounds", "small"),
    [
        (12, [(1, 12)] * 12, True),
        (16, [(4, 4)] * 4, True),
        (16, [(3, 6)] * 4, True),
        (16, [(1, 16)] * 8, False),
        (17, [(8, 9), (8, 9)], False),
    ],
)
def test_what_is_small_enough_to_be_proved_at_once(n, bounds, small):
    low, high = np.array(bounds, float).T
    assert is_small(np.ones(n), low, high) is small
    assert not is_small(np.arange(1.0, 14.0), low, high)  # thirteen that weigh differently


def test_sixteen_things_are_proved():
    W, proof = benefits(16, 3), {}
    labels = partition(W, sizes=[(3, 6)] * 4, record=proof)
    assert proof["proven"]
    searched = partition(W, sizes=[(3, 6)] * 4, weights=[1.0] * 15 + [1.0 + 1e-12], seconds=0.2)
    assert worth(W, labels) >= worth(W, searched) - 1e-9
