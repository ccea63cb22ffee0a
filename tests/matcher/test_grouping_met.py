"""Families that have met before: apart, together or neither, as a wish with weight or as a rule."""

import numpy as np
import pytest

from matcher.errors import MatcherError
from matcher.grouping import Board, form_groups
from matcher.profiles import Profiles
from matcher.verify import check_grouping
from tests.matcher.pools import ON, members, pool

SIX = [(f"F-{a:02}", f"F-{b:02}") for a in range(6) for b in range(a)]


def formed(records, **settings):
    grouping = form_groups(
        Profiles.from_records(records), **{"max_iterations": 60, "on": ON, **settings}
    )
    assert check_grouping(records, grouping, on=ON) == []
    return grouping


def inside(grouping, pairs):
    return sum(any({a, b} <= set(g.members) for g in grouping.groups) for a, b in pairs)


def test_those_who_met_are_parted_joined_or_left_alone_as_wished():
    records = members(18, foster_since=2010)
    apart = formed(records, met=SIX, met_before="apart")
    together = formed(records, met=SIX, met_before="together")
    assert inside(apart, SIX) <= 3  # six in three groups: two in each
    assert inside(together, SIX) == len(SIX)
    plain = formed(records)
    ignored = formed(records, met=SIX, met_before="ignore")
    assert np.array_equal(plain.labels, ignored.labels)


def test_weight_decides_how_much_it_counts_beside_the_rest():
    records = pool(24, 5, travel=(60, 90), slots=(10, 20), forms=(1, 0, 0))
    free = formed(records)
    pairs = [(a, b) for g in free.groups for a in g.members for b in g.members if a < b]
    counts = [
        inside(formed(records, met=pairs, met_before="apart", met_weight=w), pairs)
        for w in (0.0, 0.1, 5.0)
    ]
    assert counts[0] == len(pairs)
    assert counts[2] < counts[1] <= counts[0]


def test_as_a_rule_it_is_never_broken():
    records = members(18, foster_since=2010)
    three = [("F-00", "F-01"), ("F-00", "F-02"), ("F-01", "F-02")]
    apart = formed(records, met=three, met_before="apart", met_hard=True)
    assert inside(apart, three) == 0
    joined = formed(records, met=three, met_before="together", met_hard=True)
    assert inside(joined, three) == 3


def test_a_group_with_old_acquaintances_has_a_bar_and_a_remark():
    records = members(12, foster_since=2010)
    grouping = formed(records, met=SIX, met_before="apart")
    bars = [group.bars["met_before"] for group in grouping.groups]
    assert all(0 <= bar.value < 100 and 0 < bar.lottery < 100 for bar in bars)
    (first, *_rest) = [r for g in grouping.groups for r in g.remarks if r.code == "met_before"]
    names = {"F-00": "Holm", "F-01": "Juhl", "F-02": "Skov"} | {f"F-0{i}": "X" for i in (3, 4, 5)}
    assert first.words("da", names).endswith("har været i gruppe sammen før")
    together = formed(records, met=SIX, met_before="together")
    assert not [r for g in together.groups for r in g.remarks if r.code == "met_before"]


def test_the_board_weighs_it_like_the_forming_and_says_it_before_a_move():
    records = members(12, foster_since=2010)
    how = {"met": [("F-00", "F-06")], "met_before": "apart"}
    labels = [0] * 6 + [1] * 6
    board = Board(records, labels, on=ON, **how)
    move = board.move(0, 1)
    assert move.allowed
    assert "met_before" in {remark.code for remark in move.remarks}
    assert board.move(0, 1).gain < Board(records, labels, on=ON).move(0, 1).gain + 1e-9
    hard = Board(records, labels, on=ON, met_hard=True, **how)
    assert {broken.rule for broken in hard.move(0, 1).forbidden} == {"exclusion"}


def test_strangers_to_the_pool_and_paused_families_are_of_no_account():
    records = members(12)
    records[0]["status"] = "paused"
    met = [("F-00", "F-01"), ("F-01", "Z"), ("Q", "Z")]
    grouping = formed(records, met=met, met_before="apart")
    assert set(grouping.unplaced) == {"F-00"}
    assert "met_before" not in grouping.groups[0].bars


@pytest.mark.parametrize("wrong", [{"met_before": "often"}, {"met_weight": -1.0}])
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(MatcherError, match="met_before"):
        form_groups(members(6), met=SIX, on=ON, **{"met_before": "apart", **wrong})
