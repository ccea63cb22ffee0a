"""What holds for any pool: no hard rule is broken, and a spoilt grouping never passes the check."""

import random

import numpy as np
import pytest

from matcher.grouping import form_groups
from matcher.profiles import Profiles
from matcher.verify import check_grouping
from tests.matcher.pools import ON, member, members, pool, with_holes


def some_pool(seed):
    """A small pool with its settings, easy or impossible."""
    dice = random.Random(seed)
    records = with_holes(
        pool(
            dice.choice([3, 6, 10, 15, 24, 36]),
            seed,
            travel=dice.choice([(10, 30), (25, 60), (60, 90)]),
            slots=dice.choice([(1, 2), (2, 4), (3, 9)]),
            exclusions=dice.choice([0.04, 0.4, 1.0]),
            forms=dice.choice([(0.5, 0.1, 0.4), (0.1, 0.1, 0.8), (0, 0, 1)]),
        ),
        seed,
    )
    keys = [record["id"] for record in records]
    settings = {
        "together": [tuple(dice.sample(keys, 2)) for _ in range(dice.choice([0, 0, 2]))],
        "apart": [tuple(dice.sample(keys, 2)) for _ in range(dice.choice([0, 0, 2]))],
    }
    settings["min_size"], settings["max_size"] = dice.choice([(5, 8), (3, 4), (2, 6)])
    waivers = dice.choice([(), (), ("slot_80",), ("availability_missing", "slot_80")])
    return records, settings, waivers


@pytest.mark.parametrize("block", range(10))
def test_no_pool_makes_a_grouping_that_breaks_a_hard_rule(block):
    for seed in range(block * 20, block * 20 + 20):
        records, settings, waivers = some_pool(seed)
        grouping = form_groups(
            Profiles.from_records(records),
            **settings,
            rules={"waivers": waivers},
            max_iterations=5,
            on=ON,
        )
        found = check_grouping(records, grouping, **settings, waivers=waivers, on=ON)
        assert found == [], f"seed {seed}"
        assert all(not group.broken for group in grouping.groups)
        assert all(reason.words("da") for reason in grouping.unplaced.values())


HARD = ("no_experienced", "lone_kinship", "lone_single")


@pytest.mark.parametrize("seed", range(40))
def test_no_pool_makes_a_grouping_that_breaks_a_wish_made_hard(seed):
    dice = random.Random(seed)
    records = pool(dice.choice([15, 24, 40]), seed, slots=dice.choice([(2, 4), (3, 9)]))
    hard = HARD if seed % 2 else tuple(dice.sample(HARD, 2))
    waivers = dice.choice([(), ("slot_80",)])
    rules = {"hard": hard, "waivers": waivers}
    grouping = form_groups(records, rules=rules, max_iterations=5, on=ON)
    assert check_grouping(records, grouping, hard=hard, waivers=waivers, on=ON) == []


@pytest.mark.parametrize("wish", HARD)
def test_the_check_sees_a_wish_made_hard_that_is_broken(wish):
    records = members(6, foster_since=2021)
    labels = [0] * 6
    assert check_grouping(records, labels, hard=HARD, on=ON) == []
    records[0] |= {"family_type": "kinship"} if wish == "lone_kinship" else {}
    records[0] |= {"household_form": "one_adult"} if wish == "lone_single" else {}
    since = 2022 if wish == "no_experienced" else 2021
    records = [record | {"foster_since": since} for record in records]
    assert len(check_grouping(records, labels, hard=[wish], on=ON)) == 1
    assert check_grouping(records, labels, on=ON) == []


def fine():
    """Two groups that keep every rule, tight in each of them, and one family in the tray."""
    records = [
        *(member(f"A{i}", languages=["da"], meeting_form="physical") for i in range(5)),
        *(member(f"B{i}", availability=["tue_evening", "sat_morning"]) for i in range(8)),
        member("C", availability=["tue_evening"], meeting_form="online", languages=["en"]),
    ]
    records[0]["exclusions"] = ["B0"]
    return records, [0] * 5 + [1] * 8 + [-1]


PLACES = [
    {"name": "Huset", "postcode": "7100"},
    {"name": "Hjemme", "postcode": "7120", "neutral": False},
]


def change(key, **answers):
    def spoil(records, labels):
        next(record for record in records if record["id"] == key).update(answers)

    return spoil


def seat(key, label):
    def spoil(records, labels):
        labels[[record["id"] for record in records].index(key)] = label

    return spoil


MUTATIONS = {
    "paused": change("A1", status="paused"),
    "no status": change("A1", status=None),
    "consent withdrawn": change("A1", consents={}),
    "consent later": change("A1", consents={"matching": "2027-01-01"}),
    "no wish for a group": change("A1", participation=["mentee"]),
    "times missing": change("A1", availability=None),
    "no time": change("A1", availability=[]),
    "another time": change("A1", availability=["sun_evening"]),
    "no language": change("A1", languages=[]),
    "another language": change("B1", languages=["so"]),
    "only online": change("A1", meeting_form="online"),
    "too far": change("A1", postcode="6700"),
    "limit too low": change("A1", max_travel_minutes=4),
    "exclusion inside": change("A1", exclusions=["A2"]),
    "exclusion by the other": change("A4", exclusions=["A0"]),
    "too few": seat("A1", -1),
    "too many": seat("C", 1),
    "a family swapped in": lambda r, labels: (seat("A1", 1)(r, labels), seat("B1", 0)(r, labels)),
    "excluded by B0's neighbour": lambda r, labels: (
        seat("A0", 1)(r, labels),
        seat("B1", 0)(r, labels),
    ),
    "labels with a gap": lambda r, labels: labels.__setitem__(slice(5, 13), [2] * 8),
    "a label below the tray": lambda r, labels: labels.__setitem__(13, -2),
    "a label too few": lambda r, labels: labels.pop(),
    "not near a place": lambda r, labels: [
        change(f"A{i}", postcode="3700", max_travel_minutes=15)(r, labels) for i in range(5)
    ],
}


def test_the_grouping_before_mutation_passes():
    records, labels = fine()
    assert check_grouping(records, labels, places=PLACES, on=ON) == []


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_spoilt_grouping_fails_the_check(name):
    records, labels = fine()
    MUTATIONS[name](records, labels)
    assert check_grouping(records, labels, places=PLACES, on=ON) != []


def test_pairs_asked_for_are_checked():
    records, labels = fine()
    assert check_grouping(records, labels, places=PLACES, together=[("A0", "B1")], on=ON)
    assert check_grouping(records, labels, places=PLACES, together=[("A0", "C")], on=ON)
    assert check_grouping(records, labels, places=PLACES, apart=[("A0", "A1")], on=ON)


def test_a_proposal_that_says_otherwise_than_its_labels_fails():
    records = members(12)
    grouping = form_groups(Profiles.from_records(records), max_iterations=5, on=ON)
    assert check_grouping(records, grouping, on=ON) == []
    grouping.labels[[0, 11]] = grouping.labels[[11, 0]]
    grouping.labels[0] = 1 - grouping.labels[0]
    assert check_grouping(records, grouping, on=ON) != []


def test_a_pool_of_some_hundred_keeps_every_rule_too():
    records = pool(150, 1)
    grouping = form_groups(Profiles.from_records(records), max_iterations=3, on=ON)
    assert check_grouping(records, grouping, on=ON) == []
    assert len(grouping.unplaced) <= 3
    assert np.bincount(grouping.labels[grouping.labels >= 0]).min() >= 5
