"""The compiled search answers as its numpy twin does."""

import numpy as np
import pytest

from matcher.grouping import kernels, twin
from matcher.grouping.arrays import fresh_state


def state_of(seed):
    """A random state with everything in it: blocks, traits, masks, foes, homes, locks, a tray."""
    rng = np.random.default_rng(seed)
    n, G, top = 24, 4, 12
    W = rng.normal(size=(n, n))
    W = np.triu(W, 1) + np.triu(W, 1).T
    group = rng.permutation(np.append(np.repeat(np.arange(G), 5), [G] * (n - 5 * G)))
    tally = rng.integers(0, 2, (n, 2))
    rows = np.arange(top + 2)
    # Everyone agrees with the own group, and with some of the others.
    first = np.left_shift(1, group) | rng.integers(0, 2**5, n)
    second = np.where(rng.random(n) < 0.7, 3, np.left_shift(1, group % 2))
    mask = np.column_stack([first, second, np.zeros(n, int)]).astype(np.uint64)
    foes = [(a, b) for a, b in rng.integers(0, n, (6, 2)).tolist() if group[a] != group[b]]
    state = fresh_state(
        W,
        low=np.append(np.full(G, 4), 0),
        high=np.append(np.full(G, 10), n * 2),
        group=group,
        inner=rng.normal(size=n),
        weight=rng.choice([1.0, 1.0, 1.0, 2.0], n),
        rate=np.where(rows > 1, 0.8 / np.maximum(rows - 1, 1), 0.0),
        table=rng.random((2, top + 2, top + 2)),
        tally=tally,
        reward=5.0,
        home=rng.choice([-1, -1, 0, 1, 2], n),
        stay=rng.random(n),
        locked=rng.random(n) < 0.1,
        mask=mask,
        segment=np.array([1, 3]),
        foes=foes,
        seed=seed,
    )
    kernels.build(state)
    assert twin.allowed(state, state.group)
    return state


@pytest.mark.parametrize("seed", range(8))
def test_value_and_best_moves_are_those_of_the_twin(seed):
    state = state_of(seed)
    assert kernels.value(state) == pytest.approx(twin.value(state))
    for i in range(len(state.W)):
        assert max(0.0, kernels.best_move(state, i)[0] - 1e-9) == pytest.approx(
            max(0.0, twin.best_move(state, i) - 1e-9), abs=1e-6
        )


@pytest.mark.parametrize("seed", range(8))
def test_a_descent_keeps_its_sums_and_ends_where_the_twin_finds_nothing(seed):
    state = state_of(seed)
    before = kernels.value(state)
    gain, calm = kernels.descend(state, 100_000)
    assert calm
    assert before + gain == pytest.approx(twin.value(state))
    assert twin.allowed(state, state.group)
    assert all(twin.best_move(state, i) < 1e-6 for i in range(len(state.W)))


def test_shaking_keeps_every_rule_and_its_change_is_true():
    for seed in range(8):
        state = state_of(seed)
        before = twin.value(state)
        change = kernels.shake(state, 10, True)
        assert before + change == pytest.approx(twin.value(state))
        assert twin.allowed(state, state.group)


def test_a_search_returns_the_grouping_that_it_says():
    state = state_of(3)
    kernels.descend(state, 100_000)
    f, record = kernels.value(state), state.group.copy()
    now, best, _ = kernels.search(state, 50, 3, True, 0.5, f, f, record)
    assert now == pytest.approx(twin.value(state))
    assert best == pytest.approx(twin.value(state, record))
    assert best >= f
