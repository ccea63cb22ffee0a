"""The board: consequences first, refusals by rule, undo of one's own, clashes told."""

from collections import OrderedDict

import pytest

from data.db import db, transaction
from data.errors import Conflict, NotFound
from data.models import DraftChange, DraftState, RoleName
from data.queries.groups import moves_of, seats_of
from tests.factories import make_account
from tests.web.groups.building import drafted
from web.groups import desk, outcomes
from web.groups.actions import board, drafts
from web.groups.actions.board import desk_of, outcome_kept


@pytest.fixture
def draft(cast):
    return drafted(cast)


def seat_in(draft, number):
    return next(seat for seat in seats_of(draft) if seat.group_number == number)


def numbers(draft):
    return {seat.family.ref: seat.group_number for seat in seats_of(draft)}


def move(draft, seat, to, *, by, seen_in=...):
    with transaction():
        return board.move_family(
            draft.ref,
            family_ref=seat.family.ref,
            seen_in=seat.group_number if seen_in is ... else seen_in,
            to=to,
            by=by,
        )


def test_the_worker_proposes_groups_that_keep_every_rule(draft):
    outcome = outcome_kept(draft)
    assert draft.state is DraftState.READY
    assert [len(group.members) for group in outcome.groups] == [6, 6]
    assert outcome.n_broken == 0
    assert outcome.untouched
    assert set(numbers(draft).values()) == {0, 1}


def test_a_move_does_what_was_said_before_it(draft, cast):
    seat = seat_in(draft, 0)
    out = move(draft, seat, None, by=cast.facilitator)
    assert seat.family.name in out
    said = desk_of(draft, seats_of(draft)).move(seat.family_id, 0)
    move(draft, seat, 0, by=cast.facilitator)
    now = outcome_kept(draft)
    assert [now.group(c.label).score for c in said.changes] == [c.new for c in said.changes]
    assert now.score == said.new
    assert not now.untouched


def test_a_full_group_takes_no_more_and_says_so(draft, cast):
    before = numbers(draft)
    with pytest.raises(Conflict, match="6"):
        move(draft, seat_in(draft, 0), 1, by=cast.facilitator)
    assert numbers(draft) == before
    assert moves_of(draft) == []


def test_two_families_change_places_in_one_step(draft, cast):
    one, other = seat_in(draft, 0), seat_in(draft, 1)
    with transaction():
        board.swap_families(
            draft.ref,
            family_ref=one.family.ref,
            seen_in=0,
            other_ref=other.family.ref,
            by=cast.facilitator,
        )
    assert numbers(draft)[one.family.ref] == 1
    assert numbers(draft)[other.family.ref] == 0
    with transaction():
        board.undo(draft.ref, by=cast.facilitator)
    assert numbers(draft)[one.family.ref] == 0
    with transaction():
        board.redo(draft.ref, by=cast.facilitator)
    assert numbers(draft)[one.family.ref] == 1


def test_undo_gives_the_same_numbers_back(draft, cast):
    before = outcome_kept(draft).score
    seat = seat_in(draft, 0)
    move(draft, seat, None, by=cast.facilitator)
    with transaction():
        board.undo(draft.ref, by=cast.facilitator)
    assert outcome_kept(draft).score == before
    with pytest.raises(Conflict), transaction():
        board.undo(draft.ref, by=cast.facilitator)


def test_a_new_step_forgets_what_was_undone(draft, cast):
    one, other = seat_in(draft, 0), seat_in(draft, 1)
    move(draft, one, None, by=cast.facilitator)
    with transaction():
        board.undo(draft.ref, by=cast.facilitator)
    move(draft, other, None, by=cast.facilitator)
    with pytest.raises(Conflict), transaction():
        board.redo(draft.ref, by=cast.facilitator)


def test_a_stale_move_tells_who_moved_the_family_meanwhile(draft, cast):
    seat = seat_in(draft, 0)
    move(draft, seat, None, by=cast.coordinator)
    with pytest.raises(Conflict, match="Mette.*" + seat.family.name):
        move(draft, seat, 1, by=cast.facilitator, seen_in=0)


def test_two_people_undo_only_their_own_steps(draft, cast):
    one, other = seat_in(draft, 0), seat_in(draft, 1)
    move(draft, one, None, by=cast.coordinator)
    move(draft, other, None, by=cast.facilitator)
    with transaction():
        board.undo(draft.ref, by=cast.coordinator)
    assert numbers(draft)[one.family.ref] == 0
    assert numbers(draft)[other.family.ref] is None


def test_undo_refuses_when_someone_has_built_on_the_step(draft, cast):
    seat = seat_in(draft, 0)
    move(draft, seat, None, by=cast.facilitator)
    move(draft, seat, 0, by=cast.coordinator)
    with pytest.raises(Conflict, match="Mette"), transaction():
        board.undo(draft.ref, by=cast.facilitator)


def test_a_locked_family_and_a_locked_group_stay_put(draft, cast):
    seat = seat_in(draft, 0)
    with transaction():
        board.lock_family(draft.ref, family_ref=seat.family.ref, locked=True, by=cast.facilitator)
    with pytest.raises(Conflict):
        move(draft, seat, None, by=cast.facilitator)
    with transaction():
        board.lock_family(draft.ref, family_ref=seat.family.ref, locked=False, by=cast.facilitator)
        board.lock_group(draft.ref, number=0, locked=True, by=cast.facilitator)
    with pytest.raises(Conflict):
        move(draft, seat, None, by=cast.facilitator)


def test_families_that_must_not_meet_are_refused_by_name(cast):
    from data.models import Exclusion

    draft = drafted(cast)
    one, other = seat_in(draft, 0), seat_in(draft, 1)
    low, high = sorted([one.family_id, other.family_id])
    with transaction():
        db.session.add(Exclusion(family_id=low, other_id=high))
    third = next(s for s in seats_of(draft) if s.group_number == 1 and s != other)
    move(draft, third, None, by=cast.facilitator)
    with pytest.raises(Conflict, match=one.family.name):
        move(draft, one, 1, by=cast.facilitator)


def test_forged_references_and_outsiders_find_no_draft(draft, cast):
    seat = seat_in(draft, 0)
    other = make_account(cast.municipality, RoleName.FACILITATOR)
    for person in (other, cast.consultant, cast.outsider, cast.other_coordinator):
        with pytest.raises(NotFound):
            move(draft, seat, None, by=person)
    with pytest.raises(NotFound):
        move(draft, seat, 77, by=cast.facilitator)
    with pytest.raises(NotFound), transaction():
        board.move_family(
            draft.ref, family_ref=cast.new_family.ref + "x", seen_in=0, to=1, by=cast.facilitator
        )


def test_a_discarded_draft_is_gone(draft, cast):
    move(draft, seat_in(draft, 0), None, by=cast.facilitator)
    with transaction():
        drafts.discard_draft(draft.ref, by=cast.facilitator)
    assert seats_of(draft) == []
    assert db.session.query(DraftChange).filter_by(draft_id=draft.id).count() == 0
    with pytest.raises(Conflict), transaction():
        board.undo(draft.ref, by=cast.facilitator)


def test_a_board_whose_last_family_was_taken_out_is_still_a_board(draft, cast, as_):
    for seat in seats_of(draft):
        move(draft, seat, None, by=cast.facilitator)
    client = as_(cast.facilitator)
    page = client.get(f"/staff/drafts/{draft.ref}/board")
    assert page.status_code == 200
    assert page.get_data(as_text=True).count('class="fc ') == 12
    for view in ("map", "graph", "compare"):
        assert client.get(f"/staff/drafts/{draft.ref}/{view}").status_code == 200


def test_what_was_asked_for_last_is_forgotten_last():
    kept = OrderedDict()
    for mark in range(desk.KEPT):
        desk._keep(kept, mark, mark)
    assert desk._kept(kept, 0) == 0
    desk._keep(kept, "new", "new")
    assert 0 in kept
    assert 1 not in kept


def test_an_outcome_that_is_read_again_and_again_is_read_once(draft):
    first = outcome_kept(draft)
    text = draft.outcome.text
    for i in range(outcomes.KEPT):
        outcomes.read_once(text + " " * (i + 1))  # another text, as of another draft
        assert outcome_kept(draft) is first
