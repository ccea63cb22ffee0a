"""Proofs: equal to brute force on small pools, never claimed where they do not hold."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from matcher.grouping import form_groups, partition, prove_partition
from matcher.grouping.covering import Covering, choose
from matcher.grouping.forming import Search, prepare
from matcher.grouping.infeasible import Infeasible
from matcher.grouping.problem import Sizes, build_problem
from matcher.grouping.proving import admissible_groups, cheap_bound, prove, worth_of
from matcher.grouping.settings import GroupRules, read_criteria
from matcher.grouping.timebox import Timebox
from matcher.profiles import Profiles
from matcher.verify import check_grouping
from matcher.verify_proof import check_proof
from tests.matcher.pools import ON, members, pool

LEAST, MOST = 3, 5


def laid_out(records, *, hard=(), together=()):
    from matcher.grouping.benefit import build_benefit
    from matcher.grouping.pool import build_pool

    rules = GroupRules(hard=hard)
    laid = build_pool(Profiles.from_records(records), rules=rules, places=None, on=ON)
    benefit = build_benefit(laid, read_criteria(None), on=ON)
    return build_problem(laid, benefit, rules=rules, sizes=Sizes(LEAST, MOST, 4), together=together)


def every_grouping(groups, n):
    """Every set of disjoint groups, as lists of group numbers."""

    def grow(first, used):
        yield []
        for c in range(first, len(groups)):
            if not groups[c] & used:
                for rest in grow(c + 1, used | groups[c]):
                    yield [c, *rest]

    return grow(0, 0)


def best_by_force(problem, listed, *, home, stay):
    """The best (placed, worth) over every grouping, each asked of the search's own kernels."""
    masks = [sum(1 << int(v) for v in row[row >= 0]) for row in listed]
    best = (-1, -np.inf)
    for columns in every_grouping(masks, len(problem)):
        group = np.full(len(problem), -1)
        for g, c in enumerate(columns):
            group[listed[c][listed[c] >= 0]] = g
        placed = int(problem.weight[group >= 0].sum())
        if placed >= best[0]:
            best = max(best, (placed, worth_of(problem, group, home=home, stay=stay)))
    return best


def started(problem, home, locked):
    prepare()
    box = Timebox(1.0, iterations=2)
    search = Search(problem, box, seed=0, home=home, locked=locked, move_cost=0.0)
    return search.run(progress=None, stop=None)


@pytest.mark.parametrize("seed", range(14))
def test_what_is_proved_is_the_best_of_every_grouping(seed):
    problem = laid_out(pool(9, seed, travel=(15, 60), slots=(2, 4), exclusions=0.3))
    home, locked = np.full(9, -1), np.zeros(9, bool)
    listed = admissible_groups(problem, most=10_000)
    group, proof = prove(problem, started(problem, home, locked), listed, home=home, locked=locked)
    placed, worth = best_by_force(problem, listed, home=home, stay=0.0)
    assert proof.proven
    assert (proof.placed, proof.value) == (
        placed,
        pytest.approx(max(worth, 0.0) if placed == 0 else worth),
    )
    assert worth_of(problem, group, home=home, stay=0.0) == pytest.approx(proof.value)


@pytest.mark.parametrize("seed", range(4))
def test_the_list_holds_exactly_the_groups_that_break_nothing(seed):
    records = pool(9, seed, travel=(15, 60), slots=(2, 4), exclusions=0.3)
    listed = admissible_groups(laid_out(records), most=10_000)
    found = {tuple(row[row >= 0].tolist()) for row in listed}
    every = [g for size in range(LEAST, MOST + 1) for g in combinations(range(9), size)]
    for group in every:
        labels = [0 if i in group else -1 for i in range(9)]
        problems = check_grouping(records, labels, min_size=LEAST, max_size=MOST, on=ON)
        assert (group in found) == (not problems)


def test_a_list_that_would_be_too_long_is_not_made():
    problem = laid_out(members(12))
    assert admissible_groups(problem, most=1_506) is None
    assert len(admissible_groups(problem, most=1_507)) == 220 + 495 + 792


@pytest.mark.parametrize("wish", ["no_experienced", "lone_kinship", "lone_single"])
def test_a_wish_made_hard_is_kept_by_what_is_proved(wish):
    problem = laid_out(pool(10, 4, travel=(30, 60), slots=(4, 9)), hard=(wish,))
    home, locked = np.full(10, -1), np.zeros(10, bool)
    listed = admissible_groups(problem, most=10_000)
    start = np.full(10, -1)
    _, proof = prove(problem, start, listed, home=home, locked=locked)
    placed, worth = best_by_force(problem, listed, home=home, stay=0.0)
    assert proof.proven
    assert (proof.placed, proof.value) == (placed, pytest.approx(worth))


@pytest.mark.parametrize("seed", range(6))
def test_locks_and_the_price_of_moving_are_part_of_what_is_proved(seed):
    problem = laid_out(members(8, foster_since=2010))
    dice = np.random.default_rng(seed)
    W = dice.normal(size=(8, 8))
    problem.W[:] = np.triu(W, 1) + np.triu(W, 1).T
    home = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    locked = np.zeros(8, bool)
    locked[[0, 5]] = True
    listed = admissible_groups(problem, most=10_000)
    group, proof = prove(problem, home, listed, home=home, locked=locked, stay=0.3)
    masks = [sum(1 << int(v) for v in row[row >= 0]) for row in listed]
    best = -np.inf
    for columns in every_grouping(masks, 8):
        for numbers in ([0, 1], [1, 0]):
            tried = np.full(8, -1)
            for g, c in zip(numbers, columns, strict=False):
                tried[listed[c][listed[c] >= 0]] = g
            if len(columns) == 2 and (tried >= 0).all() and tried[0] == 0 and tried[5] == 1:
                best = max(best, worth_of(problem, tried, home=home, stay=0.3))
    assert proof.proven
    assert proof.value == pytest.approx(best)
    assert (group[0], group[5]) == (0, 1)
    assert worth_of(problem, group, home=home, stay=0.3) == pytest.approx(best)


def test_a_formed_grouping_says_that_it_is_proven_and_a_short_one_says_nothing():
    records = pool(16, 1)
    grouping = form_groups(records, seconds=3.0, on=ON)
    assert grouping.proven
    assert grouping.proof.bound == pytest.approx(grouping.proof.value)
    assert check_grouping(records, grouping, on=ON) == []
    hurried = form_groups(pool(150, 1), max_iterations=3, on=ON)
    assert not hurried.proven
    assert hurried.proof.bound >= hurried.objective


def test_someone_seated_by_a_waiver_takes_the_claim_away():
    records = members(10)
    records[0]["availability"] = ["sun_evening"]
    rules = {"waivers": ["slot_80"]}
    grouping = form_groups(records, rules=rules, seconds=1.0, on=ON, min_size=4)
    assert any(waived.waiver == "slot_80" for waived in grouping.waived)
    assert not grouping.proven
    assert form_groups(records, seconds=1.0, on=ON, min_size=4).proven


def test_without_time_there_is_a_bound_and_no_claim():
    problem = laid_out(pool(12, 2, travel=(30, 60), slots=(4, 9)))
    home, locked = np.full(12, -1), np.zeros(12, bool)
    start = started(problem, home, locked)
    listed = admissible_groups(problem, most=100_000)
    group, proof = prove(problem, start, listed, home=home, locked=locked, seconds_left=lambda: 0.0)
    assert not proof.proven
    assert np.array_equal(group, start)
    assert proof.bound == pytest.approx(cheap_bound(problem, home=home, stay=0.0))
    _, whole = prove(problem, start, listed, home=home, locked=locked)
    assert proof.bound >= whole.value


def test_a_value_the_list_does_not_know_is_never_claimed():
    problem = laid_out(pool(10, 4, travel=(30, 60), slots=(4, 9)))
    home, locked = np.full(10, -1), np.zeros(10, bool)
    start = started(problem, home, locked)
    listed = admissible_groups(problem, most=10_000)
    assert len(listed) > 1
    wrong = listed[: len(listed) // 2]
    at = {tuple(row[row >= 0].tolist()) for row in wrong}
    outside = [tuple(np.flatnonzero(start == g)) for g in range(start.max() + 1)]
    if all(tuple(map(int, g)) in at for g in outside):
        wrong = listed[len(listed) // 2 :]
    _, proof = prove(problem, start, wrong, home=home, locked=locked)
    assert not proof.proven


def by_force(W, sizes):
    n = len(W)

    def rest(left, sizes):
        if not sizes:
            return 0.0 if not left else -np.inf
        best = -np.inf
        for group in combinations(left, sizes[0]):
            inside = sum(W[a, b] for a, b in combinations(group, 2))
            best = max(best, inside + rest(tuple(v for v in left if v not in group), sizes[1:]))
        return best

    return rest(tuple(range(n)), sizes)


@pytest.mark.parametrize("seed", range(8))
def test_a_proved_partition_equals_brute_force(seed):
    dice = np.random.default_rng(seed)
    n = 8
    W = dice.integers(-20, 50, (n, n)).astype(float)
    W = np.triu(W, 1) + np.triu(W, 1).T
    for sizes in ([4, 4], [2, 3, 3], [2, 2, 4]):
        found = prove_partition(W, sizes=[(s, s) for s in sizes])
        assert found.proven
        assert found.value == found.bound == by_force(W, sizes)
        assert np.bincount(found.labels).tolist() == sizes


@pytest.mark.parametrize("seed", range(6))
def test_the_search_reaches_what_is_proved_at_sixteen(seed):
    dice = np.random.default_rng(2026 + seed)
    W = dice.integers(0, 101, (16, 16)).astype(float)
    W = np.triu(W, 1) + np.triu(W, 1).T
    bounds = (
        {"n_groups": 4, "min_size": 3, "max_size": 5}
        if seed % 2
        else {"n_groups": 4, "min_size": 4, "max_size": 4}
    )
    found = prove_partition(W, **bounds, apart=[(0, 1)], together=[(2, 3)])
    assert found.proven
    assert found.labels[0] != found.labels[1]
    assert found.labels[2] == found.labels[3]
    same = found.labels[:, None] == found.labels[None, :]
    assert W[np.triu(same, 1)].sum() == found.value
    record = {}
    partition(W, **bounds, apart=[(0, 1)], together=[(2, 3)], max_iterations=400, record=record)
    assert record["value"] <= found.value + 1e-6
    assert record["value"] == pytest.approx(found.value, rel=0.02)


def test_a_partition_that_cannot_be_is_refused():
    W = np.ones((6, 6))
    with pytest.raises(Infeasible):
        prove_partition(W, n_groups=2, min_size=3, max_size=3, apart=[(0, 1), (1, 2), (0, 2)])


def test_covers_that_leave_someone_over_are_told_apart_from_those_that_do_not_exist():
    rows = np.array([[0, 1], [1, 2]])
    once = np.ones(3)
    assert choose(rows, np.ones(2), low=once, high=once).impossible
    free = choose(rows, np.ones(2), low=np.zeros(3), high=once)
    assert (free.worth, free.proven) == (1.0, True)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_speaks_against_an_honest_proof(seed):
    records = pool(13, seed, travel=(30, 60), slots=(4, 9))
    pairs = [("F-001", "F-002")] if seed == 1 else []
    rules = {"hard": ("no_experienced",) if seed == 2 else ()}
    grouping = form_groups(records, seconds=2.0, on=ON, min_size=4, together=pairs, rules=rules)
    assert grouping.proven
    told = {"min_size": 4, "together": pairs, "hard": rules["hard"], "on": ON}
    assert check_proof(records, grouping, **told) == []


def test_a_false_proof_is_found_out():
    records = pool(12, 1, slots=(15, 21), travel=(90, 120), forms=(1, 0, 0))
    good = form_groups(records, seconds=2.0, on=ON)
    assert check_proof(records, good, on=ON) == []
    fewer = replace(good, proof=replace(good.proof, admissible=good.proof.admissible - 1))
    assert any("could be formed" in said for said in check_proof(records, fewer, on=ON))
    first, second, *rest = good.proof.seating
    for i in first:
        for j in second:
            one = tuple(sorted({*first, j} - {i}))
            other = tuple(sorted({*second, i} - {j}))
            worse = replace(good.proof, seating=(one, other, *rest))
            rows = {tuple(row[row >= 0].tolist()) for row in good.proof.groups}
            if {one, other} <= rows:
                told = check_proof(records, replace(good, proof=worse), on=ON)
                assert any("better" in said for said in told)
                return
    pytest.fail("no two families of this pool could change places")


@pytest.mark.parametrize(("seed", "proved"), [(1, 2.6848), (4, 3.2730)])
def test_a_typical_municipality_comes_to_its_proof_also_where_it_takes_one_group_more(seed, proved):
    """Proved by `form_groups(..., seconds=20)`: seven groups, where the first opening has six."""
    families = Profiles.from_records(pool(40, seed))
    grouping = form_groups(families, max_iterations=400, on=ON)
    assert len(grouping.groups) == 7
    assert grouping.objective >= 0.995 * proved


def test_a_current_group_that_vanishes_does_not_lose_the_proof():
    records = members(11, foster_since=2010)
    current = dict(zip([r["id"] for r in records], [0] * 4 + [1] * 2 + [2] * 5, strict=True))
    sizes = {"min_size": 3, "max_size": 6, "target_size": 5}
    grouping = form_groups(
        records, current=current, locked=["F-08"], max_iterations=30, on=ON, **sizes
    )
    assert grouping.proven
    assert sorted(set(grouping.labels.tolist())) == [0, 1]


def test_a_relaxation_whose_prices_are_off_ends_once_every_group_is_chosen(monkeypatch):
    rows = np.array([[0, 1], [1, 2], [0, 2]])
    task = Covering(rows, np.ones(3), low=np.zeros(3), high=np.ones(3))
    monkeypatch.setattr(task, "_solve", lambda columns, left: (np.zeros(task.n_rows), 1.0, 0.0))
    asked = iter([np.inf] * 20)
    relaxed = task.relax(None, lambda: next(asked))
    assert not relaxed.solved
    assert relaxed.bound >= 1.0
