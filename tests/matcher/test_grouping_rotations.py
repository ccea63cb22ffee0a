"""Rings of seats: never a broken rule, never a group worse, and the best one as by brute force."""

from itertools import combinations, permutations

import numpy as np
import pytest

from matcher.grouping import Board, form_groups, moves, rotate, rotations, score_groups, wide
from matcher.profiles import Profiles
from tests.matcher.pools import ON, pool


def board_of(n, seed, *, locked=(), rounds=1, **settings):
    families = Profiles.from_records(pool(n, seed, travel=(25, 60), slots=(4, 10)))
    grouping = form_groups(families, max_iterations=30, on=ON, **settings)
    labels = spoiled(families, grouping, seed, settings)
    return Board(families, labels, scale=grouping.lottery, on=ON, locked=locked, **settings)


def spoiled(families, grouping, seed, settings):
    """The grouping after some swaps that keep the rules, so that there is something to win."""
    labels, dice = grouping.labels.copy(), np.random.default_rng(seed)
    for _ in range(40):
        board = Board(families, labels, scale=grouping.lottery, on=ON, **settings)
        i, j = dice.choice(np.flatnonzero(labels >= 0), 2, replace=False)
        if labels[i] != labels[j] and board.swap(int(i), int(j)).allowed:
            labels[i], labels[j] = labels[j], labels[i]
    return labels


def by_force(board, least_gain):
    """The best gain of any ring of two to four."""
    best = 0.0
    seated = [int(board.pool.rows[i]) for i in np.flatnonzero(board.labels >= 0)]
    for size in (2, 3, 4):
        for chosen in combinations(seated, size):
            for rest in permutations(chosen[1:]):
                said = rotate(board, (chosen[0], *rest))
                wishes = {"no_experienced", "lone_kinship", "lone_single"}
                if (
                    said.allowed
                    and said.gain >= least_gain
                    and all(c.new >= c.old for c in said.changes)
                    and not {r.code for r in said.remarks} & wishes
                ):
                    best = max(best, said.gain)
    return best


@pytest.mark.parametrize("seed", range(5))
def test_the_best_ring_is_found(seed):
    board = board_of(12, seed, min_size=3, max_size=4, target_size=3)
    found = rotations(board, most=1, tried=99)
    best = by_force(board, 0.3)
    assert [said.gain for _, said in found] == pytest.approx([best] if best else [])


@pytest.mark.parametrize("seed", range(6))
def test_a_ring_breaks_nothing_and_makes_no_group_worse(seed):
    board = board_of(40, seed)
    for families, said in rotations(board, most=5):
        assert said.allowed
        assert 2 <= len(families) <= 4
        labels = np.full(len(board.families), -1)
        labels[board.pool.rows] = board.labels
        turned = labels.copy()
        for family, after in zip(families, families[1:] + families[:1], strict=True):
            turned[family] = labels[after]
        scored = score_groups(board.families, turned, scale=board.scale.lottery, on=ON)
        assert scored.broken == ()
        assert scored.score == said.new >= said.old
        for change in said.changes:
            assert change.new >= change.old
            assert scored.groups[change.label].score == change.new


def test_something_is_found_in_a_spoiled_draft_and_no_family_twice():
    found = rotations(board_of(40, 3), most=3)
    assert found
    named = [family for families, _ in found for family in families]
    assert len(named) == len(set(named))


def test_rings_are_the_same_where_no_table_of_pairs_is_held(monkeypatch):
    small = board_of(24, 3)
    found = rotations(small)
    assert found
    monkeypatch.setattr(wide, "WIDE_ABOVE", 10)
    moves._remembered.clear()
    large = Board(small.families, small.labels, scale=small.scale.lottery, on=ON)
    assert large.problem.is_wide
    again = rotations(large)
    assert [ring for ring, _ in again] == [ring for ring, _ in found]
    assert [s.gain for _, s in again] == pytest.approx([s.gain for _, s in found], abs=1e-3)
    moves._remembered.clear()


def test_locked_families_keep_their_seats():
    board = board_of(40, 3)
    (families, _), *_ = rotations(board)
    held = board.families.ids[families[0]]
    labels = np.full(40, -1)
    labels[board.pool.rows] = board.labels
    locked = Board(board.families, labels, scale=board.scale.lottery, on=ON, locked=[held])
    assert all(families[0] not in ring for ring, _ in rotations(locked, most=9))
    assert not rotate(locked, families).allowed


def test_a_ring_within_one_group_or_through_the_tray_is_refused():
    board = board_of(40, 3)
    first = [int(board.pool.rows[i]) for i in board.members[0][:2]]
    assert not rotate(board, first).allowed
    assert not rotate(board, [first[0]]).allowed
