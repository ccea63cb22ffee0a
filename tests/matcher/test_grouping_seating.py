"""Seating by minimum-cost flow, alone and as the start of a forming."""

import random

import numpy as np
import pytest

from matcher.grouping import healing
from matcher.grouping.benefit import build_benefit
from matcher.grouping.opening import open_groups
from matcher.grouping.pool import build_pool
from matcher.grouping.problem import Sizes, build_problem
from matcher.grouping.seating import seat
from matcher.grouping.settings import GroupRules, read_criteria
from matcher.profiles import Profiles
from tests.matcher.pools import ON, SLOTS, member


def test_everyone_sits_where_only_one_seating_works():
    allowed = np.array([[1, 1, 0], [1, 0, 0], [0, 1, 1], [0, 0, 1]], bool)
    seating = seat(
        allowed,
        np.zeros((4, 3)),
        low=np.array([1, 1, 1]),
        high=np.array([2, 1, 1]),
        experienced=np.zeros(4, bool),
    )
    assert (seating.group >= 0).all()
    assert np.bincount(seating.group, minlength=3).tolist() == [2, 1, 1]


def test_every_group_gets_its_least_size_before_any_gets_more():
    seating = seat(
        np.ones((6, 2), bool),
        np.tile([1.0, 0.0], (6, 1)),  # all would rather sit in the first
        low=np.array([2, 2]),
        high=np.array([6, 6]),
        experienced=np.zeros(6, bool),
    )
    assert np.bincount(seating.group).tolist() == [4, 2]


def test_every_group_gets_an_experienced_family_if_there_are_enough():
    experienced = np.array([True, True, False, False, False, False])
    seating = seat(
        np.ones((6, 2), bool),
        np.column_stack([experienced.astype(float), np.zeros(6)]),
        low=np.array([3, 3]),
        high=np.array([3, 3]),
        experienced=experienced,
    )
    assert sorted(seating.group[:2].tolist()) == [0, 1]


def test_the_cut_names_the_groups_that_are_contested():
    allowed = np.array([[1, 0], [1, 0], [1, 0], [0, 1]], bool)
    seating = seat(
        allowed,
        np.zeros((4, 2)),
        low=np.array([1, 1]),
        high=np.array([2, 2]),
        experienced=np.zeros(4, bool),
    )
    assert (seating.group < 0).sum() == 1
    assert seating.contested == (0,)


def tight(seed):
    """Three groups of five with one evening each that fits exactly, some free on two of them."""
    dice = random.Random(seed)
    evenings = dice.sample(SLOTS, 3)
    records = []
    for i in range(15):
        free = {evenings[i // 5]}
        if dice.random() < 0.5:
            free.add(dice.choice(evenings))
        records.append(member(f"F-{i:02}", availability=sorted(free), meeting_form="online"))
    dice.shuffle(records)
    pool = build_pool(Profiles.from_records(records), rules=GroupRules(), places=None, on=ON)
    benefit = build_benefit(pool, read_criteria(None), on=ON)
    return build_problem(pool, benefit, rules=GroupRules(), sizes=Sizes(5, 5, 5))


def first_groups(problem):
    opened = open_groups(
        problem,
        waiting=np.ones(len(problem), bool),
        rng=np.random.default_rng(0),
        jitter=0.0,
    )
    group = np.full(len(problem), -1, np.int64)
    for g, (_, seated) in enumerate(opened):
        group[seated] = g
    return opened, group


def test_on_tight_pools_the_flow_seats_no_fewer_and_chains_and_flow_seat_nearly_all():
    greedy = flowed = healed = 0
    for seed in range(20):
        problem = tight(seed)
        opened, group = first_groups(problem)
        seated = healing.seat_by_flow(problem, opened, group)
        whole = healing.complete(problem, seated, locked=np.zeros(len(problem), bool))
        greedy += int((group >= 0).sum())
        flowed += int((seated >= 0).sum())
        healed += int((whole >= 0).sum())
    assert greedy <= flowed <= healed
    assert healed >= 0.9 * 20 * 15


@pytest.mark.parametrize("seed", range(5))
def test_chains_seat_by_moving_others_on(seed):
    problem = tight(seed)
    _, group = first_groups(problem)
    state = healing.state_of(problem, group)
    before = int((state.group == len(state.low) - 1).sum())
    seated = healing.seat_by_chains(problem, state)
    after = healing.labels_of(state)
    assert int((after < 0).sum()) == before - seated
    for g in range(int(after.max(initial=-1)) + 1):
        members = np.flatnonzero(after == g)
        assert len(members) <= 5
        assert np.bitwise_and.reduce(problem.mask[members, 0]) != 0
