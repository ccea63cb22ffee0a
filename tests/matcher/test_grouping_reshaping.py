"""Late families, thin groups, merging and splitting: no hard rule broken, the best as by force."""

from itertools import combinations

import numpy as np
import pytest

from matcher.grouping import (
    Board,
    form_groups,
    merge,
    merges,
    nearest_merge,
    place_late,
    score_groups,
    split,
    split_off,
    where_to,
    who_could_join,
)
from matcher.grouping.reshaping import MOST_ASKED
from matcher.profiles import Profiles
from matcher.verify import check_grouping
from tests.matcher.pools import ON, member, members, pool, with_holes


def board_of(n, seed, **settings):
    families = Profiles.from_records(pool(n, seed))
    grouping = form_groups(families, max_iterations=20, on=ON, **settings)
    return Board(families, grouping.labels, scale=grouping.lottery, on=ON, **settings)


def labels_of(board):
    labels = np.full(len(board.families), -1)
    labels[board.pool.rows] = board.labels
    return labels


def records_of(board):
    return [board.families.record(i) for i in range(len(board.families))]


@pytest.mark.parametrize("seed", range(8))
def test_a_late_family_is_offered_only_groups_it_may_join(seed):
    families = pool(41, seed)
    late = with_holes(families[40:], seed)[0]
    grouping = form_groups(families[:40], max_iterations=20, on=ON)
    placing = place_late(families[:40], grouping.labels, late, most=9, on=ON)
    assert bool(placing.places) != bool(placing.reason)
    gains = [said.gain for said in placing.places]
    assert gains == sorted(gains, reverse=True)
    offered = {c.target for c in placing.places}
    for label in range(len(grouping.groups)):
        labels = [*grouping.labels, label]
        problems = check_grouping([*families[:40], late], labels, max_size=8, min_size=1, on=ON)
        town = any(r.get("postcode") == late.get("postcode") for r in families[:40])
        if town:  # else its own town is a new place to meet
            assert (label in offered) == (not problems)
        elif label in offered:
            assert not problems
    if placing.reason:
        assert placing.reason.words("da")


def test_a_late_family_that_takes_no_part_is_told_why():
    grouping = form_groups(members(10), max_iterations=5, on=ON)
    placing = place_late(members(10), grouping.labels, member("Z", status="paused"), on=ON)
    assert (placing.places, placing.reason.rule) == ((), "status")


def test_what_is_said_of_a_family_in_the_tray_holds():
    board = board_of(40, 3)
    for family in np.flatnonzero(labels_of(board) == -1):
        placing = where_to(board, int(family))
        for said in placing.places:
            assert board.move(int(family), said.target).new == said.new


@pytest.mark.parametrize("seed", range(6))
def test_who_could_join_a_thin_group_breaks_nothing_and_leaves_no_group_too_small(seed):
    board = board_of(40, seed)
    labels = labels_of(board)
    thin = int(np.argmin([len(m) for m in board.members]))
    for said in who_could_join(board, thin, from_groups=True):
        moved = labels.copy()
        moved[board.families.ids.index(said.families[0])] = thin
        assert check_grouping(records_of(board), moved, on=ON) == []
    assert all(
        labels[board.families.ids.index(said.families[0])] == -1
        for said in who_could_join(board, thin)
    )


@pytest.mark.parametrize("seed", range(8))
def test_two_groups_merge_exactly_where_no_rule_is_in_the_way(seed):
    board = board_of(30, seed, min_size=3, max_size=8, target_size=4)
    labels = labels_of(board)
    for one, other in combinations(range(board.n_groups), 2):
        merged = labels.copy()
        merged[merged == other] = one
        used = sorted(set(merged[merged >= 0]))
        numbered = [used.index(g) if g >= 0 else -1 for g in merged]
        problems = check_grouping(records_of(board), numbered, min_size=3, max_size=8, on=ON)
        found = merge(board, one, other)
        assert found.possible == (not problems)
        assert all(text and "%" not in text for text in found.words("da") + found.words("en"))
        if found.possible:
            (group,) = found.groups
            assert len(group.members) == len(board.members[one]) + len(board.members[other])
            again = score_groups(
                board.families,
                numbered,
                scale=board.scale.lottery,
                on=ON,
                min_size=3,
                max_size=8,
                target_size=4,
            )
            assert again.score == found.new
    best = merges(board, 0)
    assert [m.gain for _, m in best] == sorted((m.gain for _, m in best), reverse=True)


def test_a_large_group_of_a_large_pool_can_be_split():
    records = pool(320, 3, travel=(60, 90), slots=(10, 20), forms=(1, 0, 0), exclusions=0)
    board = Board(records, [0] * 24 + [-1] * 296, on=ON, max_size=12, scale=0.0)
    assert board.problem.is_wide
    found = split(board, 0)
    assert sorted(len(group.members) for group in found.groups) == [12, 12]


def test_a_split_is_the_best_of_every_way_to_halve_the_group():
    records = pool(10, 5, travel=(60, 90), slots=(10, 20), forms=(1, 0, 0), exclusions=0)
    board = Board(records, [0] * 10, on=ON, max_size=10, min_size=4)
    found = split(board, 0)
    assert found.possible
    best = -np.inf
    for size in (4, 5, 6):
        for half in combinations(range(10), size):
            labels = [0 if i in half else 1 for i in range(10)]
            ways = Board(records, labels, on=ON, max_size=10, min_size=4, scale=board.scale.lottery)
            if all(not group.broken for group in ways.scored().groups):
                best = max(best, sum(part[0] for part in ways.parts))
    chosen = [1 if record["id"] in found.groups[1].members else 0 for record in records]
    halves = Board(records, chosen, on=ON, max_size=10, min_size=4, scale=board.scale.lottery)
    assert sum(part[0] for part in halves.parts) == pytest.approx(best)
    assert all(group.slot and group.place for group in found.groups)


@pytest.mark.parametrize("n", [10, 16, 24])
def test_a_split_keeps_every_rule_also_in_a_large_group(n):
    records = pool(n, 3, travel=(60, 90), slots=(10, 20), forms=(1, 0, 0))
    found = split(Board(records, [0] * n, on=ON, max_size=12), 0)
    if found.possible:
        where = {key: g for g, group in enumerate(found.groups) for key in group.members}
        labels = [where[record["id"]] for record in records]
        assert check_grouping(records, labels, max_size=12, on=ON) == []
    else:
        assert found.words("da")


def test_a_group_too_small_for_two_says_so_and_a_locked_family_stays():
    board = Board(members(9), [0] * 9, on=ON, max_size=9)
    assert [broken.rule for broken in split(board, 0).broken] == ["size_low"]
    assert split(board, 0).words("da") == ["Kun 4 familier (mindst 5)"]
    labels = [0] * 4 + [1] * 4
    locked = Board(members(8), labels, on=ON, min_size=4, locked=["F-05"])
    assert [broken.rule for broken in merge(locked, 0, 1).broken] == ["locked"]


def roomy(n, seed=5, **settings):
    """A group of families who can all meet each other."""
    records = pool(n, seed, travel=(60, 90), slots=(10, 20), forms=(1, 0, 0), exclusions=0)
    return records, {"on": ON, "max_size": 10, "min_size": 4, **settings}


@pytest.mark.parametrize("held", [[0], [3, 7], [0, 1, 2, 9]])
def test_locked_members_stay_together_and_keep_the_label_in_the_best_split_that_can_be(held):
    records, how = roomy(10)
    locked = [records[i]["id"] for i in held]
    board = Board(records, [0] * 10, locked=locked, **how)
    found = split(board, 0)
    assert found.possible
    assert [group.label for group in found.groups] == [0, 1]
    assert set(locked) <= set(found.groups[0].members)
    best = -np.inf
    for size in (4, 5, 6):
        for half in combinations(range(10), size):
            if set(held) <= set(half):
                labels = [0 if i in half else 1 for i in range(10)]
                ways = Board(records, labels, scale=board.scale.lottery, **how)
                if all(not group.broken for group in ways.scored().groups):
                    best = max(best, sum(part[0] for part in ways.parts))
    chosen = [0 if r["id"] in found.groups[0].members else 1 for r in records]
    made = Board(records, chosen, scale=board.scale.lottery, **how)
    assert sum(part[0] for part in made.parts) == pytest.approx(best)


def test_a_group_in_which_too_many_are_locked_is_not_split_and_says_who():
    records, how = roomy(10)
    locked = [record["id"] for record in records[:7]]
    found = split(Board(records, [0] * 10, locked=locked, **how), 0)
    assert [broken.rule for broken in found.broken] == ["locked"]
    assert set(found.broken[0].families) == set(locked)


def test_what_is_split_off_is_what_was_chosen_and_nobody_else():
    records, how = roomy(10)
    board = Board(records, [0] * 10, **how)
    best = split(board, 0)
    chosen = [i for i, r in enumerate(records) if r["id"] in best.groups[1].members]
    assert split_off(board, 0, chosen) == best
    assert "size_low" in [b.rule for b in split_off(board, 0, chosen[:1]).broken]
    for nobody in ([], [99]):
        assert [b.rule for b in split_off(board, 0, nobody).broken] == ["no_such_group"]
    other = Board(records, [0] * 9 + [1], **how)
    assert not split_off(other, 0, [9]).possible


@pytest.mark.parametrize("seed", range(4))
def test_the_best_mergers_are_among_all_and_what_is_closed_is_not(seed):
    board = board_of(30, seed, min_size=3, max_size=8, target_size=4)
    every = merges(board, 0)
    assert merges(board, 0, most=2) == every[:2]
    closed = {other for other, _ in every[:1]}
    assert [other for other, _ in merges(board, 0, closed=closed)] == [o for o, _ in every[1:]]
    refused = nearest_merge(board, 0)
    others = {g for g in range(board.n_groups) if g and len(board.members[g])}
    assert (refused is None) == (others == {other for other, _ in every})
    if refused:
        rules = [len(merge(board, 0, other).broken) for other in others]
        assert len(refused[1].broken) == min(n for n in rules if n)


def test_who_holds_a_family_in_place_keeps_the_label():
    board = Board(members(8), [0] * 4 + [1] * 4, on=ON, min_size=4, locked=["F-05"])
    [(other, found)] = merges(board, 0)
    assert (other, [group.label for group in found.groups]) == (1, [1])


def test_of_a_crowd_the_best_who_could_join_are_those_one_finds_by_asking_about_all():
    families = Profiles.from_records(
        pool(150, 3, travel=(60, 90), slots=(10, 20), forms=(1, 0, 0), exclusions=0)
    )
    how = {"on": ON, "min_size": 4, "max_size": 9}
    formed = form_groups(families, max_iterations=5, **how)
    board = Board(families, formed.labels, scale=formed.lottery, **how)
    size = [len(members) for members in board.members]
    label = int(np.argmin(size))
    others = [i for i, home in enumerate(formed.labels) if home != label and size[home] > 4]
    said = [c for c in (board.move(i, label) for i in others) if c.allowed]
    assert len(said) > MOST_ASKED
    best = sorted((c.gain for c in said), reverse=True)[:5]
    found = [c.gain for c in who_could_join(board, label, from_groups=True)]
    assert found == pytest.approx(best)
