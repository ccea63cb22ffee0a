"""A fair turn of places: nobody beyond their limit, and the longest drive of a year the least."""

from itertools import pairwise, product

import numpy as np
import pytest

from matcher.grouping import Board, fair_turn, form_groups, place_options
from matcher.grouping.travelling import _by_programme, how_often
from matcher.profiles import Profiles
from tests.matcher.pools import ON, members, pool


@pytest.mark.parametrize("seed", range(20))
def test_the_longest_sum_is_the_least_there_is(seed):
    dice = np.random.default_rng(seed)
    drives = dice.integers(5, 60, (4, 5))
    for times in (how_often(drives, 4), _by_programme(drives, 4)):
        least = min(drives[list(way)].sum(axis=0).max() for way in product(range(4), repeat=4))
        assert times.sum() == 4
        assert (times @ drives).max() == least


@pytest.mark.parametrize("seed", range(6))
def test_a_turn_keeps_every_limit_and_counts_the_minutes_right(seed):
    families = Profiles.from_records(pool(40, seed, forms=(0.3, 0.0, 0.7)))
    grouping = form_groups(families, max_iterations=20, on=ON)
    board = Board(families, grouping.labels, scale=grouping.lottery, on=ON)
    for label, group in enumerate(grouping.groups):
        turn = fair_turn(board, label, meetings=6)
        if group.online:
            continue
        assert len(turn.places) == 6
        assert turn.longest <= turn.one_place
        for key, minutes in turn.minutes.items():
            limit = families.record(families.ids.index(key)).get("max_travel_minutes", 30)
            drives = [place.minutes[key] for place in turn.places]
            assert all(drive <= limit for drive in drives)
            assert sum(drives) == minutes
        of = [families.record(families.ids.index(key)) for key in group.members]
        hidden = {record["id"] for record in of if record.get("protected_address")}
        assert not hidden & set(turn.minutes)
        assert all(turn.words(locale) for locale in ("da", "en"))


def test_two_towns_take_turns_and_never_twice_in_a_row():
    records = members(6, max_travel_minutes=60)
    for record in records[:3]:
        record["postcode"] = "6000"
    turn = fair_turn(Board(records, [0] * 6, on=ON), 0, meetings=6)
    names = [place.postcode for place in turn.places]
    assert sorted(names) == ["6000"] * 3 + ["7100"] * 3
    assert all(a != b for a, b in pairwise(names))
    assert len(set(turn.minutes.values())) == 1
    assert turn.longest < turn.one_place
    assert "Med ét fast sted ville det være" in turn.words("da")


def test_places_come_with_the_shortest_longest_drive_first():
    records = members(6, max_travel_minutes=60)
    records[0]["postcode"] = "6000"
    options = place_options(Board(records, [0] * 6, on=ON), 0)
    assert [o.longest for o in options] == sorted(o.longest for o in options)
    assert all(set(o.minutes) == {r["id"] for r in records} for o in options)
    assert options[0].words("en").endswith("on average")


def test_a_group_that_meets_online_only_has_no_turn():
    board = Board(members(6, meeting_form="online"), [0] * 6, on=ON)
    turn = fair_turn(board, 0)
    assert turn.minutes == {}
    assert turn.places == ()
    assert turn.words("da") == "Gruppen har intet fælles sted, hvor køretiden kendes."
