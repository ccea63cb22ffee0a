"""What a move would change, and scores of a draft edited by hand."""

from time import process_time

import numpy as np
import pytest

from matcher.errors import MatcherError
from matcher.grouping import Board, explain_move, form_groups, score_groups
from matcher.profiles import Profiles
from tests.matcher.pools import ON, member, members, pool


@pytest.fixture(scope="module")
def draft():
    families = Profiles.from_records(pool(60, 3))
    return families, form_groups(families, max_iterations=30, on=ON)


def moved(labels, i, target):
    labels = labels.copy()
    labels[i] = target
    return labels


def test_an_untouched_draft_scores_as_the_proposal_did(draft):
    families, grouping = draft
    again = score_groups(families, grouping.labels, scale=grouping.lottery, on=ON)
    assert again.score == grouping.score
    assert [group.score for group in again.groups] == [group.score for group in grouping.groups]
    assert again.broken == ()


def test_the_consequence_said_is_the_consequence_had(draft):
    families, grouping = draft
    board = Board(families, grouping.labels, scale=grouping.lottery, on=ON)
    for i in range(0, 60, 7):
        for move in board.moves(i):
            after = score_groups(
                families, moved(grouping.labels, i, move.target), scale=grouping.lottery, on=ON
            )
            assert move.new == after.score
            for change in move.changes:
                assert change.old == grouping.groups[change.label].score
                assert change.new == after.groups[change.label].score
            hard = [rule for rule in after.broken if rule.rule != "size_low"]
            assert move.allowed == (not hard)


def test_targets_come_best_first_and_the_forbidden_last(draft):
    families, grouping = draft
    moves = Board(families, grouping.labels, scale=grouping.lottery, on=ON).moves(0)
    order = [(not move.allowed, -move.gain) for move in moves]
    assert order == sorted(order)
    assert len(moves) == len(grouping.groups) - 1


def test_swaps_are_allowed_and_leave_sizes_as_they_are(draft):
    families, grouping = draft
    board = Board(families, grouping.labels, scale=grouping.lottery, on=ON)
    found = [swap for i in range(10) for swap in board.swaps(i)]
    assert found
    for swap in found:
        i, j = (families.ids.index(key) for key in swap.families)
        labels = grouping.labels.copy()
        labels[[i, j]] = labels[[j, i]]
        after = score_groups(families, labels, scale=grouping.lottery, on=ON)
        assert after.broken == ()
        assert after.score == swap.new


def test_a_forbidden_move_says_which_rule_in_words():
    records = [
        *members(6),
        *members(0),
        *(member(f"G-{i}", availability=["tue_evening"]) for i in range(5)),
    ]
    families = Profiles.from_records(records)
    move = explain_move(families, [0] * 6 + [1] * 5, 0, 1, on=ON)
    assert not move.allowed
    assert move.words("da", {"F-00": "Nygaard"}) == ["Ingen fælles mødetid: Nygaard"]
    assert move.words("en") == ["No common meeting time: F-00"]


def test_a_drive_too_long_is_told_in_minutes():
    records = members(6, meeting_form="physical", max_travel_minutes=20)
    records.append(member("X", postcode="7323", meeting_form="physical", max_travel_minutes=20))
    families = Profiles.from_records(records)
    move = explain_move(
        families, [0] * 6 + [-1], 6, 0, places=[{"name": "Huset", "postcode": "7100"}], on=ON
    )
    assert [rule.rule for rule in move.forbidden] == ["travel"]
    assert "deres grænse er 20" in move.words("da")[0]


def test_a_full_group_an_exclusion_and_a_lock_refuse():
    records = members(14)
    records[13]["exclusions"] = ["F-08"]
    families = Profiles.from_records(records)
    labels = [0] * 8 + [1] * 5 + [-1]
    assert [r.rule for r in explain_move(families, labels, 13, 0, on=ON).forbidden] == ["size_high"]
    assert [r.rule for r in explain_move(families, labels, 13, 1, on=ON).forbidden] == ["exclusion"]
    locked = explain_move(families, labels, 0, 1, locked=["F-00"], on=ON)
    assert [rule.rule for rule in locked.forbidden] == ["locked"]


def test_a_move_tells_new_remarks_and_those_it_solves():
    records = members(12, foster_since=2020)
    records[0] |= {"family_type": "kinship"}
    records[7] |= {"family_type": "kinship"}
    families = Profiles.from_records(records)
    move = explain_move(families, [0] * 6 + [1] * 6, 0, 1, on=ON)
    assert "lone_kinship" in [remark.code for remark in move.solved]
    back = explain_move(families, [1] + [0] * 5 + [1] * 6, 0, 0, on=ON)
    assert "lone_kinship" in [remark.code for remark in back.remarks]


def test_taking_someone_out_and_a_group_of_ones_own_are_moves_too():
    families = Profiles.from_records(members(6))
    assert explain_move(families, [0] * 6, 0, -1, on=ON).changes[0].label == 0
    alone = explain_move(families, [0] * 6, 0, 1, on=ON)
    assert [change.label for change in alone.changes] == [0, 1]


def test_who_cannot_be_seated_is_refused_with_the_reason():
    records = [*members(6), member("X", status="paused")]
    families = Profiles.from_records(records)
    move = explain_move(families, [0] * 6 + [-1], 6, 0, on=ON)
    assert not move.allowed
    assert move.words("da") == ["Profilen er ikke aktiv."]


def test_labels_of_the_wrong_length_are_refused():
    with pytest.raises(MatcherError):
        score_groups(Profiles.from_records(members(6)), [0] * 5, on=ON)


@pytest.mark.parametrize("sizes", [(0, 8), (6, 5)])
def test_sizes_that_make_no_sense_are_refused(sizes):
    with pytest.raises(MatcherError):
        Board(Profiles.from_records(members(6)), [0] * 6, min_size=sizes[0], max_size=sizes[1])


def test_a_draft_that_breaks_rules_is_scored_and_named():
    records = [*members(5), member("X", availability=["sun_evening"])]
    scored = score_groups(Profiles.from_records(records), [0] * 6, on=ON)
    assert [rule.rule for rule in scored.broken] == ["availability"]
    assert scored.groups[0].slot is None


def test_an_answer_at_a_hundred_and_fifty_families_takes_a_few_milliseconds():
    families = Profiles.from_records(pool(150, 1))
    labels = np.repeat(np.arange(25), 6)
    explain_move(families, labels, 0, 1, scale=0.0, on=ON)
    began = process_time()
    for _ in range(5):
        explain_move(families, labels, 0, 1, scale=0.0, on=ON)
    assert (process_time() - began) / 5 < 0.04


def test_records_may_be_given_as_they_are():
    people = pool(40, 5)
    formed = form_groups(people, max_iterations=3, on=ON)
    assert list(formed.labels) == list(
        form_groups(Profiles.from_records(people), max_iterations=3, on=ON).labels
    )
    scored = score_groups(people, formed.labels, scale=formed.lottery, on=ON)
    assert scored.score == formed.score


@pytest.mark.parametrize("i", [0, 5, 11])
def test_swaps_are_looked_for_by_what_they_change_in_mean_benefit(draft, i):
    """All at once, and the same as pair by pair."""
    families, grouping = draft
    board = Board(families, grouping.labels, scale=grouping.lottery, on=ON)
    W, labels = board.problem.benefit.W, board.labels
    others = np.flatnonzero((labels != labels[i]) & (labels >= 0))
    plain = []
    for j in others:
        mates = board.members[labels[i]][board.members[labels[i]] != i]
        theirs = board.members[labels[j]][board.members[labels[j]] != j]
        plain.append((W[j] - W[i])[mates].mean() + (W[i] - W[j])[theirs].mean())
    np.testing.assert_allclose(board._rough_gains(i, others), plain, atol=1e-9)
