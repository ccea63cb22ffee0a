"""Exact assignment without a table: as good as scipy's on the whole table, and proved."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from matcher.assigning.graph import surplus
from matcher.assigning.market import FORBIDDEN, Market, Narrowed
from matcher.assigning.solving import exact_sum
from matcher.assigning.standing import Standing
from matcher.assignment import assign, solve, weigh
from matcher.certificate import proof_of
from matcher.errors import MatcherError
from tests.matcher.markets import Made


def by_scipy(table, places, without=()):
    """(how many, total) of an optimum over the whole table, solved by another program."""
    table = table.copy()
    table[list(without)] = -1
    seats = np.repeat(np.arange(len(places)), np.minimum(places, len(table)))
    unit = int(max(table.max(initial=0), 0)) * (len(table) + 1) + 1
    worth = np.where(table >= 0, table + unit, 0)[:, seats]
    rows, seat = linear_sum_assignment(worth.astype(float), maximize=True)
    return divmod(int(worth[rows, seat].sum()), unit)


def found(solved):
    return solved.matched, int(solved.scores().sum())


def sizes(seed):
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 160)), int(rng.integers(1, 120))
    return n, m, int(rng.integers(0, 5)), int(rng.choice([1, 3, 40, 1000]))


@pytest.mark.parametrize("seed", range(200))
def test_it_is_as_good_as_scipy_on_the_whole_table(seed):
    n, m, most, top = sizes(seed)
    market = Made(n, m, seed=seed, most_places=most, top=top)
    solved = solve(market, market.places)
    table = market.table()
    assert found(solved) == by_scipy(table, market.places)
    seated = np.flatnonzero(solved.mentor_of >= 0)
    assert (table[seated, solved.mentor_of[seated]] >= 0).all()
    assert (np.bincount(solved.mentor_of[seated], minlength=m) <= market.places).all()
    assert solved.value() == solved.dual()


@pytest.mark.parametrize("seed", range(60))
def test_the_prices_prove_it_over_every_pair(seed):
    n, m, most, top = sizes(seed)
    market = Made(n, m, seed=seed, most_places=most, top=top)
    solved = solve(market, market.places)
    proof = proof_of(solved, 0)
    assert proof.limit(market.places) == solved.value()
    everyone = np.arange(n), np.arange(m)
    everyone_with_a_place = everyone[0], np.flatnonzero(market.places > 0)
    assert proof.holds_for(*everyone_with_a_place, market.scores(*everyone_with_a_place))


def test_the_order_of_rows_and_columns_changes_neither_number_nor_total():
    rng = np.random.default_rng(3)
    for seed in range(40):
        n, m, most, top = sizes(seed)
        market = Made(n, m, seed=seed, most_places=most, top=top)
        table = np.where(market.table() < 0, FORBIDDEN, market.table())
        a, b = rng.permutation(n), rng.permutation(m)
        here = solve(table, market.places)
        there = solve(table[a][:, b], market.places[b])
        assert found(here) == found(there)


def test_more_room_never_serves_fewer():
    for seed in range(40):
        n, m, most, top = sizes(seed)
        market = Made(n, m, seed=seed, most_places=most, top=top)
        before = solve(market, market.places).matched
        more = market.places.copy()
        more[np.random.default_rng(seed).integers(m)] += 1
        assert solve(market, more).matched >= before


def test_few_pairs_are_held():
    market = Made(1500, 600, seed=1, least_places=3, most_places=4)
    allowed = sum(len(rows) * len(columns) for rows, columns in market.rectangles())
    solved = solve(market, market.places)
    assert found(solved) == by_scipy(market.table(), market.places)
    assert solved.graph.held.sum() < allowed / 5
    assert solved.graph.column.shape[1] < market.shape[1] / 8


def test_a_market_may_be_narrowed():
    market = Made(60, 40, seed=5)
    table = market.table()
    narrow = Narrowed(market, floor=90, bans={(3, 7), (4, 0)}, without={10, 11})
    assert isinstance(narrow, Market)
    table[table < 90] = -1
    table[3, 7] = table[4, 0] = -1
    solved = solve(narrow, market.places)
    assert found(solved) == by_scipy(table, market.places, without=(10, 11))


def random_event(standing, table, rng):
    """Let something happen to a market and to its table alike."""
    active = np.flatnonzero(standing.active)
    gone = np.flatnonzero(~standing.active)
    kind = rng.integers(6)
    if kind >= 4:
        i, j = (int(rng.integers(size)) for size in table.shape)
        table[i, j] = int(rng.integers(standing.market.top + 1)) if kind == 5 else -1
        return standing.allow(i, {j: table[i, j]}) if kind == 5 else standing.forbid(i, j)
    if kind == 0 and len(active):
        return standing.leave(int(rng.choice(active)))
    if kind == 1 and len(gone):
        return standing.come(int(rng.choice(gone)))
    mentor = int(rng.integers(len(standing.graph.places)))
    now = int(standing.graph.places[mentor])
    return standing.set_places(mentor, max(0, now + (1 if kind == 2 else -1)))


@pytest.mark.parametrize("seed", range(25))
def test_after_every_event_it_is_the_optimum_of_what_is_now(seed):
    n, m, most, top = sizes(seed + 500)
    market = Made(n, m, seed=seed, most_places=most, top=top)
    weighing = weigh(market, cost=None)
    standing = Standing(market, market.places, weighing)
    table, rng = market.table(), np.random.default_rng(seed)
    for _ in range(40):
        before = standing.mentor_of.copy()
        moved = random_event(standing, table, rng)
        assert moved.tolist() == np.flatnonzero(before != standing.mentor_of).tolist()
        gone = np.flatnonzero(~standing.active)
        assert found(standing) == by_scipy(table, standing.graph.places, without=gone)
        assert standing.value() == standing.dual()
        assert (surplus(standing.graph) >= 0).all()


def test_who_is_held_stays_and_the_rest_is_best():
    market = Made(50, 30, seed=8, least_places=1, most_places=2)
    standing = solve(market, market.places)
    table = market.table()
    i = 4
    j = int(np.flatnonzero((table[i] >= 0) & (market.places > 0))[0])
    standing.hold(i, j)
    left = market.places.copy()
    left[j] -= 1
    assert found(standing) == by_scipy(table, left, without=[i])


def test_a_place_that_opens_counts_favoured_pairs_as_a_new_round_does():
    for seed in range(30):
        n, m, most, top = sizes(seed + 900)
        market = Made(n, m, seed=seed, most_places=most, top=min(top, 3))
        rng = np.random.default_rng(seed)
        favoured = [(int(rng.integers(n)), int(rng.integers(m))) for _ in range(n)]
        standing = solve(market, np.zeros(m, np.int64), bonus=favoured)
        for j in rng.permutation(m):
            standing.set_places(int(j), int(market.places[j]))
        anew = solve(market, market.places, bonus=favoured)
        assert found(standing) == found(anew)
        assert standing.value() == anew.value()


def test_what_happens_twice_happens_once():
    market = Made(30, 12, seed=2, least_places=1)
    standing = solve(market, market.places)
    standing.leave(3)
    assert standing.leave(3).tolist() == []
    assert standing.allow(3, {0: 5}).tolist() == []
    assert standing.mentor_of[3] == -1
    standing.come(3)
    assert standing.come(3).tolist() == []
    assert np.bincount(standing.mentor_of[standing.mentor_of >= 0], minlength=12).tolist() == (
        standing.graph.load.tolist()
    )
    with pytest.raises(MatcherError):
        standing.set_places(0, -1)


def test_a_row_in_two_rectangles_is_refused():
    class Split(Made):
        def rectangles(self):
            everyone = np.arange(self.shape[0])
            return [(everyone, np.arange(3)), (everyone, np.arange(3, self.shape[1]))]

    market = Split(10, 8, seed=1)
    with pytest.raises(MatcherError):
        solve(market, market.places)


def test_sums_beyond_64_bits_are_exact():
    numbers = np.full(1000, 2**60 + 1)
    assert exact_sum(numbers) == 1000 * (2**60 + 1)
    assert exact_sum(np.zeros(0, np.int64)) == 0


def test_large_tables_need_no_more_than_their_pairs():
    rng = np.random.default_rng(0)
    table = rng.integers(0, 10**6, (400, 300))
    places = rng.integers(0, 3, 300)
    chosen = assign(table, places)
    seated = np.flatnonzero(chosen >= 0)
    assert (len(seated), int(table[seated, chosen[seated]].sum())) == by_scipy(table, places)
