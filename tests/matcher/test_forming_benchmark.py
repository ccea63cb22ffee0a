"""What the benchmark judges by is right: the formula, the proofs and the files it reads."""

import gzip

import numpy as np
import pytest

from benchmarks.forming import instances, objective, proofs
from benchmarks.forming.lawyers import _sizes, _within
from benchmarks.forming.municipalities import Pool
from matcher.grouping import form_groups, partition
from matcher.profiles import Profiles
from tests.matcher.pools import ON
from tests.matcher.rulebook import Rulebook


@pytest.mark.parametrize("pool", [Pool("demo", 40, 1), Pool("region", 60, 2), Pool("tight", 36, 3)])
def test_the_formula_worked_out_anew_gives_what_the_engine_reports(pool, tmp_path, monkeypatch):
    monkeypatch.setattr(objective, "KEPT", tmp_path)
    grouping = form_groups(Profiles.from_records(pool.records), max_iterations=10, on=ON)
    judged = objective.Formula(pool).judge(grouping.labels)
    assert judged.fit == pytest.approx(grouping.objective)
    assert judged.placed == (grouping.labels >= 0).sum() > 0
    again = objective.Formula(pool)  # from the means kept
    assert again.judge(grouping.labels) == judged
    assert again.bound() >= judged.fit


def test_pools_are_the_same_every_time_and_their_ids_tell_them_apart():
    assert Pool("demo", 40, 1).id == Pool("demo", 40, 1).id
    assert len({Pool(kind, 40, seed).id for kind in ("demo", "tight") for seed in (1, 2)}) == 4


@pytest.mark.parametrize("seed", range(5))
def test_a_tight_pool_has_a_hidden_seating_for_everyone(seed):
    pool = Pool("tight", 24, seed)
    book = Rulebook(pool.records, on=ON)
    assert book.out == {}
    grouping = form_groups(Profiles.from_records(pool.records), max_iterations=20, on=ON)
    assert grouping.unplaced == {}
    assert all(not book.faults(group.members) for group in grouping.groups)


@pytest.mark.parametrize("number", range(12))
def test_both_proofs_agree_and_the_engine_reaches_them(number):
    instance = instances.invented(number)
    best = proofs.proved_best(instance)  # raises where its two ways differ
    labels = partition(instance.W, sizes=instance.bounds, apart=instance.apart, seconds=0.1)
    assert instance.faults(labels) == []
    assert instance.value(labels) == pytest.approx(best)


def test_an_instance_that_cannot_be_divided_has_no_best():
    apart = ((0, 1), (0, 2), (1, 2))
    three = instances.Instance("three apart", np.ones((4, 4)), ((2, 2), (2, 2)), apart=apart)
    assert proofs.proved_best(three) is None


def test_an_instance_is_read_with_its_bounds_and_weights(tmp_path):
    text = "4 2 ds 1 5 2 6 W 1 2 3 2\n0 1 1.5\n0 2 2\n0 3 4\n1 2 8\n1 3 16\n2 3 32\n"
    path = tmp_path / "Own_n004_ds_01.txt.gz"
    path.write_bytes(gzip.compress(text.encode()))
    instance = instances.read(path)
    assert instance.name == "Own_n004_ds_01"
    assert instance.bounds == ((1, 5), (2, 6))
    assert instance.value(np.array([0, 0, 1, 1])) == 33.5
    assert instance.faults(np.array([0, 0, 1, 1])) == []
    assert instance.faults(np.array([0, 1, 1, 1])) == ["group 1 weighs 7, not 2 to 6"]


def test_draws_within_offices_keep_how_many_of_each_office_a_group_has():
    office = np.array(list("aaabbbcc"))
    labels = np.array([0, 0, 1, 0, 1, 1, 2, 2])
    drawn = _within(labels, office, np.random.default_rng(1))
    for code in "abc":
        assert sorted(drawn[office == code]) == sorted(labels[office == code])
    assert sum(low for low, _ in _sizes(71, 6)) == 71
