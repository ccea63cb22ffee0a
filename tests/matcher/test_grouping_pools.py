"""Three hundred pools by all rules: nothing broken, everyone left over told the truth about it."""

import random

import pytest

from matcher.grouping import form_groups
from matcher.profiles import Profiles
from matcher.verify import check_grouping
from tests.matcher.pools import ON, pool, with_holes
from tests.matcher.reasons import untrue
from tests.matcher.rulebook import Rulebook

BLOCKS, IN_A_BLOCK = 12, 25


def a_pool(seed):
    """A pool with its settings; every other one small enough to try every grouping."""
    dice = random.Random(1000 + seed)
    n = dice.choice([5, 7, 8, 9, 10]) if seed % 2 else dice.choice([12, 16, 24, 40])
    records = with_holes(
        pool(
            n,
            1000 + seed,
            travel=dice.choice([(10, 30), (25, 60), (60, 90)]),
            slots=dice.choice([(1, 2), (2, 4), (3, 9)]),
            exclusions=dice.choice([0.04, 0.4, 1.0]),
            forms=dice.choice([(0.5, 0.1, 0.4), (0.1, 0.3, 0.6), (0, 0, 1)]),
        ),
        1000 + seed,
    )
    keys = [record["id"] for record in records]
    some = dice.choice([0, 0, 0, 1, 2])
    settings = {
        "together": [tuple(dice.sample(keys, 2)) for _ in range(some)],
        "apart": [tuple(dice.sample(keys, 2)) for _ in range(dice.choice([0, 0, 2]))],
    }
    sizes = [(2, 3), (3, 4), (3, 5)] if seed % 2 else [(5, 8), (3, 4), (4, 6)]
    settings["min_size"], settings["max_size"] = dice.choice(sizes)
    return records, settings


@pytest.mark.parametrize("block", range(BLOCKS))
def test_any_pool_keeps_the_rules_and_says_truly_who_stands_without_and_why(block):
    missed = 0
    for seed in range(block * IN_A_BLOCK, (block + 1) * IN_A_BLOCK):
        records, settings = a_pool(seed)
        grouping = form_groups(Profiles.from_records(records), **settings, max_iterations=5, on=ON)
        assert check_grouping(records, grouping, **settings, on=ON) == [], f"seed {seed}"
        book = Rulebook(records, on=ON, **settings)
        for group in grouping.groups:
            assert book.faults(group.members) == set(), f"seed {seed}"
        assert untrue(book, grouping) == [], f"seed {seed}"
        assert all(left.words("da") and left.words("en") for left in grouping.unplaced.values())
        if len(records) <= 10:
            placed, most = int((grouping.labels >= 0).sum()), book.most_placed()
            assert placed <= most, f"seed {seed}: more than can be"
            assert placed == most or not grouping.proven, f"seed {seed}"
            missed += most - placed
    assert missed <= 2  # of about fifty; a search without proof may seat one fewer
