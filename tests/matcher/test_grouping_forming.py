"""Forming groups: hard rules, wishes, waivers, locks, and reasons in words."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from matcher.errors import MatcherError
from matcher.geography import minutes_between
from matcher.grouping import form_groups
from matcher.profiles import Profiles
from matcher.schema import SCHEMA
from matcher.verify import check_grouping
from tests.matcher.pools import ON, member, members, pool
from tests.matcher.reasons import untrue
from tests.matcher.rulebook import Rulebook


def formed(records, **settings):
    settings = {"max_iterations": 40, "on": ON, **settings}
    grouping = form_groups(Profiles.from_records(records), **settings)
    told = {
        key: settings[key]
        for key in ("min_size", "max_size", "places", "together", "apart")
        if key in settings
    }
    rules = settings.get("rules") or {}
    told |= {key: rules[key] for key in ("hard", "waivers") if key in rules}
    assert check_grouping(records, grouping, on=ON, **told) == []
    assert grouping.violations == ()
    return grouping


def together(grouping, first, second):
    return any({first, second} <= set(group.members) for group in grouping.groups)


def test_a_municipality_of_forty_is_formed_into_groups_of_five_to_eight():
    grouping = formed(pool(40, 7))
    assert sum(len(group.members) for group in grouping.groups) + len(grouping.unplaced) == 40
    assert all(5 <= len(group.members) <= 8 for group in grouping.groups)
    assert 0 <= grouping.score <= 100
    assert 0 <= grouping.better_than <= grouping.n_draws == 1000


def test_a_formed_grouping_beats_almost_every_draw():
    grouping = formed(pool(60, 3))
    assert grouping.better_than >= 990
    assert grouping.score > 15


def test_labels_and_groups_say_the_same():
    records = pool(40, 7)
    grouping = formed(records)
    for i, record in enumerate(records):
        label = grouping.labels[i]
        assert (label == -1) == (record["id"] in grouping.unplaced)
        if label >= 0:
            assert record["id"] in grouping.groups[label].members


def test_the_same_input_gives_the_same_groups():
    one, two = (formed(pool(40, 7), random_state=3) for _ in range(2))
    assert np.array_equal(one.labels, two.labels)
    assert one.score == two.score


def test_reordering_the_families_breaks_no_rule_and_leaves_out_no_more():
    records = pool(40, 11)
    left = len(formed(records).unplaced)
    shuffled = [records[i] for i in np.random.default_rng(1).permutation(40)]
    assert abs(len(formed(shuffled).unplaced) - left) <= 1


@pytest.mark.parametrize(
    ("answers", "rule"),
    [
        ({"status": "paused"}, "status"),
        ({"consents": {}}, "consent"),
        ({"participation": ["mentor"]}, "role"),
        ({"availability": None}, "availability_missing"),
        ({"availability": []}, "availability_none"),
        ({"languages": []}, "languages_none"),
        ({"availability": ["sun_morning"]}, "availability"),
        ({"languages": ["so"]}, "language"),
        ({"languages": ["so"], "availability": ["sun_morning"]}, "few"),
    ],
)
def test_who_cannot_be_seated_is_told_the_rule_and_a_remedy(answers, rule):
    grouping = formed([*members(6), member("X", **answers)])
    assert grouping.unplaced["X"].rule == rule
    danish, english = (grouping.unplaced["X"].words(locale) for locale in ("da", "en"))
    assert danish != english
    assert danish.endswith(".")
    assert [conflict.rule for conflict in grouping.conflicts] == [rule]


def test_too_few_families_are_no_exception_but_a_reason():
    grouping = formed(members(3))
    assert grouping.groups == ()
    assert {reason.rule for reason in grouping.unplaced.values()} == {"few"}
    assert "2" in grouping.unplaced["F-00"].words("da")


def test_an_empty_pool_is_an_empty_proposal():
    grouping = formed([])
    assert grouping.groups == ()
    assert grouping.score == 0


def test_a_family_out_of_reach_is_told_in_fives_how_long_it_would_take():
    records = members(6, meeting_form="physical", max_travel_minutes=20)
    records.append(member("X", postcode="7323", meeting_form="physical", max_travel_minutes=20))
    grouping = formed(records, places=[{"name": "Medborgerhuset", "postcode": "7100"}])
    assert grouping.groups[0].place == "Medborgerhuset"
    reason = grouping.unplaced["X"]
    assert reason.rule == "travel"
    minutes = minutes_between("7323", "7100")
    assert minutes % 5
    fives = minutes + 5 - minutes % 5
    assert f"{fives} min. kørsel, eller et mødested tættere på" in reason.words("da")
    assert f"The nearest meeting place of a group is about {fives} min away" in reason.words("en")


def test_a_missing_time_is_answered_with_the_times_that_would_do():
    grouping = formed([*members(6), member("X", availability=["sun_morning"])])
    assert "mandag aften" in grouping.unplaced["X"].words("da")


def test_exclusions_hold_whoever_wrote_them():
    records = members(12)
    records[0]["exclusions"] = ["F-01"]
    assert not together(formed(records), "F-00", "F-01")


def test_a_lock_that_cannot_be_kept_is_the_reason_of_whoever_it_held():
    records = members(12)
    ids = [record["id"] for record in records]
    fours = {key: i // 4 for i, key in enumerate(ids)}
    grouping = form_groups(records, current=fours, locked=ids, max_iterations=20, on=ON)
    assert {left.rule for left in grouping.unplaced.values()} == {"locked"}
    assert "Lås den op" in grouping.unplaced[ids[0]].words("da")
    free = form_groups(records, current=fours, locked=ids[:4], max_iterations=20, on=ON)
    assert "locked" not in {free.unplaced[key].rule for key in ids[4:] if key in free.unplaced}


def test_together_and_apart_hold():
    records = pool(30, 5)
    keys = [record["id"] for record in records]
    grouping = formed(records, together=[(keys[0], keys[1])], apart=[(keys[2], keys[3])])
    placed = [key for key in keys[:2] if key not in grouping.unplaced]
    assert len(placed) in (0, 2)


def test_those_asked_to_be_together_and_apart_stand_without_and_are_told():
    grouping = formed(members(12), together=[("F-00", "F-01")], apart=[("F-00", "F-01")])
    assert grouping.unplaced["F-00"].rule == "together"
    assert "F-01" in grouping.unplaced["F-00"].words("da")


@pytest.mark.parametrize("n", [9, 14, 18])
def test_more_who_must_be_together_than_a_group_holds_stand_without_and_are_told(n):
    records = members(n)
    pairs = [(f"F-{i:02}", f"F-{i + 1:02}") for i in range(8)]
    grouping = formed(records, together=pairs)
    assert all(len(group.members) <= 8 for group in grouping.groups)
    assert {f"F-{i:02}" for i in range(9)} <= set(grouping.unplaced)
    assert grouping.unplaced["F-00"].rule == "together"
    assert untrue(Rulebook(records, on=ON, together=pairs), grouping) == []


def test_one_whose_partner_takes_no_part_waits_too():
    records = members(10)
    records[1]["status"] = "paused"
    grouping = formed(records, together=[("F-00", "F-01")])
    assert grouping.unplaced["F-00"].rule == "together"


def test_no_group_is_without_an_experienced_family_if_there_are_enough():
    records = members(18, foster_since=2025)
    for i in (0, 1, 2):
        records[i] |= {"foster_since": 2010}
    grouping = formed(records)
    assert len(grouping.groups) == 3
    assert not any(r.code == "no_experienced" for g in grouping.groups for r in g.remarks)


def test_kinship_families_and_single_carers_are_not_left_alone():
    records = members(18, foster_since=2010)
    for i in (0, 5, 9, 13):
        records[i] |= {"family_type": "kinship"}
    for i in (1, 2, 16):
        records[i] |= {"household_form": "one_adult"}
    grouping = formed(records)
    remarks = [r.code for group in grouping.groups for r in group.remarks]
    assert "lone_kinship" not in remarks
    assert "lone_single" not in remarks


def test_a_wish_without_alternative_is_a_remark_and_a_hard_one_a_reason():
    records = members(6, foster_since=2010)
    records[2] |= {"family_type": "kinship"}
    remark = next(r for r in formed(records).groups[0].remarks if r.code == "lone_kinship")
    assert remark.words("da", {"F-02": "Skov"}) == "Skov er alene om netværkspleje"
    strict = formed(records, rules={"hard": ["lone_kinship"]})
    assert strict.unplaced["F-02"].rule == "wish"


def test_whom_a_hard_wish_leaves_alone_leaves_too():
    records = members(7, foster_since=2010)
    records[0] |= {"family_type": "kinship", "household_form": "one_adult"}
    records[1] |= {"family_type": "kinship"}
    strict = formed(records, rules={"hard": ["lone_kinship", "lone_single"]})
    assert set(strict.unplaced) == {"F-00", "F-01"}


def test_a_waiver_of_the_meeting_time_gives_up_no_hard_wish():
    late = member("X", availability=["sun_morning"], family_type="kinship", foster_since=2010)
    records = [*members(6, foster_since=2010), late]
    waived = {"waivers": ["slot_80"]}
    assert formed(records, rules=waived).unplaced == {}
    assert set(formed(records, rules={**waived, "hard": ["lone_kinship"]}).unplaced) == {"X"}


def test_a_group_meets_where_everyone_can_come():
    records = pool(30, 2, forms=(0, 0, 1), travel=(40, 60))
    places = [{"name": "Spinderihallerne", "postcode": "7100"}]
    grouping = formed(records, places=places)
    assert {group.place for group in grouping.groups} <= {"Spinderihallerne"}
    limit = {record["id"]: record["max_travel_minutes"] for record in records}
    for group in grouping.groups:
        assert all(minutes <= limit[key] for key, minutes in group.minutes.items())


def test_without_a_place_people_meet_online():
    grouping = formed(members(6), places=[])
    assert [group.place for group in grouping.groups] == ["online"]
    assert grouping.groups[0].mean_minutes is None


def test_a_place_that_does_not_suit_is_not_used():
    places = [
        {"name": "Med trapper", "postcode": "7100", "unsuited": ["wheelchair"]},
        {"name": "Uden trapper", "postcode": "7120"},
    ]
    records = members(6, meeting_form="physical")
    records[3] |= {"place_limits": ["wheelchair"]}
    assert formed(records, places=places).groups[0].place == "Uden trapper"


def test_a_protected_address_shows_no_drive_and_offers_no_place():
    records = members(6, meeting_form="physical", max_travel_minutes=60)
    records[0] |= {"protected_address": True, "postcode": "7120"}
    group = formed(records).groups[0]
    assert "F-00" in group.members
    assert "F-00" not in group.minutes
    assert group.place_postcode == "7100"
    private = [{"name": "Hos Skov", "postcode": "7100", "neutral": False}]
    assert "F-00" in formed(records, places=private).unplaced


def test_an_unknown_postcode_forbids_nothing_and_is_remarked():
    records = members(6, meeting_form="physical")
    del records[0]["postcode"]
    group = formed(records).groups[0]
    assert "F-00" in group.members
    assert "travel_unknown" in [remark.code for remark in group.remarks]


def test_waivers_are_used_only_where_allowed_and_are_named():
    records = [*members(7), member("X", availability=["sun_morning"])]
    assert "X" in formed(records).unplaced
    grouping = formed(records, rules={"waivers": ["slot_80"]})
    assert "X" not in grouping.unplaced
    waived = grouping.waived[0]
    assert (waived.waiver, waived.families) == ("slot_80", ("X",))
    assert "X" in waived.words("da")
    silent = [*members(6), member("X", availability=None)]
    unknown = formed(silent, rules={"waivers": ["availability_missing"]})
    assert unknown.waived[0].families == ("X",)


def test_the_locked_stay_in_their_group():
    records = pool(40, 9)
    first = formed(records)
    keys = first.groups[0].members
    again = formed(
        records,
        current={r["id"]: int(g) for r, g in zip(records, first.labels, strict=True)},
        locked=keys,
        criteria={"themes_now": "mixed"},
    )
    assert any(set(keys) <= set(group.members) for group in again.groups)


def test_a_high_price_for_moving_keeps_everyone_where_they_are():
    records = pool(40, 9)
    first = formed(records)
    same = formed(records, current=first.labels, move_cost=100.0, criteria={"purposes": 1.0})
    assert np.array_equal(first.labels, same.labels)
    free = formed(records, current=first.labels, criteria={"purposes": 1.0, "themes_now": "mixed"})
    assert (first.labels != free.labels).any()


def test_a_late_family_is_placed_and_nobody_else_moves_for_it():
    records = pool(41, 13)
    early = formed(records[:40])
    current = {r["id"]: int(g) for r, g in zip(records[:40], early.labels, strict=True)}
    late = formed(records, current=current, move_cost=100.0)
    moved = [r["id"] for i, r in enumerate(records[:40]) if late.labels[i] != early.labels[i]]
    assert len(moved) <= 3


def test_mixed_and_alike_turn_a_criterion_around():
    records = [
        member(f"F-{i:02}", children_age_bands=["0_2" if i < 6 else "16_17"]) for i in range(12)
    ]
    only = dict.fromkeys(SCHEMA.weights("group"), 0)
    alike = formed(records, criteria={**only, "children_age_bands": 1}, rules={"balance": 0.0})
    mixed = formed(
        records, criteria={**only, "children_age_bands": ("mixed", 1)}, rules={"balance": 0.0}
    )
    young = [sum(int(key[2:]) < 6 for key in group.members) for group in alike.groups]
    assert sorted(young) == [0, 6]
    young = [sum(int(key[2:]) < 6 for key in group.members) for group in mixed.groups]
    assert sorted(young) == [3, 3]


def test_progress_is_told_and_stop_is_obeyed():
    told = []
    grouping = form_groups(
        Profiles.from_records(pool(60, 3)),
        seconds=30.0,
        on=ON,
        progress=lambda share, score: told.append((share, score)),
        stop=lambda: len(told) >= 3,
    )
    assert len(told) == 3
    assert all(0 <= share <= 1 and 0 <= score <= 100 for share, score in told)
    assert grouping.groups


@pytest.mark.parametrize(
    "wrong",
    [
        {"criteria": {"shoe_size": 1}},
        {"criteria": {"themes_now": "different"}},
        {"criteria": {"themes_now": -1.0}},
        {"rules": {"colour": 1}},
        {"rules": {"waivers": ["everything"]}},
        {"places": [{"name": "Månen", "postcode": "0000"}]},
        {"together": [("F-00", "nobody")]},
        {"locked": ["nobody"]},
        {"min_size": 6, "max_size": 5},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(MatcherError):
        form_groups(Profiles.from_records(members(6)), on=ON, **wrong)


def test_a_proposal_cannot_be_changed_by_accident():
    with pytest.raises(FrozenInstanceError):
        formed(members(6)).score = 100
