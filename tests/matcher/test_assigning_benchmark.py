"""What the benchmark of `assign` and `pair` runs and judges by, on tiny instances."""

import subprocess
import sys

import numpy as np
import pytest

from benchmarks.assigning import Asked, advice, against, instances, ours, peer, practice, processes
from benchmarks.assigning.families import pool
from benchmarks.assigning.market import MadeMarket
from benchmarks.assigning.pairs import Size, once, store
from data.db import db
from data.matching import sides
from matcher.assignment import solve
from matcher.profiles import Profiles
from tests.matcher.test_assigning import by_scipy

# Makes instances of the kind that the benchmark reads from a folder, in its own simple way.
PROGRAM = """
import numpy as np

def make(n, m, seed=0, cap=1, caps=None):
    dice = np.random.default_rng(seed)
    sides = {
        side: {
            "mun": dice.integers(0, 4, k),
            "lang": (dice.random((k, 3)) < [0.9, 0.3, 0.1]).astype(np.int32),
            "agency": dice.integers(0, 5, k),
        }
        for side, k in (("e", n), ("o", m))
    }
    A, B = (dice.integers(0, 200, (k, 4)).astype(np.float32) for k in (n, m))
    places = dice.integers(caps[0], caps[1] + 1, m) if caps else np.full(m, cap)
    near = np.abs(np.arange(4)[:, None] - np.arange(4)) <= 1
    return {"n": n, "m": m, "A": A, "B": B, **sides, "ok": near, "cap": places}

def block(made, rows, columns):
    e, o = made["e"], made["o"]
    allowed = made["ok"][e["mun"][rows]][:, o["mun"][columns]]
    allowed &= (e["lang"][rows] @ o["lang"][columns].T) > 0
    allowed &= e["agency"][rows][:, None] != o["agency"][columns]
    return made["A"][rows] @ made["B"][columns].T, allowed
"""
SMALL = instances.Case(40, 30, 1, 2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    where = tmp_path_factory.mktemp("instances")
    (where / "common.py").write_text(PROGRAM, encoding="utf-8")
    return where


@pytest.mark.parametrize("seed", range(5))
def test_the_market_has_every_feasible_pair_and_no_other(folder, seed):
    instance = instances.made(folder, SMALL, seed=seed)
    market, table = MadeMarket(instance), instances.table(folder, instance)
    found = np.full(market.shape, -1)
    for rows, columns in market.rectangles():
        found[np.ix_(rows, columns)] = market.scores(rows, columns)
    np.testing.assert_array_equal(found, table)
    solved = solve(market, instance["cap"])
    assert (solved.matched, int(solved.scores().sum())) == by_scipy(table, instance["cap"])


def test_a_run_of_ours_is_proved_by_pricing_every_pair(folder):
    case = instances.Case(90, 40, 1, 2)
    found = ours.solved(folder, case, prove=True)
    table = instances.table(folder, instances.made(folder, case))
    assert found["certified"] is found["best"] is True
    assert found["feasible"] == (table >= 0).sum()
    assert found["matched"] > 0


def test_a_tampered_solution_is_not_certified(folder):
    instance = instances.made(folder, SMALL)
    market = MadeMarket(instance)
    solved = solve(market, instance["cap"])
    assert ours._proved(market, instance["cap"], solved)["certified"]
    solved.graph.price[int(solved.mentor_of.max())] += 1
    assert not ours._proved(market, instance["cap"], solved)["certified"]


def test_events_end_where_solving_anew_does(folder):
    found = ours.followed(folder, SMALL, events=40)
    assert found["equal"] == found["checked"] == 5
    assert found["p50"] <= found["p95"] <= found["max"]


@pytest.mark.parametrize("name", ["network_simplex", "dense-scipy"])
@pytest.mark.parametrize("case", [SMALL, instances.Case(30, 30, 3, 3)])
def test_peers_are_asked_for_the_same_optimum(folder, name, case):
    instance = instances.made(folder, case)
    pairs = peer.PEERS[name](folder, instance)()
    judged = peer.judged(folder, instance, pairs)
    solved = solve(MadeMarket(instance), instance["cap"])
    assert judged == {"matched": solved.matched, "total": int(solved.scores().sum())}


def test_the_judge_refuses_what_a_rule_forbids(folder):
    instance = instances.made(folder, SMALL)
    i, j = np.argwhere(instances.table(folder, instance) < 0)[0]
    with pytest.raises(AssertionError):
        peer.judged(folder, instance, [(i, j)])
    with pytest.raises(AssertionError):
        peer.judged(folder, instance, [(0, 0), (0, 1)])


def test_a_row_of_the_table_says_whether_the_optimum_is_the_same(folder):
    row = against.Row("dense-scipy", instances.Case(30, 30, 1, 1), 1, 2, leaner=1)
    asked = Asked(instances=folder, repetitions=1)
    told = against._row(row, asked, processes.own_python())
    assert told[:2] == ["dense-scipy", "30 x 30, capacity 1"]
    assert told[-1] == "yes (1 runs)"


def test_memory_at_its_peak_is_counted_though_it_is_given_back():
    _, grown, size = processes.measured(lambda: len(np.ones(8_000_000).tolist()))
    assert size == 8_000_000
    assert grown > 100


def test_pools_are_the_same_every_time_and_every_rule_can_bind():
    people = pool(60, 30)
    assert people == pool(60, 30)
    assert people != pool(60, 30, seed=2)
    read = Profiles.from_records([*people.families, *people.mentors])
    assert read.warnings == ()
    assert any(read.exclusions)
    assert read.is_protected.any()
    assert once(Size(60, 30, False, None))["certified"]


@pytest.mark.usefixtures("app")
def test_a_pool_comes_back_from_the_database_as_it_was_written():
    people = pool(30, 12)
    row_of = store(people)
    db.session.flush()
    stored = sides(*([row_of[r["id"]] for r in side] for side in people[:2]))
    for read, records in zip(stored, people[:2], strict=True):
        given = Profiles.from_records(records)
        for code in ("themes_now", "availability", "postcode", "mentor_expires", "consents"):
            np.testing.assert_array_equal(read.flags(code), given.flags(code), err_msg=code)
        there = [{str(row_of[key]) for key in side} for side in given.exclusions]
        assert all(mine <= also for mine, also in zip(there, read.exclusions, strict=True))


def test_ways_of_others_keep_the_rules_and_greedy_takes_the_best_pair_first():
    table, places = np.array([[9, 8], [7, -1], [6, 5]]), np.array([1, 1])
    np.testing.assert_array_equal(practice.first_come(table, places, [1, 0, 2]), [1, 0, -1])
    np.testing.assert_array_equal(practice.greedy(table, places), [0, -1, 1])


def test_weights_of_advice_are_never_below_nothing_and_find_what_matters():
    dice = np.random.default_rng(0)
    X = dice.random((400, 3))
    weights = advice.fitted(X, X[:, 0] - X[:, 1] > 0.2)
    assert (weights >= 0).all()
    assert weights[0] > 1 > weights[2]


def test_the_peers_program_needs_nothing_of_ours():
    code = (
        "import sys; import benchmarks.assigning.peer, benchmarks.assigning.stable;"
        "sys.exit(any(name.split('.')[0] in {'matcher', 'numba', 'flask'} for name in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=processes.ROOT)
