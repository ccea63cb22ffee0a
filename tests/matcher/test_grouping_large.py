"""Large pools: benefits computed when asked for are those of the table, and the rules hold."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.grouping import bonds, form_groups, forming, kernels
from matcher.grouping import problem as problem_form
from matcher.grouping import wide as wide_form
from matcher.grouping.annealing import anneal, quench
from matcher.grouping.benefit import MET_BEFORE, build_benefit
from matcher.grouping.met import Met
from matcher.grouping.opening import how_many, open_groups, open_wide
from matcher.grouping.pool import build_pool
from matcher.grouping.problem import Sizes, build_problem
from matcher.grouping.reasons import GROUPS
from matcher.grouping.scoring import best_partners
from matcher.grouping.settings import GroupRules, read_criteria
from matcher.grouping.wide import WIDE_ABOVE, build_wide
from matcher.profiles import Profiles
from tests.matcher.people import random_pool
from tests.matcher.pools import ON, pool, with_holes
from tests.matcher.reasons import untrue
from tests.matcher.rulebook import Rulebook

WISHES = [None, {"themes_now": "mixed", "max_travel_minutes": "mixed", "interests": "ignore"}]


def drawn(kind, n, seed):
    """A pool as the tests know them: believable, with holes, or with everything at random."""
    if kind == "random":
        records = random_pool(seed, n, 0)[0]
        return [record | {"participation": ["group"]} for record in records]
    records = pool(n, seed)
    return with_holes(records, seed) if kind == "holes" else records


def both(records, wishes=None, together=()):
    """The same pool as a table and as computed when asked for, as problems."""
    rules = GroupRules(waivers=("availability_missing",))
    laid = build_pool(Profiles.from_records(records), rules=rules, places=None, on=ON)
    sizes = Sizes(4, 7, 5)
    return [
        build_problem(
            laid,
            build(laid, read_criteria(wishes), on=ON),
            rules=rules,
            sizes=sizes,
            together=together,
        )
        for build in (build_benefit, build_wide)
    ]


@pytest.mark.parametrize("wishes", WISHES)
@pytest.mark.parametrize("kind", ["believable", "holes", "random"])
def test_benefits_computed_when_asked_for_are_those_of_the_table(kind, wishes):
    dense, wide = both(drawn(kind, 90, 3), wishes)
    everyone = np.arange(len(dense))
    table = wide.benefit_among(everyone, everyone)
    np.testing.assert_allclose(table, dense.W, atol=2e-6)
    np.testing.assert_array_equal(table, table.T)
    np.testing.assert_array_equal(wide.fits_among(everyone, everyone), dense.fits)
    np.testing.assert_allclose(best_partners(wide), best_partners(dense), atol=2e-6)
    np.testing.assert_array_equal(wide.partners, dense.partners)
    for code, mean in dense.benefit.lottery.items():
        assert wide.benefit.lottery[code] == pytest.approx(mean, nan_ok=True)
        group = np.arange(5, 11)
        assert wide.benefit.score_within(code, group) == pytest.approx(
            dense.benefit.score_within(code, group), abs=1e-6, nan_ok=True
        )


@pytest.mark.parametrize("wish", ["together", "apart"])
def test_having_met_counts_alike_in_both_forms(wish, monkeypatch):
    rules = GroupRules(waivers=("availability_missing",))
    records = drawn("believable", 60, 4)
    laid = build_pool(Profiles.from_records(records), rules=rules, places=None, on=ON)
    pairs = [(laid.ids[a], laid.ids[b]) for a, b in [(0, 1), (5, 2), (7, 30), (9, 41), (50, 3)]]
    met = Met.of(pairs, wish)
    dense = met.benefit_of(laid, read_criteria(None), on=ON)
    monkeypatch.setattr(wide_form, "WIDE_ABOVE", 20)
    wide = met.benefit_of(laid, read_criteria(None), on=ON)
    assert isinstance(wide, wide_form.WideBenefit)
    everyone = np.arange(len(laid))
    apart_by = (wide.among(everyone, everyone) - dense.W)[~np.eye(len(laid), dtype=bool)]
    assert np.ptp(apart_by) < 5e-6  # one constant for all pairs: the same groupings are best
    assert wide.lottery[MET_BEFORE] == pytest.approx(dense.lottery[MET_BEFORE])
    for group in (np.array([0, 1, 2, 5]), np.array([10, 11, 12])):
        found = wide.score_within(MET_BEFORE, group)
        assert found == pytest.approx(dense.score_within(MET_BEFORE, group))


def test_blocks_are_contracted_alike_in_both_forms():
    dense, wide = both(drawn("holes", 60, 5), together=[(0, 7), (7, 9), (20, 21)])
    everyone = np.arange(len(dense))
    assert len(dense) == len(wide) < len(dense.pool)
    np.testing.assert_allclose(wide.benefit_among(everyone, everyone), dense.W, atol=5e-6)
    np.testing.assert_array_equal(wide.fits_among(everyone, everyone), dense.fits)
    np.testing.assert_allclose(wide.inner, dense.inner, atol=2e-6)
    np.testing.assert_allclose(wide.W, dense.W, atol=5e-6)
    np.testing.assert_array_equal(wide.fits, dense.fits)
    assert all(v not in row for v, row in enumerate(wide.near.tolist()))


def seated(problem, seed):
    """A state of both forms with the same seating, moves priced, some locked."""
    opened = forming.Search(
        problem,
        forming.Timebox(1.0, iterations=0),
        seed=seed,
        home=np.full(len(problem), -1),
        locked=np.zeros(len(problem), bool),
        move_cost=0.0,
    )
    return opened._start()


@pytest.mark.parametrize("seed", range(4))
def test_a_wide_state_is_worth_and_changes_as_the_dense_one(seed):
    dense, wide = both(drawn("believable", 70, seed), together=[(1, 2)])
    group = seated(wide, seed)
    n_groups = int(group.max()) + 1
    filled = np.where(group < 0, n_groups, group)
    home = np.where(np.arange(len(group)) % 3 == 0, filled % n_groups, -1)
    states = [
        problem.state(filled, n_groups, home=home, stay=0.3, seed=seed) for problem in (dense, wide)
    ]
    for state in states:
        kernels.build(state)
    assert kernels.value(states[1]) == pytest.approx(kernels.value(states[0]), abs=1e-3)
    rng = np.random.default_rng(seed)
    changed = 0
    for i, j in rng.integers(0, len(group), (40, 2)):
        if states[0].group[i] != states[0].group[j]:
            for state in states:
                kernels.swap(state, i, j)
            assert kernels.value(states[1]) == pytest.approx(kernels.value(states[0]), abs=1e-3)
            changed += 1
    assert changed > 5
    before = kernels.value(states[1])
    kernels.build(states[1])
    assert kernels.value(states[1]) == pytest.approx(before, abs=1e-6)
    assert before == pytest.approx(kernels.value(states[0]), abs=1e-3)


@pytest.mark.parametrize("kind", ["believable", "holes", "random"])
@pytest.mark.parametrize("seed", range(3))
def test_groups_are_opened_alike_in_both_forms(kind, seed):
    """What is compiled for large pools is held to its plain twin."""
    dense, wide = both(drawn(kind, 90, seed))
    everyone, first = np.ones(len(dense), bool), np.random.default_rng(0)
    plain = np.full(len(dense), -1)
    by_hand = open_groups(dense, waiting=everyone, rng=first, jitter=0.0, groups=how_many(wide))
    for g, (_, members) in enumerate(by_hand):
        plain[members] = g
    np.testing.assert_array_equal(open_wide(wide, seed=1, jitter=0.0), plain)


@pytest.mark.parametrize("seed", range(3))
def test_cooling_and_quenching_say_what_they_gain(seed):
    _, wide = both(drawn("believable", 80, seed))
    group = seated(wide, seed)
    n_groups = int(group.max()) + 1
    state = wide.state(np.where(group < 0, n_groups, group), n_groups, seed=seed)
    state.locked[:5] = True
    kernels.build(state)
    f, record = kernels.value(state), state.group.copy()
    held = state.group[:5].copy()
    f, best = anneal(state, 4000, 0.2, f, -np.inf, record)
    assert f == pytest.approx(kernels.value(state), abs=1e-6)
    i = quiet = 0
    while quiet < len(wide):  # in steps, as the search does it
        i, quiet = quench(state, 7, i, quiet)
    settled = kernels.value(state)
    assert settled > f
    kernels.build(state)
    assert settled == pytest.approx(kernels.value(state), abs=1e-6)
    assert quench(state, 1 << 40, 0, 0)[1] == len(wide)  # all looked at once, nothing found
    assert kernels.value(state) == pytest.approx(settled, abs=1e-6)
    state.group[:] = record
    kernels.build(state)
    assert best == pytest.approx(kernels.value(state), abs=1e-6)
    np.testing.assert_array_equal(state.group[:5], held)


def test_sums_over_pairs_are_those_of_the_answers_alone():
    """The numpy twin of the compiled pair: each criterion's own scores, standardised and added."""
    _, wide = both(drawn("holes", 60, 2))
    benefit = wide.benefit
    rows, columns = np.triu_indices(len(wide.pool), 1)
    fits = benefit.fits_among(np.arange(len(wide.pool)), np.arange(len(wide.pool)))[rows, columns]
    total = np.zeros(len(rows))
    for code, wish in benefit.criteria.items():
        scores = benefit.laid.measures[code].between(rows, columns)
        scores = 1.0 - scores if wish.mode == "mixed" else scores
        known = fits & ~np.isnan(scores)
        if known.any() and scores[known].std() > 1e-6:
            standard = (scores - scores[known].mean()) / scores[known].std() * wish.weight
            total += np.nan_to_num(standard)
    out = np.empty((len(wide.pool), len(wide.pool)))
    bonds.benefits(benefit.pairs, np.arange(len(out)), np.arange(len(out)), out)
    np.testing.assert_allclose(out[rows, columns], total, atol=2e-6)


@pytest.fixture(scope="module")
def many():
    """A pool beyond the size up to which a table is held, with some who cannot be seated."""
    families = Profiles.from_records(with_holes(pool(WIDE_ABOVE + 150, 4), 4))
    assert len(build_pool(families, rules=GroupRules(), places=None, on=ON)) > WIDE_ABOVE
    return families


def asked(many, **more):
    return form_groups(many, on=ON, **({"max_iterations": 300} | more))


def test_a_large_pool_keeps_every_rule_and_repeats_itself(many):
    from matcher.verify_grouping import check_grouping

    one, two = asked(many, random_state=3), asked(many, random_state=3)
    np.testing.assert_array_equal(one.labels, two.labels)
    assert one.objective == two.objective
    assert check_grouping(many, one, on=ON) == []
    assert one.violations == ()
    assert one.better_than == one.n_draws


def test_locks_and_the_price_of_moving_count_in_a_large_pool(many):
    first = asked(many)
    seated_now = [key for key, g in zip(many.ids, first.labels, strict=True) if g >= 0]
    current = dict(zip(many.ids, first.labels.tolist(), strict=True))
    locked = seated_now[::3]
    again = asked(many, current=current, locked=locked, random_state=8)
    after = dict(zip(many.ids, again.labels.tolist(), strict=True))
    assert all(after[key] == current[key] for key in locked)
    free = sum(after[key] != current[key] for key in seated_now)
    dear = asked(many, current=current, move_cost=50.0, random_state=8)
    stayed = dict(zip(many.ids, dear.labels.tolist(), strict=True))
    assert sum(stayed[key] != current[key] for key in seated_now) <= min(free, 3)


def test_a_large_search_can_be_stopped_and_says_how_far_it_is(many):
    said = []
    grouping = asked(
        many,
        progress=lambda share, points: said.append((share, points)),
        stop=lambda: len(said) >= 4,
        max_iterations=10_000,
    )
    assert len(said) == 4
    assert grouping.iterations < 10_000
    assert all(0 <= share <= 1 and 0 <= points <= 100 for share, points in said)
    assert len(grouping.groups) > 10


def test_a_table_made_of_the_same_benefits_changes_nothing_but_the_speed(many, monkeypatch):
    with_table = asked(many, max_iterations=60)
    monkeypatch.setattr(problem_form, "TABLE_UP_TO", 0)
    without = asked(many, max_iterations=60)
    np.testing.assert_array_equal(without.labels, with_table.labels)


def test_means_told_by_some_of_the_pairs_are_near_those_of_all(many, monkeypatch):
    rules = GroupRules(waivers=("availability_missing",))
    laid = build_pool(many, rules=rules, places=None, on=ON)
    every = build_wide(laid, read_criteria(None), on=ON)
    monkeypatch.setattr(wide_form, "COUNTED", 40_000)
    some = build_wide(laid, read_criteria(None), on=ON)
    assert some.lottery != every.lottery
    for code, mean in every.lottery.items():
        assert some.lottery[code] == pytest.approx(mean, abs=0.03, nan_ok=True)


def test_a_large_pool_is_searched_no_longer_than_wanted(many):
    once = asked(many, max_iterations=1)
    assert once.iterations == 1
    asked_for = []
    stopped = form_groups(many, on=ON, seconds=60.0, stop=lambda: bool(asked_for.append(1) or True))
    assert len(asked_for) <= 2  # then it looked no further
    assert stopped.seconds < 30.0
    assert sorted(key for group in stopped.groups for key in group.members)


def test_who_is_left_over_after_a_large_search_is_still_seated(monkeypatch):
    """The last step of a search knows that no sums by group are held."""
    families = Profiles.from_records(pool(WIDE_ABOVE + 100, 6))
    whole = form_groups(families, on=ON, max_iterations=1)
    monkeypatch.setattr(forming, "cool", _taking_some_out)
    mended = form_groups(families, on=ON, max_iterations=1)
    assert len(mended.unplaced) <= len(whole.unplaced)


def _taking_some_out(state, box, **_):
    tray = len(state.low) - 1
    for v in np.flatnonzero(state.group != tray)[:200:20]:
        if state.size[state.group[v]] > state.low[state.group[v]]:
            kernels.move(state, int(v), tray)
    return 0.0


def test_reasons_are_true_where_only_some_of_the_groups_are_looked_at():
    records = pool(WIDE_ABOVE + 100, 3, travel=(10, 25), slots=(1, 3))
    grouping = form_groups(Profiles.from_records(records), on=ON, max_iterations=5)
    assert len(grouping.groups) > GROUPS
    assert len(grouping.unplaced) > 10
    assert untrue(Rulebook(records, on=ON), grouping) == []


def test_how_many_groups_leaves_room_and_enough_experience():
    _, wide = both(drawn("believable", 90, 1))
    everyone = float(wide.weight.sum())
    more = how_many(wide)
    assert everyone / wide.sizes.most < more < everyone / wide.sizes.least
    nobody = replace(wide, tally=np.zeros_like(wide.tally))
    assert how_many(nobody) == min(more, round(everyone / wide.sizes.target))
    even = replace(wide, sizes=Sizes(5, 5, 5))
    assert how_many(even) == round(everyone / 5)
