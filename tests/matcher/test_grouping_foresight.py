"""What is told of a pool before the run, held against every possible group of small pools."""

from functools import cache
from itertools import combinations

import pytest

from matcher.errors import MatcherError
from matcher.grouping import before_forming, form_groups
from matcher.grouping.foresight import smallest_conflict
from matcher.grouping.problem import Sizes, build_problem
from matcher.grouping.sessions import RULES, Sessions
from matcher.grouping.settings import GroupRules
from matcher.profiles import Profiles
from matcher.verify import check_grouping
from tests.matcher.pools import ON, SLOTS, member, members, pool, with_holes

LEAST, MOST = 3, 4


def admissible_groups(records, *, together=(), least=LEAST, most=MOST):
    """Every group that breaks nothing, as bit masks, by the verifier."""
    found = []
    n = len(records)
    for size in range(least, most + 1):
        for group in combinations(range(n), size):
            labels = [0 if i in group else -1 for i in range(n)]
            problems = check_grouping(
                records, labels, min_size=least, max_size=most, together=together, on=ON
            )
            if not problems:
                found.append(sum(1 << i for i in group))
    return found


def most_placed(n, groups):
    @cache
    def best(free):
        return max((g.bit_count() + best(free & ~g) for g in groups if g & free == g), default=0)

    return best((1 << n) - 1)


def tight(seed, n=8):
    records = pool(n, seed, travel=(8, 35), slots=(1, 3), exclusions=0.5)
    return with_holes(records, seed)


@pytest.mark.parametrize("seed", range(12))
def test_exactly_those_are_alone_who_sit_in_no_group_at_all(seed):
    records = tight(seed)
    groups = admissible_groups(records)
    told = before_forming(records, min_size=LEAST, max_size=MOST, on=ON)
    alone = {r["id"] for i, r in enumerate(records) if not any(g >> i & 1 for g in groups)}
    assert set(told.alone) == alone
    assert told.possible == bool(groups)


@pytest.mark.parametrize("seed", range(12))
def test_no_grouping_leaves_fewer_over_than_was_told(seed):
    records = pool(8, seed, travel=(10, 40), slots=(2, 4), exclusions=0.9)
    told = before_forming(records, min_size=LEAST, max_size=MOST, on=ON)
    left = 8 - most_placed(8, tuple(admissible_groups(records)))
    assert all(finding.left <= left for finding in told.findings)
    formed = form_groups(records, min_size=LEAST, max_size=MOST, on=ON, max_iterations=10)
    assert set(told.alone) <= set(formed.unplaced)
    assert len(formed.groups) <= told.most


@pytest.mark.parametrize("seed", range(12))
def test_the_change_that_is_named_gives_a_group_and_a_smaller_one_does_not(seed):
    records = tight(seed)
    told = before_forming(records, min_size=LEAST, max_size=MOST, on=ON)
    for i, record in enumerate(records):
        reason = told.alone.get(record["id"])
        if reason is None:
            continue

        def alone(change, i=i, record=record):
            again = [*records[:i], {**record, **change}, *records[i + 1 :]]
            # One's own town may be a place as well: only the drive changes, so places stay.
            return record["id"] in before_forming(again, min_size=LEAST, max_size=MOST, on=ON).alone

        if reason.rule == "travel" and reason.sentence == "left.travel_alone":
            minutes = reason.remedy_values["minutes"]
            assert not alone({"max_travel_minutes": minutes})
            assert alone({"max_travel_minutes": minutes - 1})
        if reason.rule == "availability":
            for slot in reason.remedy_values["slots"]:
                assert not alone({"availability": [*record["availability"], slot]})
        if reason.rule == "meeting_form":
            assert not alone({"meeting_form": "both"})


def test_four_who_exclude_each_other_are_named_where_there_are_three_groups():
    records = members(15)
    four = [records[i]["id"] for i in (2, 5, 8, 11)]
    for i in (2, 5, 8, 11):
        records[i]["exclusions"] = [key for key in four if key != records[i]["id"]]
    told = before_forming(records, on=ON)
    (finding,) = told.findings
    assert (finding.code, finding.families, finding.left) == ("exclusion", tuple(four), 1)
    names = dict(zip(four, ["Holm", "Juhl", "Skov", "Toft"], strict=True))
    assert finding.words("da", names) == (
        "Holm, Juhl, Skov og Toft udelukker hinanden, og der kan højst blive 3 grupper."
    )


def test_with_a_fourth_group_the_same_four_are_no_matter():
    records = members(20)
    for i in range(4):
        records[i]["exclusions"] = [f"F-{j:02}" for j in range(4) if j != i]
    assert before_forming(records, on=ON).findings == ()


def test_families_of_different_times_are_named_as_parts_and_small_ones_as_an_island():
    records = members(12)
    for record in records[:2]:
        record["availability"] = ["sat_morning"]
    told = before_forming(records, on=ON)
    assert [finding.code for finding in told.findings] == ["island"]
    assert set(told.alone) == {"F-00", "F-01"}
    for record in records[:5]:
        record["availability"] = ["sat_morning"]
    told = before_forming(records, on=ON)
    assert [(f.code, f.values["parts"]) for f in told.findings] == [("parts", (7, 5))]
    assert told.alone == {}


def test_sizes_that_do_not_work_out_are_told_with_how_many_are_left():
    told = before_forming(members(11), min_size=6, max_size=8, on=ON)
    assert [(f.code, f.left) for f in told.findings] == [("sizes", 3)]


def test_one_experienced_family_in_every_group_bounds_the_groups():
    records = members(18, foster_since=2025)
    records[0]["foster_since"] = 2010
    told = before_forming(records, on=ON, rules={"hard": ["no_experienced"]})
    assert [(f.code, f.left) for f in told.findings] == [("experienced", 10)]
    assert before_forming(records, on=ON).findings == ()


@pytest.mark.parametrize("records", [[], members(6, status="paused")])
def test_a_pool_in_which_nobody_takes_part_is_said_to_be_so(records):
    told = before_forming(records, on=ON, rules={"waivers": ["slot_80"]})
    assert not told.possible
    assert [finding.code for finding in told.findings] == ["nobody"]
    assert set(told.alone) == {record["id"] for record in records}
    assert told.words("da")[0].startswith("Ingen familier i puljen kan være med.")


@pytest.mark.parametrize("sizes", [(0, 8), (6, 5)])
def test_sizes_that_make_no_sense_are_refused_before_the_run_too(sizes):
    with pytest.raises(MatcherError):
        before_forming(members(6), min_size=sizes[0], max_size=sizes[1], on=ON)


def test_a_block_larger_than_a_group_is_named():
    pairs = [(f"F-{i:02}", f"F-{i + 1:02}") for i in range(8)]
    told = before_forming(members(18), on=ON, together=pairs)
    assert told.findings[0].code == "block"
    assert set(told.alone) == {f"F-{i:02}" for i in range(9)}


def laid_out(records, together=()):
    from matcher.grouping.benefit import build_benefit
    from matcher.grouping.pool import build_pool
    from matcher.grouping.settings import read_criteria

    profiles = Profiles.from_records(records)
    laid = build_pool(profiles, rules=GroupRules(), places=None, on=ON)
    benefit = build_benefit(laid, read_criteria(None), on=ON)
    return build_problem(laid, benefit, rules=GroupRules(), sizes=Sizes(LEAST, MOST, LEAST))


def one_each():
    return [
        member("A", availability=["mon_evening"], languages=["da"]),
        member("B", availability=["mon_evening"], languages=["en"]),
        member("C", availability=["tue_evening"], languages=["da"]),
        member("D", availability=["tue_evening"], languages=["en"]),
    ]


def test_two_rules_that_only_conflict_together_are_both_named():
    told = before_forming(one_each(), min_size=2, max_size=3, on=ON)
    (finding,) = told.findings
    assert finding.code == "nothing"
    assert finding.values["rules"] == ("availability", "language")
    assert finding.values["enough"] == ("availability", "language")
    assert "mødetiderne og sproget" in finding.words("da")


@pytest.mark.parametrize("seed", range(30))
def test_the_conflict_named_is_the_smallest(seed):
    records = pool(5, seed, travel=(5, 15), slots=(1, 2), exclusions=1.0)
    problem = laid_out(records)
    if Sessions(problem).any_group():
        return
    named = smallest_conflict(problem)
    assert not Sessions(problem, kept=named).any_group()
    for fewer in combinations(RULES, len(named) - 1):
        assert Sessions(problem, kept=fewer).any_group()


def test_a_waiver_of_the_meeting_time_spares_those_it_could_seat():
    records = members(10)
    records[0]["availability"] = [SLOTS[-1]]
    assert set(before_forming(records, on=ON).alone) == {"F-00"}
    told = before_forming(records, on=ON, rules={"waivers": ["slot_80"]})
    assert told.alone == {}


@pytest.mark.parametrize("locale", ["da", "en"])
def test_everything_found_can_be_said(locale):
    for seed in range(12):
        told = before_forming(tight(seed, n=14), min_size=4, max_size=5, on=ON)
        assert all(text and "%" not in text for text in told.words(locale))
        assert all(reason.words(locale) for reason in told.alone.values())
