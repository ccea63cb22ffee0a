"""Recalculating works on a copy: compared, taken over as one step, or thrown away."""

from dataclasses import replace

import pytest

from data.db import db, transaction
from data.errors import Conflict, Invalid, NotFound
from data.models import AuditEntry, ChangeKind, DraftChange, DraftState, GroupDraft, RoleName
from data.queries.groups import seats_of
from tests.factories import make_account
from tests.web.groups.building import drafted
from tests.web.groups.test_board import move, numbers, seat_in
from web.groups import forming
from web.groups.actions import board, proposals, reshaping
from web.groups.actions.board import outcome_kept
from web.groups.outcomes import outcome_of
from web.groups.reshaping import shape_of


@pytest.fixture
def draft(cast):
    return drafted(cast)


def recalculated(draft, *, by, price=1.0):
    with transaction():
        return proposals.recalculate(draft.ref, version=draft.version, price=price, by=by)


@pytest.fixture
def spoilt(draft, cast):
    """A draft with one family locked and another taken out, which a recalculation puts back."""
    locked, out = [s for s in seats_of(draft) if s.group_number == 0][:2]
    with transaction():
        board.lock_family(draft.ref, family_ref=locked.family.ref, locked=True, by=cast.facilitator)
    move(draft, out, None, by=cast.facilitator)
    return draft


def test_the_draft_stays_as_it_is_until_the_proposal_is_taken_over(spoilt, cast):
    before, version = numbers(spoilt), spoilt.version
    copy = recalculated(spoilt, by=cast.facilitator)
    assert copy.id != spoilt.id
    assert copy.state is DraftState.READY
    assert (numbers(spoilt), spoilt.version) == (before, version)
    assert proposals.origin_of(copy, by=cast.facilitator).id == spoilt.id


def test_it_keeps_locks_and_is_taken_over_as_one_step(spoilt, cast):
    before = numbers(spoilt)
    locked = next(s for s in seats_of(spoilt) if s.locked).family.ref
    copy = recalculated(spoilt, by=cast.facilitator)
    moved = proposals.differences(copy)
    assert moved
    assert locked not in {seat.family.ref for seat, _was in moved}
    with transaction():
        proposals.adopt_draft(copy.ref, by=cast.facilitator)
    assert None not in numbers(spoilt).values()
    assert copy.state is DraftState.DISCARDED
    last = db.session.query(DraftChange).filter_by(draft_id=spoilt.id).all()[-1]
    assert last.kind is ChangeKind.ADOPTED
    with transaction():
        board.undo(spoilt.ref, by=cast.facilitator)
    assert numbers(spoilt) == before


def test_its_points_are_on_the_scale_of_the_draft(spoilt, cast):
    copy = recalculated(spoilt, by=cast.facilitator)
    promised = outcome_kept(copy).score
    with transaction():
        proposals.adopt_draft(copy.ref, by=cast.facilitator)
    assert outcome_kept(spoilt).score == promised


def test_it_is_a_proposal_of_the_matcher_and_claims_to_be_no_more(spoilt, cast, monkeypatch):
    def proven(grouping, **more):
        return replace(outcome_of(grouping, **more), proven=True)

    monkeypatch.setattr(forming, "outcome_of", proven)
    outcome = outcome_kept(recalculated(spoilt, by=cast.facilitator))
    assert (outcome.untouched, outcome.proven) == (True, False)


def test_what_it_moved_is_told_as_a_recalculation_however_few(spoilt, cast, as_):
    copy = recalculated(spoilt, by=cast.facilitator)
    n = len(proposals.differences(copy))
    assert 1 <= n <= 4
    address, client = f"/staff/drafts/{copy.ref}/compare", as_(cast.facilitator)
    page = client.get(address).get_data(as_text=True)
    assert "Det urørte forslag" not in page  # it is that itself
    assert f"Før omregningen, der flyttede {n} famili" in page
    move(copy, seat_in(copy, 1), None, by=cast.facilitator)
    page = client.get(f"{address}?with=proposal").get_data(as_text=True)
    assert "1 af 12 familier sidder et andet sted" in page
    with transaction():
        proposals.adopt_draft(copy.ref, by=cast.facilitator)
        said = board.undo(spoilt.ref, by=cast.facilitator)
    assert "regnet om, " in said


def test_a_high_price_moves_nobody_who_sits_well(draft, cast):
    copy = recalculated(draft, by=cast.facilitator, price=5.0)
    assert proposals.differences(copy) == []
    with pytest.raises(Conflict), transaction():
        proposals.adopt_draft(copy.ref, by=cast.facilitator)


def test_what_a_colleague_moved_meanwhile_is_not_overwritten(spoilt, cast):
    copy = recalculated(spoilt, by=cast.facilitator)
    seat, _was = proposals.differences(copy)[0]
    mine = next(s for s in seats_of(spoilt) if s.family_id == seat.family_id)
    move(spoilt, mine, 0, by=cast.coordinator)
    before = numbers(spoilt)
    with pytest.raises(Conflict, match="Mette"), transaction():
        proposals.adopt_draft(copy.ref, by=cast.facilitator)
    assert numbers(spoilt) == before


def test_a_change_elsewhere_meanwhile_does_not_stand_in_the_way(spoilt, cast):
    copy = recalculated(spoilt, by=cast.facilitator)
    moved = {seat.family_id for seat, _was in proposals.differences(copy)}
    other = next(s for s in seats_of(spoilt) if s.family_id not in moved and not s.locked)
    with transaction():
        board.lock_family(spoilt.ref, family_ref=other.family.ref, locked=True, by=cast.coordinator)
        proposals.adopt_draft(copy.ref, by=cast.facilitator)
    assert None not in numbers(spoilt).values()


def test_a_stale_page_cannot_start_one_and_a_price_is_one_of_those_offered(draft, cast):
    seen = draft.version
    move(draft, seat_in(draft, 0), None, by=cast.facilitator)
    with pytest.raises(Conflict), transaction():
        proposals.recalculate(draft.ref, version=seen, price=1.0, by=cast.facilitator)
    with pytest.raises(Invalid), transaction():
        proposals.recalculate(draft.ref, version=draft.version, price=-9, by=cast.facilitator)
    assert db.session.query(GroupDraft).count() == 1


def test_outsiders_find_neither_draft_nor_proposal(spoilt, cast):
    copy = recalculated(spoilt, by=cast.facilitator)
    other = make_account(cast.municipality, RoleName.FACILITATOR)
    for person in (other, cast.consultant, cast.outsider, cast.other_coordinator):
        with pytest.raises(NotFound), transaction():
            proposals.recalculate(spoilt.ref, version=spoilt.version, price=1.0, by=person)
        with pytest.raises(NotFound), transaction():
            proposals.adopt_draft(copy.ref, by=person)


def test_the_trail_holds_both(spoilt, cast):
    copy = recalculated(spoilt, by=cast.facilitator)
    with transaction():
        proposals.adopt_draft(copy.ref, by=cast.coordinator)
    events = {entry.event: entry for entry in db.session.query(AuditEntry)}
    assert events["draft_recalculated"].actor_id == cast.facilitator.id
    assert events["draft_adopted"].actor_id == cast.coordinator.id


def test_a_group_that_is_new_in_a_proposal_never_joins_one_that_is_new_in_the_draft(cast):
    """In the copy one splits a group, in the draft a colleague splits the other: both are a C."""
    draft = drafted(cast, n=16, min_size=3, max_size=8, target_size=8)
    copy = recalculated(draft, by=cast.facilitator, price=5.0)

    def split(which, number, *, by):
        leaving = shape_of(which, number=number).split.leaving.split(",")
        with transaction():
            reshaping.split_group(
                which.ref, number=number, leaving=leaving, version=which.version, by=by
            )
        return set(leaving)

    here, there = (
        split(draft, 0, by=cast.coordinator),
        split(copy, 1, by=cast.facilitator),
    )
    with transaction():
        proposals.adopt_draft(copy.ref, by=cast.facilitator)
    seated = numbers(draft)
    assert {seated[ref] for ref in here} == {2}
    assert {seated[ref] for ref in there} == {3}
    assert outcome_kept(draft).n_broken == 0
